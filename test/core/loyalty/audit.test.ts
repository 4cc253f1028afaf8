import { describe, expect, test } from 'vitest';
import type { LedgerEntry } from '#core/decision.ts';
import type { CustomerId } from '#core/event.ts';
import { differences } from '#core/loyalty/audit.ts';
import { type LoyaltyState, NOTHING } from '#core/loyalty/state.ts';

const entry = (points: number, parts: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: `led_${points}`,
  customer: 'cus_ann' as CustomerId,
  at: 0,
  type: 'earn',
  points,
  balance: points,
  reason: 'an order',
  source: `order-${points}`,
  ...parts,
});
const earned = entry(100);
const pending = entry(0, { source: 'order-2', pending: 40 });
const sound: LoyaltyState = {
  ...NOTHING,
  points: 100,
  pending: 40,
  lots: [
    { left: 60, expiresAt: 5 },
    { left: 40, expiresAt: null },
  ],
  waiting: [{ booking: 'b', rule: 'orders', points: 40, at: 0, until: 9 }],
};

const found = (state: LoyaltyState | undefined, entries: readonly LedgerEntry[], allowDebt = false): string[] =>
  differences(state, entries, { allowDebt }).map(({ rule, says }) => `${rule}: ${says}`);

describe('points that the ledger bears out differ in nothing:', () => {
  test.each<[string, LoyaltyState | undefined, readonly LedgerEntry[], boolean?]>([
    ['of nobody’s', undefined, []],
    ['with lots and what is pending', sound, [earned, pending]],
    ['in debt that the programme allows', { ...NOTHING, points: -20 }, [entry(-20, { type: 'reverse' })], true],
    [
      'taken back from a source twice',
      { ...NOTHING },
      [entry(5), entry(-2, { type: 'reverse', source: 'r' }), entry(-3, { type: 'reverse', source: 'r' })],
    ],
  ])('%s', (_, state, entries, allowDebt = false) => {
    expect(found(state, entries, allowDebt)).toEqual([]);
  });

  test('of two people who both had booked an order before they became one', () => {
    const other = entry(100, { customer: 'cus_bob' as CustomerId });
    const back = entry(-100, { type: 'reverse', source: 'double:order-100' });
    const state = { ...NOTHING, points: 100, lots: [{ left: 100, expiresAt: null }] };
    expect(found(state, [earned, other, back])).toEqual([]);
  });
});

describe('what differs is said in words:', () => {
  test.each<[string, LoyaltyState | undefined, readonly LedgerEntry[], readonly string[]]>([
    ['an entry that is lost', sound, [pending], ['balance: the balance is 100, and the ledger adds up to 0']],
    ['entries of somebody without points', undefined, [earned], ['balance: the balance is 0, and the ledger adds up to 100']],
    ['a pending entry that is lost', sound, [earned], ['pending: 40 are pending, and the ledger adds up to 0']],
    [
      'a lot that is lost',
      { ...sound, lots: sound.lots.slice(1) },
      [earned, pending],
      ['lots: the lots hold 40, and the balance of 100 wants 100 of them'],
    ],
    [
      'what waits for its confirmation',
      { ...sound, waiting: [] },
      [earned, pending],
      ['waiting: 0 wait for their confirmation, and 40 are pending'],
    ],
    [
      'a debt that is not allowed',
      { ...NOTHING, points: -20 },
      [entry(-20, { type: 'adjust' })],
      ['negative: the balance is -20, and the programme allows no debt'],
    ],
    [
      'an order that has earned twice',
      { ...NOTHING, points: 200, lots: [{ left: 200, expiresAt: null }] },
      [earned, { ...earned, id: 'led_again', at: 7 }],
      ['twice: order-100 has earned 2 times: led_100, led_again'],
    ],
  ])('%s', (_, state, entries, says) => {
    expect(found(state, entries)).toEqual(says);
  });
});
