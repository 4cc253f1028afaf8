import { CostQuery, CostsChanged, CostsReplacement, CostsRequest, CostToDelete, StoredCosts } from '#schemas/costs-api.ts';
import { type CostDependencies, type CostsWish, deleteCost, listCosts, setCosts } from '#usecases/costs.ts';
import { readJson } from '../edge/body.ts';
import { problem } from '../edge/problem.ts';
import { badCursor } from './customers.ts';
import { type AdminRoute, checked } from './route.ts';

const BODY_BYTES_MAX = 512 * 1024;
const path = '/admin/v1/costs';
const bad = { 400: { description: 'A field cannot be used: each is named with its path, and nothing was written.' } };

/** What winning people has cost: reports of sources and key figures go by it. */
export function costRoutes(dependencies: CostDependencies): AdminRoute[] {
  return [
    {
      method: 'GET',
      path,
      summary: 'Costs by source, campaign and month, in the order of months',
      scope: 'reports:read',
      query: CostQuery,
      answers: { 200: { description: 'One page.', schema: StoredCosts }, ...bad },
      handle: async ({ query }) => ({
        status: 200,
        body: await listCosts(dependencies.table, checked(CostQuery, query)).catch(badCursor),
      }),
    },
    {
      method: 'POST',
      path,
      summary: 'Set costs: each replaces what is stored for its source, campaign and month. Sent again, it changes nothing',
      scope: 'costs:write',
      request: CostsRequest,
      answers: { 200: { description: 'They are stored.', schema: CostsChanged }, ...bad },
      handle: async (request, { name: by }) => {
        const wish = checked(CostsRequest, readJson(request, { bytesMax: BODY_BYTES_MAX }));
        return { status: 200, body: await written(dependencies, { ...wish, by }) };
      },
    },
    {
      method: 'PUT',
      path,
      summary: 'Replace all costs of some months: what is not in the list is deleted there',
      scope: 'costs:write',
      request: CostsReplacement,
      answers: { 200: { description: 'They are as the list says.', schema: CostsChanged }, ...bad },
      handle: async (request, { name: by }) => {
        const wish = checked(CostsReplacement, readJson(request, { bytesMax: BODY_BYTES_MAX }));
        return { status: 200, body: await written(dependencies, { ...wish, by }) };
      },
    },
    {
      method: 'DELETE',
      path,
      summary: 'Delete the cost of a source, campaign and month',
      scope: 'costs:write',
      query: CostToDelete,
      answers: { 200: { description: 'It is gone, or was never there.', schema: CostsChanged }, ...bad },
      handle: async ({ query }) => {
        const deleted = await deleteCost(dependencies.table, checked(CostToDelete, query));
        return { status: 200, body: { set: 0, unchanged: 0, deleted } };
      },
    },
  ];
}

async function written(dependencies: CostDependencies, wish: CostsWish) {
  const done = await setCosts(dependencies, wish);
  if (!('wrong' in done)) return done;
  throw problem(400, 'Bad Request', { detail: 'Nothing was stored: some fields cannot be used.', errors: done.wrong });
}
