/** A small shop with a fixed seed: people who order weekly, monthly or yearly until, after one order or another, they leave. */
import { DAY_MS } from '#core/instant.ts';
import { random } from '../../support/random.ts';
import type { Who, Year } from './year.ts';

/** `day` counts from the day that a test begins with; days before it are negative. */
export type Order = { readonly day: number; readonly revenue: number };

const KINDS = [
  { everyDays: 7, leaves: 0.1, share: 2 },
  { everyDays: 30, leaves: 0.2, share: 2 },
  { everyDays: 365, leaves: 0.45, share: 1 },
] as const;
const EACH = KINDS.flatMap((kind) => Array.from({ length: kind.share }, () => kind));

/** They come between `fromDay` and `newUntilDay`; what they order is told until `untilDay`. */
export function crowd(
  seed: number,
  { people, fromDay, newUntilDay, untilDay }: Readonly<Record<'people' | 'fromDay' | 'newUntilDay' | 'untilDay', number>>,
): (readonly Order[])[] {
  const dice = random(seed);
  const revenue = (): number => 25 + dice.below(30);
  return Array.from({ length: people }, (_, i) => {
    const { everyDays, leaves } = EACH[i % EACH.length] ?? KINDS[0];
    const rhythm = everyDays * (0.8 + 0.4 * dice.next());
    let day = fromDay + dice.below(newUntilDay - fromDay);
    const orders = [{ day, revenue: revenue() }];
    while (!dice.chance(leaves)) {
      day += Math.max(1, Math.round(rhythm * (0.6 + 0.8 * dice.next())));
      if (day > untilDay) break;
      orders.push({ day, revenue: revenue() });
    }
    return orders;
  });
}

/** An order as a shop's server tells it. */
export function orderCall(email: string, { day, revenue }: Order, begin: number): object {
  return {
    type: 'track',
    userId: email,
    event: 'Order Completed',
    messageId: `${email} ${day}`,
    timestamp: new Date(begin + day * DAY_MS).toISOString(),
    context: { traits: { email } },
    properties: { order_id: `${email} ${day}`, revenue, currency: 'EUR' },
  };
}

/**
 * When somebody who does not order again (or not before `until`) is drifting away: P(alive) of MBG/NBD (Batislam, Denizel &
 * Filiztekin 2007) falls below a half while a model counts, by the inverse of the formula; at the earliest when a model of
 * which that is true begins to count, and fourteen days after the last order.
 */
export function expectedMiss(
  { reigns, ordersOf, end }: Pick<Year, 'reigns' | 'ordersOf' | 'end'>,
  who: Who,
  until = Number.POSITIVE_INFINITY,
): { readonly at: number; readonly release: string } {
  const orders = ordersOf(who).filter((at) => at < until);
  const days = orders.map((at) => Math.floor(at / DAY_MS));
  const [first = 0, last = 0, x] = [days[0], days.at(-1), days.length - 1];
  const earliest = (orders.at(-1) ?? 0) + 14 * DAY_MS;
  for (const [i, { release, from, model }] of reigns.entries()) {
    if (model === undefined) continue;
    const { r, alpha, a, b } = model.params;
    const silentWeeks = (((b + x) / a) ** (1 / (r + x)) - 1) * (alpha + (last - first) / 7);
    const at = Math.max(from, earliest, (last + 7 * silentWeeks) * DAY_MS);
    if (at < (reigns[i + 1]?.from ?? end)) return { at, release };
  }
  throw new Error(`${who} is not missed until ${new Date(end).toISOString()}`);
}
