import type { LedgerEntry } from '#core/decision.ts';
import type { Balance } from '#usecases/loyalty/balance.ts';
import { apiOf, part } from '../api.ts';
import { type Context, only, textOf } from '../command.ts';
import { section } from '../plan/lines.ts';
import { plain, show, table, time } from '../show.ts';

/** `loyalty balance CUSTOMER` */
export async function balance(context: Context): Promise<number> {
  const { body } = await apiOf(context).call('GET', loyaltyPath(context));
  show(context, body, () => balanceLines(body as Balance));
  return 0;
}

/** `loyalty history CUSTOMER` */
export async function history(context: Context): Promise<number> {
  const { body } = await apiOf(context).call('GET', `${loyaltyPath(context)}/ledger`);
  show(context, body, () => entryLines((body as { items: readonly (Omit<LedgerEntry, 'at'> & { at: string })[] }).items));
  return 0;
}

export function loyaltyPath(context: Context): string {
  return `/admin/v1/customers/${part(only(context, 'CUSTOMER'))}/loyalty`;
}

function balanceLines(one: Balance): string[] {
  const { tier, next, keep, rewards, lots, waiting } = one;
  const unit = next?.by === 'spend' ? one.currency : (next?.by ?? '');
  return [
    `${one.points} points can be spent${one.pending > 0 ? `, ${one.pending} are pending` : ''}.`,
    ...(one.points < 0 ? ['The balance is in debt: what is earned next pays it first.'] : []),
    `Tier: ${tier === undefined ? 'none' : `${tier.name}${tier.since === undefined ? '' : ` since ${time(tier.since)}`}`}`,
    ...(next === undefined ? [] : [`Next: ${next.name}, ${next.missing} ${unit} to go`]),
    ...(keep === undefined ? [] : [`To keep the tier: ${keep.missing} more until ${time(keep.until)}`]),
    ...section(
      'Points by when they lapse',
      lots.map(({ points, expiresAt }) => `${points}  ${expiresAt === null ? 'on no set day' : time(expiresAt)}`),
    ),
    ...section(
      'Pending',
      waiting.map(({ points, confirmedAt }) => `${points}  confirmed on ${time(confirmedAt)} at the latest`),
    ),
    ...section(
      'Rewards',
      rewards.map(
        ({ id, name, points, affordable }) => `${id}  ${points} points  ${name}${affordable ? '' : '  (not enough yet)'}`,
      ),
    ),
  ].map(plain);
}

function entryLines(items: readonly (Omit<LedgerEntry, 'at'> & { readonly at: string })[]): string[] {
  if (items.length === 0) return ['Nothing was ever earned or spent.'];
  return table(
    ['AT (UTC)', 'WHAT', 'POINTS', 'PENDING', 'BALANCE', 'WHY'],
    items.map(({ at, type, points, pending, balance: after, reason, author }) => [
      time(at),
      type,
      signed(points),
      signed(pending ?? 0),
      String(after),
      plain(author === undefined ? reason : `${reason} (by ${author})`),
    ]),
  );
}

const signed = (number: number): string => (number === 0 ? '' : `${number > 0 ? '+' : ''}${number}`);

/** A whole number of points that somebody wrote. */
export function pointsOf(context: Context): number | undefined {
  const text = textOf(context, 'points');
  return text === undefined || !/^[+-]?\d{1,9}$/.test(text.trim()) ? undefined : Number(text);
}
