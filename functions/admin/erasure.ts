import { Erasable, ErasureState } from '#schemas/rights-api.ts';
import { type EraseDependencies, erasable, erase, erasureState } from '#usecases/erase.ts';
import { problem } from '../edge/problem.ts';
import { nobody } from './customers.ts';
import type { AdminRoute } from './route.ts';

const scope = 'customers:erase';
const unknown = { 404: { description: 'Nobody is known by this id.' } };

export function erasureRoutes(dependencies: EraseDependencies): AdminRoute[] {
  const { table } = dependencies;
  return [
    {
      method: 'GET',
      path: '/admin/v1/customers/{id}/erasure',
      summary: 'What an erasure would remove; nothing is changed',
      scope,
      answers: { 200: { description: 'What is held.', schema: Erasable }, ...unknown },
      handle: async ({ params: { id = '' } }) => {
        const held = await erasable(table, id);
        if (held === undefined) throw nobody();
        return { status: 200, body: held };
      },
    },
    {
      method: 'POST',
      path: '/admin/v1/customers/{id}/erasure',
      summary: 'Erase a customer: everything under all ids, for good; asked again it tells how it stands',
      scope,
      answers: {
        200: { description: 'It is done.', schema: ErasureState },
        202: { description: 'It has begun; GET /admin/v1/erasures/{id} tells how it stands.', schema: ErasureState },
        ...unknown,
      },
      handle: async ({ params: { id = '' } }, { name: author }) => {
        const state = await erase(dependencies, id, author);
        if (state === undefined) throw nobody();
        return { status: state.status === 'done' ? 200 : 202, body: state };
      },
    },
    {
      method: 'GET',
      path: '/admin/v1/erasures/{id}',
      summary: 'How an erasure stands',
      scope,
      answers: {
        200: { description: 'The state.', schema: ErasureState },
        404: { description: 'There is no such erasure.' },
      },
      handle: async ({ params: { id = '' } }) => {
        const state = await erasureState(table, id);
        if (state === undefined) throw problem(404, 'No such erasure');
        return { status: 200, body: state };
      },
    },
  ];
}
