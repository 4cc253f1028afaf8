/** Proves one customer's points against the ledger, and puts what differs into words. */
import type { LedgerEntry } from '../decision.ts';
import { type LoyaltyState, NOTHING } from './state.ts';

/** The rules that each balance must meet. */
type LedgerRule = 'balance' | 'pending' | 'lots' | 'waiting' | 'twice' | 'negative';

export type Difference = { readonly rule: LedgerRule; readonly says: string };

/** What of a customer's points the ledger does not bear out; nothing where all is well. The order of the entries is of no matter. */
export function differences(
  state: LoyaltyState | undefined,
  entries: readonly LedgerEntry[],
  { allowDebt }: { readonly allowDebt: boolean },
): Difference[] {
  const { points, pending, lots, waiting } = state ?? NOTHING;
  const booked = sum(entries.map((entry) => entry.points));
  const bookedPending = sum(entries.map((entry) => entry.pending ?? 0));
  const inLots = sum(lots.map(({ left }) => left));
  const inWaiting = sum(waiting.map((one) => one.points));
  // What is owed lies in no lot: a balance below zero has none, any other is the sum of its lots.
  const free = Math.max(0, points);
  return [
    ...unless(points === booked, 'balance', `the balance is ${points}, and the ledger adds up to ${booked}`),
    ...unless(pending === bookedPending, 'pending', `${pending} are pending, and the ledger adds up to ${bookedPending}`),
    ...unless(inLots === free, 'lots', `the lots hold ${inLots}, and the balance of ${points} wants ${free} of them`),
    ...unless(inWaiting === pending, 'waiting', `${inWaiting} wait for their confirmation, and ${pending} are pending`),
    ...unless(points >= 0 || allowDebt, 'negative', `the balance is ${points}, and the programme allows no debt`),
    ...twice(entries).map((says): Difference => ({ rule: 'twice', says })),
  ];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function unless(holds: boolean, rule: LedgerRule, says: string): Difference[] {
  return holds ? [] : [{ rule, says }];
}

/**
 * Each source earns once. Two people who became one may both have booked the same order before: their entries stand under
 * two ids, and the one that was too much was taken back.
 */
function twice(entries: readonly LedgerEntry[]): string[] {
  const earned = entries.filter(({ type }) => type === 'earn' || type === 'award');
  const bySource = Map.groupBy(earned, ({ customer, source }) => `${customer} ${source}`);
  return [...bySource.values()].flatMap((same) =>
    same.length < 2 ? [] : [`${same[0]?.source} has earned ${same.length} times: ${same.map(({ id }) => id).join(', ')}`],
  );
}
