import {
  Budgets,
  CodesImported,
  CodesRequest,
  Pools,
  Voucher,
  VoucherQuery,
  VoucherUse,
  VoucherUsed,
} from '#schemas/loyalty-api.ts';
import type { EvaluateDependencies } from '#usecases/evaluate.ts';
import { findPerson } from '#usecases/read-customer.ts';
import { currentRelease } from '#usecases/store/catalogue.ts';
import { budgetLevels } from '#usecases/vouchers/budget-levels.ts';
import { importCodes, poolLevels } from '#usecases/vouchers/pools.ts';
import { checkVoucher, redeemVoucher } from '#usecases/vouchers/redeem.ts';
import { readJson } from '../edge/body.ts';
import { problem } from '../edge/problem.ts';
import { nobody } from './customers.ts';
import { type AdminRoute, checked } from './route.ts';

const BODY_BYTES_MAX = 256 * 1024;

/** Codes are checked and used by the shop; lists of codes come in. */
export function voucherRoutes(dependencies: EvaluateDependencies): AdminRoute[] {
  return [
    {
      method: 'GET',
      path: '/admin/v1/vouchers/{code}',
      summary: 'What a code is worth now; changes nothing',
      scope: 'loyalty:read',
      query: VoucherQuery,
      answers: { 200: { description: 'Also for codes that may not be used: the status says why.', schema: Voucher } },
      handle: async ({ params: { code = '' }, query }) => {
        const { customer } = checked(VoucherQuery, query);
        return { status: 200, body: await checkVoucher(dependencies, code, await idOf(dependencies, customer)) };
      },
    },
    {
      method: 'POST',
      path: '/admin/v1/vouchers/{code}/redemptions',
      summary: 'Use a code for an order, once',
      scope: 'loyalty:write',
      request: VoucherUse,
      answers: {
        200: { description: 'It was used; a repeat with the same order counts once.', schema: VoucherUsed },
        409: { description: 'It may not be used: the detail says why.' },
      },
      handle: async (request) => {
        const { order, customer } = checked(VoucherUse, readJson(request, { bytesMax: BODY_BYTES_MAX }));
        const owner = await idOf(dependencies, customer);
        const used = await redeemVoucher(dependencies, { code: request.params.code ?? '', key: order, order, customer: owner });
        if (!used.redeemed)
          throw problem(409, 'Conflict', { detail: `The code is ${used.voucher.status.replaceAll('_', ' ')}.` });
        return { status: 200, body: used };
      },
    },
    {
      method: 'GET',
      path: '/admin/v1/pools',
      summary: 'The pools of vouchers, and how many codes they have left',
      scope: 'loyalty:read',
      answers: { 200: { description: 'All pools of the release.', schema: Pools } },
      handle: async () => ({
        status: 200,
        body: { items: await poolLevels(dependencies.table, await poolsOf(dependencies)), cursor: null },
      }),
    },
    {
      method: 'GET',
      path: '/admin/v1/budgets',
      summary: 'The budgets of journeys, and what they have left to give',
      scope: 'loyalty:read',
      answers: { 200: { description: 'All journeys of the release that have a budget.', schema: Budgets } },
      handle: async () => {
        const release = await currentRelease(dependencies.catalogues);
        const items = release === undefined ? [] : await budgetLevels(dependencies.table, release, dependencies.now());
        return { status: 200, body: { items, cursor: null } };
      },
    },
    {
      method: 'POST',
      path: '/admin/v1/pools/{pool}/codes',
      summary: 'Add codes to a pool of imported ones; each comes in once',
      scope: 'loyalty:write',
      request: CodesRequest,
      answers: {
        200: { description: 'How many came in.', schema: CodesImported },
        404: { description: 'The release has no such pool of imported codes.' },
      },
      handle: async (request) => {
        const { codes } = checked(CodesRequest, readJson(request, { bytesMax: BODY_BYTES_MAX }));
        const { pool = '' } = request.params;
        const known = (await poolsOf(dependencies)).some(({ id, codes: kind }) => id === pool && kind === 'imported');
        if (!known) throw problem(404, 'Not Found', { detail: `The release has no pool ${pool} of imported codes.` });
        return { status: 200, body: await importCodes(dependencies.table, pool, codes) };
      },
    },
  ];
}

async function poolsOf({ catalogues }: EvaluateDependencies) {
  return (await currentRelease(catalogues))?.vouchers ?? [];
}

async function idOf({ table }: EvaluateDependencies, who: string | undefined) {
  if (who === undefined) return undefined;
  const person = await findPerson(table, who);
  if (person === undefined) throw nobody();
  return person.id;
}
