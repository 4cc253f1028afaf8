/** The ledger against a naive one that keeps every point's history and knows nothing of lots, timers or bookings. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerEntry } from '#core/decision.ts';
import type { TimelineEvent } from '#core/event.ts';
import { add, DAY_MS } from '#core/instant.ts';
import { differences } from '#core/loyalty/audit.ts';
import type { Loyalty } from '#core/loyalty/programme.ts';
import { debtOf } from '#core/loyalty/state.ts';
import { given, type Story } from '../../support/given.ts';
import { ann, catalogue, event } from '../../support/shop.ts';

const START = Date.parse('2026-01-01T12:00:00Z');

/** Something that happens some days after what happened before it. */
type Happening = { readonly days: number } & (
  | { readonly type: 'order'; readonly order: number; readonly cents: number }
  | { readonly type: 'refund'; readonly order: number; readonly cents: number }
  | { readonly type: 'cancel'; readonly order: number }
  | { readonly type: 'redeem'; readonly points: number }
  | { readonly type: 'adjust'; readonly points: number }
);

type Rules = { readonly pendingDays: number; readonly expiryDays: number; readonly allowDebt: boolean };

const days = fc.integer({ min: 0, max: 40 });
const number = fc.integer({ min: 1, max: 6 });
const cents = fc.integer({ min: 0, max: 20_000 });
const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('order' as const), days, order: number, cents }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('refund' as const), days, order: number, cents }) },
    fc.record({ type: fc.constant('cancel' as const), days, order: number }),
    { weight: 2, arbitrary: fc.record({ type: fc.constant('redeem' as const), days, points: fc.integer({ min: 1, max: 250 }) }) },
    fc.record({ type: fc.constant('adjust' as const), days, points: fc.integer({ min: -100, max: 100 }) }),
  ),
  { maxLength: 40 },
);
const rules: fc.Arbitrary<Rules> = fc.record({
  pendingDays: fc.constantFrom(0, 10),
  expiryDays: fc.constantFrom(0, 60),
  allowDebt: fc.boolean(),
});

test('after any year of a shop the balance is the sum of the ledger, and what a naive ledger says', () => {
  fc.assert(
    fc.property(happenings, rules, (history, rule) => {
      const story = told(history, rule);
      const end = START + history.reduce((sum, one) => sum + one.days, 0) * DAY_MS;
      const naive = naiveLedger(history, rule);
      const { points = 0, pending = 0, lots = [] } = story.customer.loyalty ?? {};
      expect({ points, pending }, JSON.stringify({ history, rule })).toEqual(naive);
      expectSums(story);
      if (!rule.allowDebt) expect(Math.min(0, ...entriesOf(story).map(({ balance }) => balance))).toBe(0);
      expect(debtOf({ points, lots })).toBeGreaterThanOrEqual(0);
      // In the end nothing waits for ever: all pending points are confirmed, and where points lapse none are left.
      const later = story.until(new Date(add(end, 'P1Y')).toISOString());
      expect(later.customer.loyalty?.pending ?? 0).toBe(0);
      if (rule.expiryDays > 0) expect(Math.max(0, later.customer.loyalty?.points ?? 0)).toBe(0);
      expectSums(later);
    }),
    { numRuns: 300 },
  );
});

test('events that arrive all at once, or one by one and twice, give the same balance', () => {
  fc.assert(
    fc.property(happenings, rules, (history, rule) => {
      const events = eventsOf(history);
      const end = new Date(events.at(-1)?.at ?? START).toISOString();
      const shop = shopOf(rule);
      const one = given(ann(), shop).when(...events);
      const all = given(ann(), shop).arriving(end, ...events);
      expect(all.customer.loyalty?.points ?? 0).toBe(one.customer.loyalty?.points ?? 0);
      expectSums(all);
      const again = one.when(
        ...events.map((event) => ({ ...event, id: `${event.id}-again`, at: Date.parse(end) })).filter(isOrder),
      );
      expect(again.customer.loyalty?.earned).toBe(one.customer.loyalty?.earned);
    }),
    { numRuns: 150 },
  );
});

const isOrder = ({ name }: TimelineEvent): boolean => name === 'Order Completed';

function expectSums(story: Story): void {
  const entries = entriesOf(story);
  const { points = 0, pending = 0 } = story.customer.loyalty ?? {};
  expect(entries.reduce((sum, entry) => sum + entry.points, 0)).toBe(points);
  expect(entries.reduce((sum, entry) => sum + (entry.pending ?? 0), 0)).toBe(pending);
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  expect(differences(story.customer.loyalty, entries, { allowDebt: true })).toEqual([]);
}

const entriesOf = (story: Story): LedgerEntry[] =>
  story.effects.flatMap((effect) => (effect.type === 'ledger' ? [effect.entry] : []));

function shopOf({ pendingDays, expiryDays, allowDebt }: Rules) {
  const loyalty: Loyalty = {
    currency: 'EUR',
    earn: [{ id: 'orders', event: 'Order Completed', per: { points: 1 } }],
    ...(pendingDays > 0 && { pending: { for: `P${pendingDays}D` } }),
    ...(expiryDays > 0 && { expiry: { after: `P${expiryDays}D` } }),
    allowDebt,
    tiers: [],
  };
  return catalogue({ loyalty });
}

const told = (history: readonly Happening[], rule: Rules): Story => given(ann(), shopOf(rule)).when(...eventsOf(history));

const NAMES = {
  order: 'Order Completed',
  refund: 'Order Refunded',
  cancel: 'Order Cancelled',
  redeem: 'Points Redeemed',
  adjust: 'Points Adjusted',
} as const;

function eventsOf(history: readonly Happening[]): TimelineEvent[] {
  let at = START;
  return history.map((one, index): TimelineEvent => {
    at += one.days * DAY_MS;
    // Nothing happens at the same instant as something else, so that the order is clear.
    const time = new Date(at + index).toISOString();
    if ('points' in one) return event(NAMES[one.type], time, { points: one.points }, { origin: 'loyalty', trust: 'system' });
    return event(NAMES[one.type], time, { order_id: one.order, ...('cents' in one && { revenue: one.cents / 100 }) });
  });
}

/** One point each, with where it came from, when it may be spent and when it is gone. */
type Point = { readonly order: number; readonly from: number; readonly to: number };

function naiveLedger(
  history: readonly Happening[],
  { pendingDays, expiryDays, allowDebt }: Rules,
): { points: number; pending: number } {
  let bag: Point[] = [];
  let debt = 0;
  let at = START;
  const orders = new Map<number, { cents: number; points: number; back: number; taken: number }>();
  const early: { order: number; cents: number | null }[] = [];
  const forever = Number.POSITIVE_INFINITY;
  const gone = (time: number): number => (expiryDays === 0 ? forever : time + expiryDays * DAY_MS);
  const ready = (now: number) => bag.filter((point) => point.from <= now);
  const pay = (now: number): void => {
    for (const point of ready(now)) {
      if (debt === 0) break;
      debt -= 1;
      bag = bag.filter((one) => one !== point);
    }
  };
  const soonest = (points: Point[]): Point[] => [...points].sort((one, other) => (one.to === other.to ? 0 : one.to - other.to));
  const takeAway = (points: Point[]): void => {
    const out = new Set(points);
    bag = bag.filter((point) => !out.has(point));
  };
  const giveBack = (order: number, cents: number | null, bookedAt: number, now: number): void => {
    const known = orders.get(order);
    if (known === undefined) return;
    known.back = cents === null ? known.cents : Math.min(known.cents, known.back + cents);
    const target = known.back >= known.cents ? known.points : Math.floor((known.points * known.back) / known.cents);
    const points = target - known.taken;
    known.taken = target;
    const pending = bag.filter((point) => point.order === order && point.from > now).slice(0, points);
    takeAway(pending);
    const lot = gone(bookedAt);
    const spendable = ready(now);
    const own = spendable.filter((point) => point.to === lot);
    const others = soonest(spendable.filter((point) => point.to !== lot));
    const taken = [...own, ...others].slice(0, points - pending.length);
    takeAway(taken);
    if (allowDebt) debt += points - pending.length - taken.length;
  };
  const bookedAt = new Map<number, number>();
  history.forEach((one, index) => {
    at += one.days * DAY_MS;
    const now = at + index;
    settle(now);
    if (one.type === 'order' && !orders.has(one.order)) {
      const points = Math.floor(one.cents / 100);
      orders.set(one.order, { cents: one.cents, points, back: 0, taken: 0 });
      bookedAt.set(one.order, now);
      for (let n = 0; n < points; n += 1) bag.push({ order: one.order, from: now + pendingDays * DAY_MS, to: gone(now) });
      pay(now);
      for (const refund of early.filter(({ order }) => order === one.order)) giveBack(one.order, refund.cents, now, now);
    }
    const given = one.type === 'refund' ? one.cents : null;
    if (one.type === 'refund' || one.type === 'cancel') {
      if (orders.has(one.order)) giveBack(one.order, given, bookedAt.get(one.order) ?? 0, now);
      else early.push({ order: one.order, cents: given });
    }
    if (one.type === 'redeem' && one.points <= ready(now).length - debt) takeAway(soonest(ready(now)).slice(0, one.points));
    if (one.type === 'adjust' && (allowDebt || ready(now).length + one.points >= 0)) {
      if (one.points < 0) {
        const out = soonest(ready(now)).slice(0, -one.points);
        takeAway(out);
        debt += -one.points - out.length;
      }
      for (let n = 0; n < one.points; n += 1) bag.push({ order: 0, from: now, to: gone(now) });
      pay(now);
    }
  });
  return {
    points: ready(at + history.length).length - debt,
    pending: bag.filter((point) => point.from > at + history.length).length,
  };

  function settle(now: number): void {
    // Day by day, so that points that were confirmed pay debts before they could lapse.
    const moments = [...new Set(bag.flatMap(({ from, to }) => [from, to]))].filter((time) => time <= now).sort((a, b) => a - b);
    for (const moment of moments) {
      pay(moment);
      bag = bag.filter((point) => point.to > moment);
    }
    pay(now);
  }
}
