import { NotThere } from '#usecases/loyalty/balance.ts';
import { type MemberDependencies, memberBalance } from '#usecases/loyalty/member.ts';
import type { Handler } from '../edge/http.ts';
import { problem } from '../edge/problem.ts';
import { authorise, keyOutside, type WriteKeyDependencies } from './write-key.ts';

/** `GET /v1/loyalty?token=…`: a member's own balance, for a page with a publishable key and the token of its server. */
export function memberLoyalty(dependencies: WriteKeyDependencies & MemberDependencies): Handler {
  return async (request) => {
    await authorise(dependencies, keyOutside(request), request);
    const token = request.query.token ?? '';
    const balance = await memberBalance(dependencies, token).catch((fault: unknown) => {
      if (fault instanceof NotThere) throw problem(404, 'Not Found', { detail: 'There is nothing to show.' });
      throw fault;
    });
    if (balance === undefined) {
      throw problem(401, 'Unauthorized', { detail: 'The token is not one of ours, or too old: ask your server for a new one.' });
    }
    const { customer: _, ...shown } = balance;
    return { status: 200, headers: { 'cache-control': 'no-store' }, body: shown };
  };
}
