import {
  AdjustRequest,
  Balance,
  LedgerPage,
  LedgerVerification,
  MemberToken,
  Quote,
  QuoteRequest,
  Redeeming,
  RedeemRequest,
  Referral,
  TokenRequest,
  VerificationQuery,
} from '#schemas/loyalty-api.ts';
import type { EvaluateDependencies } from '#usecases/evaluate.ts';
import { balanceOf, NotThere } from '#usecases/loyalty/balance.ts';
import { type MemberDependencies, memberReferral, memberToken } from '#usecases/loyalty/member.ts';
import { adjust, historyOf, KeyUsed, quote, redeem } from '#usecases/loyalty.ts';
import { verifyLedger } from '#usecases/verify-ledger.ts';
import { readJson } from '../edge/body.ts';
import type { Reply, Request } from '../edge/http.ts';
import { problem } from '../edge/problem.ts';
import { type AdminRoute, checked } from './route.ts';

const BODY_BYTES_MAX = 64 * 1024;
const base = '/admin/v1/customers/{id}/loyalty';
const missing = { 404: { description: 'There is no such customer, reward or programme.' } };
const bad = { 400: { description: 'A field is missing or cannot be used.' } };
const done = {
  200: { description: 'What became of it. A repeat with the same Idempotency-Key is answered alike.', schema: Redeeming },
  409: {
    description: 'It cannot be done: the balance is too low, the reward is sold out, or the key was used for something else.',
  },
};

/** Balance, history, quote, redeem, adjust, verify; tokens and links of members. */
export function loyaltyRoutes(dependencies: EvaluateDependencies & MemberDependencies): AdminRoute[] {
  return [
    {
      method: 'GET',
      path: base,
      summary: 'Points with their lots, tier, progress and rewards',
      scope: 'loyalty:read',
      answers: { 200: { description: 'The balance.', schema: Balance }, ...missing },
      handle: (request) => answer(() => balanceOf(dependencies, who(request))),
    },
    {
      method: 'GET',
      path: `${base}/ledger`,
      summary: 'Every entry of the ledger, newest first',
      scope: 'loyalty:read',
      answers: { 200: { description: 'The entries; their points add up to the balance.', schema: LedgerPage }, ...missing },
      handle: (request) => answer(async () => ({ items: await historyOf(dependencies, who(request)), cursor: null })),
    },
    {
      method: 'POST',
      path: `${base}/token`,
      summary: 'A token with which a logged-in customer sees their own balance in a web page: GET /v1/loyalty?token=…',
      scope: 'loyalty:read',
      request: TokenRequest,
      answers: { 200: { description: 'It shows the balance, and changes nothing.', schema: MemberToken }, ...bad, ...missing },
      handle: (request) => {
        const { hours } = checked(TokenRequest, body(request));
        return answer(() => memberToken(dependencies, who(request), hours));
      },
    },
    {
      method: 'GET',
      path: `${base}/referral`,
      summary: 'The link that the customer gives to friends',
      scope: 'loyalty:read',
      answers: { 200: { description: 'null before the first order, and without referrals.', schema: Referral }, ...missing },
      handle: (request) => answer(async () => ({ link: (await memberReferral(dependencies, who(request)))?.link ?? null })),
    },
    {
      method: 'POST',
      path: '/admin/v1/loyalty/quote',
      summary: 'What an order would earn if it came now; nothing is written',
      scope: 'loyalty:read',
      request: QuoteRequest,
      answers: { 200: { description: 'The points, rule by rule.', schema: Quote }, ...bad, ...missing },
      handle: (request) => {
        const { customer, ...order } = checked(QuoteRequest, body(request));
        return answer(() => quote(dependencies, { who: customer, ...order }));
      },
    },
    {
      method: 'POST',
      path: `${base}/redemptions`,
      summary:
        'Spend points, on a reward or on something of your own; the header Idempotency-Key tells a repeat from a second wish',
      scope: 'loyalty:write',
      request: RedeemRequest,
      answers: { ...done, ...bad, ...missing },
      handle: (request) => {
        const wish = checked(RedeemRequest, body(request));
        return answer(async () => refusedAs409(await redeem(dependencies, who(request), { key: keyOf(request), ...wish })));
      },
    },
    {
      method: 'POST',
      path: `${base}/adjustments`,
      summary: 'Put a balance right by hand, with a reason; the header Idempotency-Key tells a repeat from a second wish',
      scope: 'loyalty:write',
      request: AdjustRequest,
      answers: { ...done, ...bad, ...missing },
      handle: (request, { name: author }) => {
        const wish = checked(AdjustRequest, body(request));
        return answer(async () =>
          refusedAs409(await adjust(dependencies, who(request), { key: keyOf(request), author, ...wish })),
        );
      },
    },
    {
      method: 'GET',
      path: '/admin/v1/loyalty/verification',
      summary: 'Prove the points of all customers against their ledgers, a page at a time; reads only',
      scope: 'loyalty:read',
      query: VerificationQuery,
      answers: { 200: { description: 'Who differs, and in what.', schema: LedgerVerification }, ...bad },
      handle: async ({ query }) => ({
        status: 200,
        body: await verifyLedger(dependencies, checked(VerificationQuery, query)),
      }),
    },
  ];
}

const who = ({ params }: Request): string => params.id ?? '';
const body = (request: Request): unknown => readJson(request, { bytesMax: BODY_BYTES_MAX });

function keyOf({ headers }: Request): string {
  const key = headers['idempotency-key']?.trim() ?? '';
  if (key !== '' && key.length <= 200) return key;
  const message = 'is needed: a text of at most 200 characters that is the same for a repeat, for instance a UUID';
  throw problem(400, 'Bad Request', { errors: [{ path: 'Idempotency-Key', message }] });
}

async function answer(ask: () => Promise<object>): Promise<Reply> {
  try {
    return { status: 200, body: await ask() };
  } catch (cause) {
    if (cause instanceof NotThere) throw problem(404, 'Not Found', { detail: sentence(cause.message) });
    if (cause instanceof KeyUsed) throw problem(409, 'Conflict', { detail: sentence(cause.message) });
    throw cause;
  }
}

function refusedAs409<T extends { readonly redeemed: boolean; readonly reason?: string }>(result: T): T {
  if (!result.redeemed) throw problem(409, 'Conflict', { detail: sentence(result.reason ?? 'it was refused') });
  return result;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
