import { exact } from '../exact.ts';
import type { BuyerDays } from './buyer-groups.ts';
import type { Buyer } from './lifetime.ts';
import type { Spender } from './spend.ts';

/**
 * What a customer's orders come to: all that the models need, in a few numbers that can be kept up order by order. Days are
 * counted from 1970-01-01, in whatever zone the caller counts them.
 */
export type OrderHistory = {
  readonly firstDay: number;
  readonly lastDay: number;
  /** Distinct days with an order. */
  readonly orderDays: number;
  /** Revenue of the first order day, and of all days; refunds are taken off. */
  readonly firstDayRevenue: number;
  readonly revenue: number;
  /** The latest distinct order days, sorted, at most `RECENT_DAYS_MAX`: what a late order is recognised by. */
  readonly recentDays: readonly number[];
};

export type Order = { readonly day: number; readonly revenue: number };

/** Days by which an order that arrives late, or twice on one day, is told apart. */
export const RECENT_DAYS_MAX = 32;

/**
 * Takes one order in. The order of arrival is of no matter as long as a customer has at most `RECENT_DAYS_MAX` order days, or
 * an order comes before that many later days have come; later than that, it counts as a day of its own, unless it falls on
 * the first day.
 */
export function recordOrder(history: OrderHistory | undefined, { day, revenue }: Order): OrderHistory {
  if (history === undefined)
    return { firstDay: day, lastDay: day, orderDays: 1, firstDayRevenue: revenue, revenue, recentDays: [day] };
  const known = day === history.firstDay || history.recentDays.includes(day);
  return {
    firstDay: Math.min(history.firstDay, day),
    lastDay: Math.max(history.lastDay, day),
    orderDays: history.orderDays + (known ? 0 : 1),
    firstDayRevenue: firstDayRevenue(history, day, revenue),
    revenue: exact(history.revenue + revenue),
    recentDays: known ? history.recentDays : withDay(history.recentDays, day),
  };
}

/** Takes a refund off what the customer has paid. It is no order, and changes no day; `day` is that of the refunded order. */
export function recordRefund(history: OrderHistory, { day, revenue }: Order): OrderHistory {
  return {
    ...history,
    firstDayRevenue: exact(history.firstDayRevenue - (day <= history.firstDay ? revenue : 0)),
    revenue: exact(history.revenue - revenue),
  };
}

/** What the lifetime models see of a customer at a time, in days from 1970-01-01, fractions included; none before the first order. */
export function buyerAt({ firstDay, lastDay, orderDays }: OrderHistory, nowDays: number): Buyer | undefined {
  if (nowDays < lastDay) return undefined;
  return { repeats: orderDays - 1, lastWeek: (lastDay - firstDay) / 7, ageWeeks: (nowDays - firstDay) / 7 };
}

/** The same in whole days, for a fit or a back-test as of a day. */
export function buyerDaysAt({ firstDay, lastDay, orderDays }: OrderHistory, today: number): BuyerDays | undefined {
  return today < lastDay ? undefined : { repeats: orderDays - 1, lastDay: lastDay - firstDay, ageDay: today - firstDay };
}

/**
 * The customer as she was at the end of a day, and how many order days have come since; undefined where she had not ordered
 * by then, or has had more order days since than are kept.
 */
export function rewound(
  history: OrderHistory,
  day: number,
): { readonly before: BuyerDays; readonly after: readonly number[] } | undefined {
  const after = history.recentDays.filter((one) => one > day);
  const repeats = history.orderDays - after.length - 1;
  const lastDay = history.recentDays.findLast((one) => one <= day) ?? (repeats === 0 ? history.firstDay : undefined);
  if (history.firstDay > day || lastDay === undefined) return undefined;
  return { before: { repeats, lastDay: lastDay - history.firstDay, ageDay: day - history.firstDay }, after };
}

/**
 * Mean revenue of the order days after the first one, which is left out as the spend model does; undefined where there are
 * none, or where nothing was paid.
 */
export function meanRepeatRevenue({ orderDays, revenue, firstDayRevenue }: OrderHistory): number | undefined {
  const mean = orderDays > 1 ? (revenue - firstDayRevenue) / (orderDays - 1) : 0;
  return mean > 0 ? mean : undefined;
}

/** What the spend model sees of a customer; undefined where she has no paid repeat order. */
export function spenderOf(history: OrderHistory): Spender | undefined {
  const mean = meanRepeatRevenue(history);
  return mean === undefined ? undefined : { repeats: history.orderDays - 1, mean };
}

function firstDayRevenue(history: OrderHistory, day: number, revenue: number): number {
  if (day > history.firstDay) return history.firstDayRevenue;
  return day < history.firstDay ? revenue : exact(history.firstDayRevenue + revenue);
}

function withDay(days: readonly number[], day: number): readonly number[] {
  const place = days.findLastIndex((one) => one < day) + 1;
  return days.toSpliced(place, 0, day).slice(-RECENT_DAYS_MAX);
}
