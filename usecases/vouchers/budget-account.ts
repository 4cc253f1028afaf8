/**
 * How much a journey has given away of its budget. It is divided into slices, each with what it has left to give, so that
 * many customers are given to at the same time without waiting for one another: a slice cannot give more than it has, and
 * together they have no more than the budget. Nothing belongs to anybody: whoever finds one slice empty takes from another.
 */
import type { OfferBudget } from '#core/catalogue.ts';
import { digest } from '#core/hash.ts';
import { fromIso, type Instant, NEVER, toIso } from '#core/instant.ts';
import type { Catalogue } from '#core/linked.ts';
import { budgetPeriod, costOf, isWithin, limitOf, minus, NOTHING, plus, type Spending } from '#core/offer-budget.ts';
import type { Period } from '#core/period.ts';
import type { Condition, Item, Key, Table, Write } from '../ports.ts';
import { budgetPk, currentKey } from '../store/keys.ts';

/** Customers who can be given to at once. All slices and the pointer to the release must fit into one transaction. */
const SLICES = 64;

/** What a release allows now. `of` tells it from what another one allows, by which slices that were filled are divided anew. */
export type Terms = {
  readonly journey: string;
  readonly limit: Spending;
  readonly currency: string | undefined;
  readonly period: Period;
  readonly of: string;
  /** Slices that get a part of it: no part is too small for one voucher. */
  readonly parts: number;
};

type Slice = {
  readonly key: Key;
  /** As it stands in the table. */
  readonly item: Item | undefined;
  /** Of this period. */
  readonly used: Spending;
  readonly left: Spending;
  /** Divided by these terms; perhaps still for a period that is over. */
  readonly isOurs: boolean;
};

export type Account = {
  readonly terms: Terms;
  readonly slices: readonly Slice[];
  readonly used: Spending;
  readonly left: Spending;
  /** The period before this one, if it counted by the same terms. */
  readonly before: Spending;
};

/** The terms of a journey's budget at an instant. */
export function termsOf(
  { pools, release }: Pick<Catalogue, 'pools' | 'release'>,
  { journey, budget, now }: { readonly journey: string; readonly budget: OfferBudget; readonly now: Instant },
): Terms {
  const { zone } = release.policy;
  const limit = limitOf(budget);
  const dearest = Math.max(1, ...[...pools.values()].map((pool) => costOf(budget, pool).cents));
  const parts = Math.max(1, Math.min(SLICES, limit.vouchers, Math.floor(limit.cents / dearest)));
  const currency = budget.value?.currency;
  return {
    journey,
    limit,
    currency,
    period: budgetPeriod(budget, now, zone),
    of: [budget.max ?? '-', budget.value?.amount ?? '-', currency ?? '-', budget.per ?? '-', zone, parts].join(' '),
    parts,
  };
}

/** Reads all slices of a budget. */
export async function readAccount(table: Table, terms: Terms, now: Instant): Promise<Account> {
  const { items } = await table.query(budgetPk(terms.journey), { limit: SLICES });
  const byKey = new Map(items.map((item) => [item.sk, item]));
  const slices = Array.from({ length: SLICES }, (_, index) => sliceOf(terms, byKey.get(sliceSk(index)), index, now));
  const used = slices.map((slice) => slice.used).reduce(plus);
  const left = isLevel({ slices }) ? slices.map((slice) => slice.left).reduce(plus) : atLeastNothing(minus(terms.limit, used));
  const before = items.map((item) => usedBefore(item, terms.period)).reduce(plus, NOTHING);
  return { terms, slices, used, left, before };
}

/** Whether all slices are divided by the terms of this release. If not, `levelWrites` must come first. */
export function isLevel({ slices }: Pick<Account, 'slices'>): boolean {
  return slices.every(({ isOurs }) => isOurs);
}

/**
 * Divides anew what is left by the terms of the present release: what was given away in a period that is not over stays
 * counted, also where the length of the period has changed. Holds only while this release is the present one.
 */
export function levelWrites({ terms, slices, left }: Account, release: string, now: Instant): Write[] {
  const puts = slices.map(({ key, item, used }, index): Write => {
    const part = partOf(left, index, terms.parts);
    return { put: sliceItem(terms, { key, used, left: part, before: item, now }), if: unchanged(item) };
  });
  return [...puts, { check: currentKey, if: { release } }];
}

/** The writes that take what is spent, from one slice if one has enough; undefined where all together have not. */
export function spendWrites(account: Account, spent: Spending, seed: string): Write[] | undefined {
  const { slices, terms } = account;
  const start = Number.parseInt(digest(8, seed), 16) % SLICES;
  const round = slices.map((_, index) => slices[(start + index) % SLICES]).filter((slice) => slice !== undefined);
  const whole = round.find(({ left }) => isWithin(spent, left));
  let open = spent;
  const writes: Write[] = [];
  for (const slice of whole === undefined ? round : [whole]) {
    const part = { vouchers: Math.min(open.vouchers, slice.left.vouchers), cents: Math.min(open.cents, slice.left.cents) };
    if (part.vouchers === 0 && part.cents === 0) continue;
    writes.push(takeWrite(terms, slice, part));
    open = minus(open, part);
  }
  return open.vouchers === 0 && open.cents === 0 ? writes : undefined;
}

function sliceOf(terms: Terms, item: Item | undefined, index: number, now: Instant): Slice {
  const key = { pk: budgetPk(terms.journey), sk: sliceSk(index) };
  const isOurs = item?.of === terms.of;
  const fresh = { used: NOTHING, left: partOf(terms.limit, index, terms.parts) };
  if (item === undefined) return { key, item, isOurs, ...fresh };
  const isOver = isOurs ? startOf(item) < terms.period.from : endOf(item) <= now;
  if (isOver) return { key, item, isOurs, ...fresh };
  const used = { vouchers: numberOf(item.vouchers), cents: item.currency === terms.currency ? numberOf(item.cents) : 0 };
  return {
    key,
    item,
    isOurs,
    used,
    left: { vouchers: numberOf(item.vouchersLeft, NEVER), cents: numberOf(item.centsLeft, NEVER) },
  };
}

/** A slice of a period that is over begins anew; another one gives of what it has left, if that is still there. */
function takeWrite(terms: Terms, { key, item, used, left }: Slice, part: Spending): Write {
  if (item === undefined || startOf(item) < terms.period.from) {
    const after = { used: plus(used, part), left: minus(left, part) };
    return { put: sliceItem(terms, { key, ...after, before: item, now: NEVER }), if: unchanged(item) };
  }
  const isLimited = (value: number): boolean => value !== NEVER;
  return {
    update: key,
    set: {},
    add: {
      ...part,
      ...(isLimited(left.vouchers) && { vouchersLeft: -part.vouchers }),
      ...(isLimited(left.cents) && { centsLeft: -part.cents }),
    },
    if: {
      of: terms.of,
      from: String(item.from),
      ...(isLimited(left.vouchers) && { vouchersLeft: { atLeast: part.vouchers } }),
      ...(isLimited(left.cents) && { centsLeft: { atLeast: part.cents } }),
    },
  };
}

type Next = {
  readonly key: Key;
  readonly used: Spending;
  readonly left: Spending;
  readonly before: Item | undefined;
  readonly now: Instant;
};

function sliceItem({ of, currency, period }: Terms, { key, used, left, before, now }: Next): Item {
  const isSame = before !== undefined && endOf(before) > now;
  const last = isSame
    ? { lastTo: before.lastTo, lastVouchers: before.lastVouchers, lastCents: before.lastCents }
    : { lastTo: before?.to, lastVouchers: before?.vouchers, lastCents: before?.cents };
  return {
    ...key,
    of,
    from: toIso(period.from),
    ...(period.to !== NEVER && { to: toIso(period.to) }),
    ...(currency !== undefined && { currency }),
    ...used,
    ...(left.vouchers !== NEVER && { vouchersLeft: left.vouchers }),
    ...(left.cents !== NEVER && { centsLeft: left.cents }),
    ...(last.lastTo !== undefined && last),
  };
}

/** What a slice gave in the period that ended when this one began. */
function usedBefore(item: Item, { from }: Period): Spending {
  const spending = (vouchers: Item[string], cents: Item[string]): Spending => ({
    vouchers: numberOf(vouchers),
    cents: numberOf(cents),
  });
  if (endOf(item) === from) return spending(item.vouchers, item.cents);
  return item.lastTo === toIso(from) ? spending(item.lastVouchers, item.lastCents) : NOTHING;
}

function unchanged(item: Item | undefined): Condition {
  if (item === undefined) return 'absent';
  return { of: String(item.of), from: String(item.from), vouchers: numberOf(item.vouchers), cents: numberOf(item.cents) };
}

/** The part of one slice; the first ones get what does not divide. */
function partOf({ vouchers, cents }: Spending, index: number, parts: number): Spending {
  const part = (all: number): number => {
    if (all === NEVER) return NEVER;
    return index >= parts ? 0 : Math.floor(all / parts) + (index < all % parts ? 1 : 0);
  };
  return { vouchers: part(vouchers), cents: part(cents) };
}

const atLeastNothing = ({ vouchers, cents }: Spending): Spending => ({
  vouchers: Math.max(0, vouchers),
  cents: Math.max(0, cents),
});
const sliceSk = (index: number): string => `S#${String(index).padStart(2, '0')}`;
const startOf = (item: Item): Instant => fromIso(String(item.from)) ?? 0;
const endOf = (item: Item): Instant => (item.to === undefined ? NEVER : (fromIso(String(item.to)) ?? NEVER));
const numberOf = (value: Item[string], otherwise = 0): number => (typeof value === 'number' ? value : otherwise);
