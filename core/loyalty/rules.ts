/** What an event earns, and why: asked when it is booked, and by whoever wants to know beforehand. */
import type { Customer } from '../customer.ts';
import type { TimelineEvent } from '../event.ts';
import { exact } from '../exact.ts';
import type { Instant } from '../instant.ts';
import { type JsonObject, at as valueAt } from '../json.ts';
import { periodName, weekdayOf } from './calendar.ts';
import type { LinkedLoyalty, LinkedMultiplier, LinkedRule } from './linked.ts';
import { amountOf, moneyOf, productsCost, toUnits } from './money.ts';
import type { EarnRule, PerAmount, Source } from './programme.ts';
import { NOTHING } from './state.ts';

export type Happened = Pick<TimelineEvent, 'name' | 'at' | 'properties' | 'trust'>;

export type Earned = { readonly rule: EarnRule; readonly points: number; readonly why: string };

/** The points that an event earns now: by its best rule, or by all that apply. */
export function earnings(loyalty: LinkedLoyalty, customer: Customer, event: Happened): Earned[] {
  const about = { customer, now: event.at, properties: event.properties, trigger: event.properties };
  const { orders } = loyalty.programme;
  const earned = (loyalty.rules.get(event.name) ?? []).flatMap((linked): Earned[] => {
    if (!mayEarn(linked.rule.from ?? (event.name === orders.event ? orders.from : 'server'), event)) return [];
    if (linked.where !== undefined && !linked.where(about).is) return [];
    if (linked.when !== undefined && !linked.when(about).is) return [];
    if (isUsedUp(loyalty, customer, linked.rule, event.at)) return [];
    const base = baseOf(loyalty, linked.rule, event.properties);
    const multiplier = bestMultiplier(loyalty, linked, customer, event.at);
    const points = Math.round(exact(base * (multiplier?.factor ?? 1)));
    return points > 0 ? [{ rule: linked.rule, points, why: wordsOf(loyalty, linked.rule, multiplier) }] : [];
  });
  if (loyalty.programme.combine === 'sum' || earned.length < 2) return earned;
  return [earned.reduce((best, one) => (one.points > best.points ? one : best))];
}

/** Whether an event of this trust counts. */
export function mayEarn(from: Source, { trust }: Pick<TimelineEvent, 'trust'>): boolean {
  return from === 'anyone' || trust !== 'publishable';
}

/** The name under which a limited rule's uses are counted; undefined where it has no limit. */
export function limitPeriod({ zone }: LinkedLoyalty, { limit }: EarnRule, at: Instant): string | undefined {
  if (limit === undefined) return undefined;
  return limit.per === undefined ? '' : periodName(at, limit.per, zone);
}

function isUsedUp(loyalty: LinkedLoyalty, { loyalty: state }: Customer, rule: EarnRule, at: Instant): boolean {
  const period = limitPeriod(loyalty, rule, at);
  if (period === undefined || rule.limit === undefined) return false;
  return ((state ?? NOTHING).limits[rule.id]?.[period] ?? 0) >= rule.limit.max;
}

function baseOf(loyalty: LinkedLoyalty, { points = 0, per }: EarnRule, properties: JsonObject): number {
  return per === undefined ? points : perAmount(loyalty, per, properties);
}

function perAmount({ programme }: LinkedLoyalty, per: PerAmount, properties: JsonObject): number {
  const stated = amountOf(properties, per.amount ?? programme.orders.amount);
  if (stated === undefined) return 0;
  const { categories = [], skus = [] } = per.exclude ?? {};
  const excluded = productsCost(properties, (product) => {
    const category = valueAt(product, 'category');
    const sku = valueAt(product, 'sku') ?? valueAt(product, 'product_id');
    return (typeof category === 'string' && categories.includes(category)) || (sku !== undefined && skus.includes(String(sku)));
  });
  const money = moneyOf(properties, Math.max(0, exact(stated - excluded)), programme);
  if (typeof money === 'string') return 0;
  const amount = toUnits(money.minor, programme.digits);
  if (amount < (per.minimum ?? 0)) return 0;
  return ROUND[per.rounding ?? 'down'](exact((amount / (per.unit ?? 1)) * per.points));
}

const ROUND = { down: Math.floor, nearest: Math.round, up: Math.ceil } as const;

function bestMultiplier(
  { zone }: LinkedLoyalty,
  { multipliers }: LinkedRule,
  customer: Customer,
  at: Instant,
): LinkedMultiplier | undefined {
  const applying = multipliers.filter(
    ({ tiers, segment, fromAt, toAt, days }) =>
      (tiers === undefined || (customer.loyalty?.tier !== undefined && tiers.includes(customer.loyalty.tier))) &&
      (segment === undefined || segment in customer.segments) &&
      (fromAt === undefined || at >= fromAt) &&
      (toAt === undefined || at < toAt) &&
      (days === undefined || days.includes(weekdayOf(at, zone))),
  );
  return applying.reduce<LinkedMultiplier | undefined>(
    (best, one) => (best === undefined || one.factor > best.factor ? one : best),
    undefined,
  );
}

function wordsOf({ programme }: LinkedLoyalty, { id, name, per }: EarnRule, multiplier: LinkedMultiplier | undefined): string {
  const what = name ?? (per === undefined ? id : `${per.points} for each ${per.unit ?? 1} ${programme.currency} of an order`);
  return multiplier === undefined ? what : `${what}, times ${multiplier.factor}${multiplier.name ? ` (${multiplier.name})` : ''}`;
}
