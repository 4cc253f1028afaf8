import type { Comparison, Range, Scalar } from '#core/condition.ts';
import { describeDuration, describeInstant, listed } from './duration.ts';

/** What is said of a value: "is PT", "is at least 18 and is below 65". Negated: "is not PT". */
export function describeComparison(comparison: Comparison, negated = false): string {
  const found = (Object.keys(comparison) as (keyof Comparison)[]).flatMap((key) => {
    const value = comparison[key];
    return value === undefined ? [] : [phrases[key](value as never, negated)];
  });
  // Not (a and b) is (not a) or (not b).
  return listed(found, negated ? 'or' : 'and');
}

/** "at least 2", "more than 2 and at most 5", "exactly 1" */
export function describeRange({ gt, gte, lt, lte, is }: Range): string {
  return listed([
    ...(is === undefined ? [] : [`exactly ${is}`]),
    ...(gte === undefined ? [] : [`at least ${gte}`]),
    ...(gt === undefined ? [] : [`more than ${gt}`]),
    ...(lte === undefined ? [] : [`at most ${lte}`]),
    ...(lt === undefined ? [] : [`less than ${lt}`]),
  ]);
}

type Phrases = { readonly [Key in keyof Comparison]-?: (value: NonNullable<Comparison[Key]>, negated: boolean) => string };

const isNot = (negated: boolean): string => (negated ? 'is not' : 'is');

const phrases: Phrases = {
  is: (value, negated) => equal(value, negated),
  isNot: (value, negated) => equal(value, !negated),
  in: (values, negated) => `${isNot(negated)} ${listed(values.map(scalar), 'or')}`,
  notIn: (values, negated) => `${isNot(!negated)} ${listed(values.map(scalar), 'or')}`,
  gt: (value, negated) => (negated ? `is at most ${moment(value)}` : `is more than ${moment(value)}`),
  gte: (value, negated) => (negated ? `is below ${moment(value)}` : `is at least ${moment(value)}`),
  lt: (value, negated) => (negated ? `is at least ${moment(value)}` : `is below ${moment(value)}`),
  lte: (value, negated) => (negated ? `is more than ${moment(value)}` : `is at most ${moment(value)}`),
  contains: (value, negated) => `${negated ? 'does not contain' : 'contains'} ${scalar(value)}`,
  startsWith: (value, negated) => `${negated ? 'does not start' : 'starts'} with ${scalar(value)}`,
  matches: (value, negated) => `${negated ? 'does not match' : 'matches'} /${value}/`,
  exists: (value, negated) => (value === negated ? 'is not known' : 'is known'),
  before: (value, negated) => `${isNot(negated)} before ${describeInstant(value)}`,
  after: (value, negated) => `${isNot(negated)} after ${describeInstant(value)}`,
  within: (value, negated) => `${isNot(negated)} within ${describeDuration(value)} of now`,
};

function equal(value: Scalar, negated: boolean): string {
  if (value === null) return negated ? 'is known' : 'is not known';
  return `${isNot(negated)} ${scalar(value)}`;
}

/** A text that could be taken for words of the sentence stands in quotes. */
function scalar(value: Scalar): string {
  if (value === null) return 'nothing';
  if (value === '') return 'empty';
  return typeof value === 'string' && /[\s,]/.test(value) ? `“${value}”` : String(value);
}

function moment(value: number | string): string {
  return typeof value === 'string' ? describeInstant(value) : String(value);
}
