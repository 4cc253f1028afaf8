import { BlockRequest, Suppressing, UnblockQuery } from '#schemas/rights-api.ts';
import type { EvaluateDependencies } from '#usecases/evaluate.ts';
import { block, unblock } from '#usecases/suppress.ts';
import { readJson } from '../edge/body.ts';
import { nobody } from './customers.ts';
import { type AdminRoute, checked } from './route.ts';

const BODY_BYTES_MAX = 16 * 1024;
const path = '/admin/v1/customers/{id}/suppression';
const scope = 'customers:write';
const answers = {
  200: { description: 'What suppresses the customer now.', schema: Suppressing },
  400: { description: 'A field is missing or cannot be used.' },
  404: { description: 'Nobody is known by this id.' },
};

export function suppressionRoutes(dependencies: EvaluateDependencies): AdminRoute[] {
  return [
    {
      method: 'POST',
      path,
      summary: 'Block a customer: no mail at all, service mail included, until it is lifted',
      scope,
      request: BlockRequest,
      answers,
      handle: async (request, { name: author }) => {
        const { reason } = checked(BlockRequest, readJson(request, { bytesMax: BODY_BYTES_MAX }));
        return done(await block(dependencies, request.params.id ?? '', { author, reason }));
      },
    },
    {
      method: 'DELETE',
      path,
      summary: 'Lift a block, or the suppression that a bounce or a complaint led to',
      scope,
      query: UnblockQuery,
      answers,
      handle: async ({ params: { id = '' }, query }, { name: author }) =>
        done(await unblock(dependencies, id, { author, ...checked(UnblockQuery, query) })),
    },
  ];
}

function done(result: Awaited<ReturnType<typeof block>>) {
  if (result === undefined) throw nobody();
  return { status: 200, body: result };
}
