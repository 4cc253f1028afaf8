/** The loyalty programme: as it is written, and with everything that was left out filled in. */
import type { Condition } from '../condition.ts';
import type { Duration } from '../instant.ts';
import { minorDigits } from './money.ts';

type Period = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** A publishable key stands in web pages: whoever has it could book themselves points. `server` where it is left out. */
export type Source = 'server' | 'anyone';

/** Points are confirmed after a time; or as soon as an event about the same order comes, if that is earlier. */
type Pending = { readonly for: Duration; readonly event?: string };

export type EarnRule = {
  readonly id: string;
  readonly name?: string;
  readonly event: string;
  /** About the event's properties. */
  readonly where?: Condition;
  /** About the customer: a segment, a tier, a first order. */
  readonly when?: Condition;
  /** A fixed number; or so many for an amount of money. */
  readonly points?: number;
  readonly per?: PerAmount;
  /** Of several that apply the highest factor counts. */
  readonly multipliers?: readonly Multiplier[];
  readonly limit?: { readonly max: number; readonly per?: Exclude<Period, 'quarter'> };
  /** Events with the same value of this property earn once: a review, a survey. Orders have their own id. */
  readonly key?: string;
  readonly pending?: Pending | false;
  readonly from?: Source;
};

export type PerAmount = {
  /** Points for each unit of money, in proportion. */
  readonly points: number;
  /** Units of the programme's currency: 1 where it is left out. */
  readonly unit?: number;
  /** The property with the amount; the one of orders, where it is left out. */
  readonly amount?: string;
  /** `down` where it is left out. */
  readonly rounding?: 'down' | 'nearest' | 'up';
  /** Below this amount nothing is earned. */
  readonly minimum?: number;
  /** What products of these cost does not count. */
  readonly exclude?: { readonly categories?: readonly string[]; readonly skus?: readonly string[] };
};

export type Multiplier = {
  readonly factor: number;
  readonly name?: string;
  readonly tiers?: readonly string[];
  readonly segment?: string;
  /** Instants or days; a day alone begins at its midnight in the programme's zone. */
  readonly from?: string;
  readonly to?: string;
  readonly days?: readonly string[];
};

/** When points lapse: so long after they were earned, at the end of that calendar period, or after so long without any activity. */
type Expiry = { readonly after?: Duration; readonly endOf?: 'month' | 'quarter' | 'year'; readonly inactivity?: Duration };

export type Level = {
  readonly id: string;
  readonly name: string;
  /** Reached with this much of what the tiers go by: money in units of the currency, points, or orders. */
  readonly from: number;
  readonly benefits?: readonly string[];
  /** What templates and conditions may use: free delivery, a discount in percent. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
};

type Tiers = {
  readonly by: 'spend' | 'points' | 'orders';
  /** Over a lifetime, where it is left out. */
  readonly window?: { readonly rolling: Duration } | { readonly calendar: 'month' | 'quarter' | 'year' };
  /** How long a tier is kept by somebody who falls below it. */
  readonly grace?: Duration;
  /** From the lowest up. */
  readonly levels: readonly Level[];
};

export type Orders = {
  readonly event: string;
  /** The property with the money spent. */
  readonly amount: string;
  readonly refunded: readonly string[];
  readonly cancelled: readonly string[];
  readonly from: Source;
};

/** The programme as it is written in `loyalty.json`. One earn rule and a plain list of tiers have a short form. */
export type Loyalty = {
  readonly currency: string;
  /** Units of the programme's currency for one unit of another one. */
  readonly rates?: Readonly<Record<string, number>>;
  /** The wall clock of calendar periods; the policy's zone where it is left out. */
  readonly zone?: string;
  readonly orders?: Partial<Orders>;
  readonly earn: readonly EarnRule[] | { readonly event: string; readonly amount: string; readonly pointsPerUnit: number };
  /** Of several rules that one event meets the best counts, or all of them. `best` where it is left out. */
  readonly combine?: 'best' | 'sum';
  readonly pending?: Pending;
  readonly expiry?: Expiry;
  /** Whether points of a refunded order that were spent already make the balance negative. */
  readonly allowDebt?: boolean;
  /** Points for bringing a friend, and for having been brought, once the friend's first order is final. */
  readonly referral?: Referral;
  /** What points can be spent on. */
  readonly rewards?: readonly Reward[];
  readonly tiers: Tiers | readonly (Omit<Level, 'from'> & { readonly spend: number })[];
};

type Referral = {
  readonly referrer?: number;
  readonly friend?: number;
  /** Where friends are sent; `{code}` stands for the code. */
  readonly link: string;
  /** The property of an event, or field of a form, that holds the code; `referral_code` where it is left out. */
  readonly property?: string;
};

export type Reward = {
  readonly id: string;
  readonly name: string;
  /** What it costs. */
  readonly points: number;
  /** The pool of vouchers that it is given out as. */
  readonly pool: string;
};

/** The programme with its defaults. */
export type Programme = {
  readonly currency: string;
  /** Digits behind the point of the currency. */
  readonly digits: number;
  readonly rates: Readonly<Record<string, number>>;
  readonly orders: Orders;
  readonly earn: readonly EarnRule[];
  readonly combine: 'best' | 'sum';
  readonly expiry: Expiry;
  readonly allowDebt: boolean;
  readonly referral: Referral | undefined;
  readonly rewards: readonly Reward[];
  readonly tiers: Tiers;
};

/** Fills in what was left out, and unfolds the short forms. */
export function programmeOf(loyalty: Loyalty): Programme {
  const { earn, tiers } = loyalty;
  const short = 'event' in earn ? earn : undefined;
  const rules: readonly EarnRule[] = 'event' in earn ? [shortRule(earn)] : earn;
  return {
    currency: loyalty.currency,
    digits: minorDigits(loyalty.currency),
    rates: loyalty.rates ?? {},
    orders: ordersOf({ ...(short && { event: short.event, amount: short.amount }), ...loyalty.orders }),
    earn: loyalty.pending === undefined ? rules : rules.map((rule) => ({ pending: loyalty.pending as Pending, ...rule })),
    combine: loyalty.combine ?? 'best',
    expiry: loyalty.expiry ?? {},
    allowDebt: loyalty.allowDebt ?? false,
    referral: loyalty.referral,
    rewards: loyalty.rewards ?? [],
    tiers: 'levels' in tiers ? tiers : { by: 'spend', levels: tiers.map(({ spend, ...level }) => ({ ...level, from: spend })) },
  };
}

/** How orders and refunds are called, by the names of the Segment specs where nothing else is said. */
export function ordersOf(orders: Partial<Orders> = {}): Orders {
  return {
    event: orders.event ?? 'Order Completed',
    amount: orders.amount ?? 'revenue',
    refunded: orders.refunded ?? ['Order Refunded'],
    cancelled: orders.cancelled ?? ['Order Cancelled'],
    from: orders.from ?? 'server',
  };
}

function shortRule({ event, pointsPerUnit }: { readonly event: string; readonly pointsPerUnit: number }): EarnRule {
  return { id: 'orders', event, per: { points: pointsPerUnit } };
}

/** The level of an id; undefined where the programme has none of this name. */
export function levelOf({ tiers }: Programme, id: string | undefined): Level | undefined {
  return tiers.levels.find((level) => level.id === id);
}

/** Events that the programme listens for. */
export function loyaltyEvents({ orders, earn }: Programme): string[] {
  const confirming = earn.flatMap(({ pending }) => (pending && pending.event !== undefined ? [pending.event] : []));
  return [...new Set([orders.event, ...orders.refunded, ...orders.cancelled, ...earn.map(({ event }) => event), ...confirming])];
}
