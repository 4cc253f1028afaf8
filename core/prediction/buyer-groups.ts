/** Customers with the same (x, t_x, T), counted: all that a lifetime fit reads of them. */
export type BuyerGroups = {
  readonly size: number;
  /** How many customers each group has. */
  readonly customers: Float64Array;
  readonly repeats: Int32Array;
  /** t_x and T, in whole days: the fit is exact, nothing is put into bins. */
  readonly lastDays: Int32Array;
  readonly ageDays: Int32Array;
  readonly customersTotal: number;
  readonly repeatBuyers: number;
  readonly repeatsMax: number;
  readonly ageDaysMax: number;
};

/** One customer in whole days since the first order. */
export type BuyerDays = { readonly repeats: number; readonly lastDay: number; readonly ageDay: number };

/** Counts customers with the same numbers as one. A million customers of a shop become some hundred thousand groups at most. */
export function groupBuyers(buyers: Iterable<BuyerDays>): BuyerGroups {
  const counts = new Map<number, number>();
  let [customersTotal, repeatBuyers, repeatsMax, ageDaysMax] = [0, 0, 0, 0];
  for (const { repeats, lastDay, ageDay } of buyers) {
    const key = (repeats * DAYS + lastDay) * DAYS + ageDay;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    customersTotal += 1;
    if (repeats > 0) repeatBuyers += 1;
    if (repeats > repeatsMax) repeatsMax = repeats;
    if (ageDay > ageDaysMax) ageDaysMax = ageDay;
  }
  return { ...columns(counts), customersTotal, repeatBuyers, repeatsMax, ageDaysMax };
}

/** Every n-th group, so that about `sizeMax` remain: for looking around, not for estimates. */
export function thinned(groups: BuyerGroups, sizeMax: number): BuyerGroups {
  const every = Math.ceil(groups.size / sizeMax);
  if (every <= 1) return groups;
  const kept = (_: number, index: number): boolean => index % every === 0;
  const customers = groups.customers.filter(kept);
  const repeats = groups.repeats.filter(kept);
  return {
    ...groups,
    size: customers.length,
    customers,
    repeats,
    lastDays: groups.lastDays.filter(kept),
    ageDays: groups.ageDays.filter(kept),
    customersTotal: customers.reduce((sum, count) => sum + count, 0),
    repeatBuyers: customers.reduce((sum, count, index) => sum + ((repeats[index] ?? 0) > 0 ? count : 0), 0),
  };
}

/** More days than any history has: 180 years. Keys stay exact up to two million repeat orders. */
const DAYS = 65_536;

function columns(
  counts: ReadonlyMap<number, number>,
): Pick<BuyerGroups, 'size' | 'customers' | 'repeats' | 'lastDays' | 'ageDays'> {
  // Sorted, so that the same customers in another order give the same estimates to the last digit.
  const keys = Float64Array.from(counts.keys()).sort();
  return {
    size: keys.length,
    customers: Float64Array.from(keys, (key) => counts.get(key) ?? 0),
    repeats: Int32Array.from(keys, (key) => Math.floor(key / (DAYS * DAYS))),
    lastDays: Int32Array.from(keys, (key) => Math.floor(key / DAYS) % DAYS),
    ageDays: Int32Array.from(keys, (key) => key % DAYS),
  };
}
