/** Mean revenue of two groups of people, and how sure the difference is. */
import { share } from '../hash.ts';
import type { Interval } from './proportions.ts';

/**
 * Revenue of a group by bucket: people fall into 100 of them by a hash of their ids. That is all that a bootstrap needs, and
 * stays as small for a million people as for a hundred, and can be added up page by page in any order (Chamandy, Muralidharan,
 * Najmi, Naidu 2012: Estimating Uncertainty for Massive Data Streams, Google).
 */
export type Buckets = Readonly<Record<string, Bucket>>;
type Bucket = { readonly people: number; readonly minor: number };

const BUCKETS = 100;
const ROUNDS = 2000;
/** Below so many buckets with people the spread of a group cannot be told. */
const BUCKETS_MIN = 10;

/** The bucket of a person: always the same one, and independent of what holds people out. */
export function bucketOf(customer: string): string {
  return String(Math.floor(share('report', customer) * BUCKETS));
}

export function meanOf(buckets: Buckets): number {
  return meanOfAll(Object.values(buckets));
}

/**
 * The interval of the difference of means, the first less the second: 2.5 % and 97.5 % of 2,000 bootstrap rounds, in each of
 * which both groups draw as many buckets as they have, with repetition. The draws follow from the seed, so that the same
 * figures give the same interval. Undefined where a group fills fewer than 10 buckets.
 */
export function revenueInterval(one: Buckets, other: Buckets, seed: string): Interval | undefined {
  const groups = [filled(one), filled(other)] as const;
  if (groups.some((group) => group.length < BUCKETS_MIN)) return undefined;
  const dice = diceOf(seed);
  const [first, second] = [drawnFrom(groups[0]), drawnFrom(groups[1])];
  const differences = new Float64Array(ROUNDS);
  for (let round = 0; round < ROUNDS; round += 1) differences[round] = drawn(first, dice) - drawn(second, dice);
  differences.sort();
  return [quantile(differences, 0.025), quantile(differences, 0.975)];
}

/** In the order of their names, so that the order in which pages were added up is of no matter. */
function filled(buckets: Buckets): Bucket[] {
  return Object.entries(buckets)
    .filter(([, { people }]) => people > 0)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, bucket]) => bucket);
}

const drawnFrom = (group: readonly Bucket[]): Drawn => ({ group, mean: meanOfAll(group), spread: spread(group) });

type Drawn = { readonly group: readonly Bucket[]; readonly mean: number; readonly spread: number };

const drawn = ({ group, mean, spread }: Drawn, dice: () => number): number => mean + (drawnMean(group, dice) - mean) * spread;

function drawnMean(buckets: readonly Bucket[], dice: () => number): number {
  let [people, minor] = [0, 0];
  for (let drawn = 0; drawn < buckets.length; drawn += 1) {
    const bucket = buckets[Math.floor(dice() * buckets.length)] as Bucket;
    people += bucket.people;
    minor += bucket.minor;
  }
  return minor / people;
}

/** A bootstrap of n units is too narrow by this (Efron, Tibshirani 1993: An Introduction to the Bootstrap, 5.3). */
const spread = (buckets: readonly Bucket[]): number => Math.sqrt(buckets.length / (buckets.length - 1));

function meanOfAll(buckets: readonly Bucket[]): number {
  let [people, minor] = [0, 0];
  for (const bucket of buckets) {
    people += bucket.people;
    minor += bucket.minor;
  }
  return people === 0 ? 0 : minor / people;
}

function quantile(sorted: Float64Array, at: number): number {
  const place = at * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}

/** Numbers in [0, 1) that follow from a text alone: mulberry32, which passes the tests that a bootstrap needs. */
function diceOf(seed: string): () => number {
  let state = Math.floor(share(seed) * 2 ** 32) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
