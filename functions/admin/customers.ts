import { PageQuery } from '#schemas/admin-api.ts';
import { Customer, Timeline } from '#schemas/customer-api.ts';
import { type ReadDependencies, readCustomer } from '#usecases/read-customer.ts';
import { BadCursor, readTimeline } from '#usecases/read-timeline.ts';
import { problem } from '../edge/problem.ts';
import { type AdminRoute, checked } from './route.ts';

const unknown = { 404: { description: 'Nobody is known by this id.' } };

export function customerRoutes(dependencies: ReadDependencies): AdminRoute[] {
  return [
    {
      method: 'GET',
      path: '/admin/v1/customers/{id}',
      summary: 'A customer, by customer id, e-mail address, user id or anonymous id',
      scope: 'customers:read',
      answers: { 200: { description: 'The customer, as the latest decision left it.', schema: Customer }, ...unknown },
      handle: async ({ params: { id = '' } }) => {
        const customer = await readCustomer(dependencies, id);
        if (customer === undefined) throw nobody();
        return { status: 200, body: customer };
      },
    },
    {
      method: 'GET',
      path: '/admin/v1/customers/{id}/timeline',
      summary: 'What happened to a customer and what was decided and why, newest first',
      scope: 'customers:read',
      query: PageQuery,
      answers: {
        200: { description: 'One page.', schema: Timeline },
        400: { description: 'The limit or the cursor cannot be used.' },
        ...unknown,
      },
      handle: async ({ params: { id = '' }, query }) => {
        const timeline = await readTimeline(dependencies.table, id, checked(PageQuery, query)).catch(badCursor);
        if (timeline === undefined) throw nobody();
        return { status: 200, body: timeline };
      },
    },
  ];
}

export function nobody(): Error {
  return problem(404, 'No such customer', {
    detail: 'Nobody is known by this id. Ids are a customer id, an e-mail address, a user id or an anonymous id.',
  });
}

export function badCursor(fault: unknown): never {
  if (!(fault instanceof BadCursor)) throw fault;
  throw problem(400, 'Bad Request', { errors: [{ path: 'cursor', message: fault.message }] });
}
