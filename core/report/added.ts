/** Numbers by name, at any depth. */
export type Counts = { readonly [name: string]: number | Counts };

/** Two sets of counts added up, name by name: in whatever order parts are added, the sum is the same. */
export function added<T extends object>(one: T, other: T): T {
  // Names come from outside: an object that is assigned to by them could lose its prototype.
  const sum = new Map(Object.entries(one) as [string, number | Counts][]);
  for (const [name, value] of Object.entries(other) as [string, number | Counts][]) {
    const known = sum.get(name);
    if (known === undefined) sum.set(name, value);
    else sum.set(name, typeof value === 'number' ? (known as number) + value : added(known as Counts, value));
  }
  return Object.fromEntries(sum) as T;
}

/**
 * At most so many names: what is beyond them, the rarest, goes together under one name. Texts that come from outside are names
 * here, so their number needs a bound.
 */
export function bounded<T extends number | Counts>(
  counts: Readonly<Record<string, T>>,
  max: number,
  rest: string,
): Readonly<Record<string, T>> {
  if (Object.keys(counts).length <= max) return counts;
  const sorted = Object.entries(counts).sort(([a, one], [b, other]) => sizeOf(other) - sizeOf(one) || (a < b ? -1 : 1));
  const kept = sorted.filter(([name]) => name !== rest).slice(0, max - 1);
  const isKept = new Set(kept.map(([name]) => name));
  const others = sorted.filter(([name]) => !isKept.has(name)).map(([, value]) => ({ [rest]: value }));
  return others.reduce<Readonly<Record<string, number | Counts>>>(added, Object.fromEntries(kept)) as Readonly<Record<string, T>>;
}

function sizeOf(value: number | Counts): number {
  return typeof value === 'number' ? value : Object.values(value).reduce<number>((sum, part) => sum + sizeOf(part), 0);
}
