import type { Comparison, Condition, Range, Scalar } from '#core/condition.ts';

/** Why nobody can ever meet a condition, for the simple cases that a slip leads to; undefined where none is seen. */
export function neverTrue(condition: Condition): string | undefined {
  if ('all' in condition) return contradiction(condition.all);
  if ('event' in condition)
    return (condition.count && emptyCount(condition.count)) ?? (condition.sum && emptyRange(condition.sum));
  if ('points' in condition) return emptyRange(condition.points) ?? belowZero(condition.points, 'the balance of points');
  if ('attribute' in condition || 'property' in condition) return emptyComparison(condition);
  return undefined;
}

function emptyComparison(comparison: Comparison): string | undefined {
  const { is, in: among, isNot, notIn, exists, before, after } = comparison;
  const shown = JSON.stringify(is);
  if (is !== undefined && among !== undefined && !among.includes(is))
    return `nothing is ${shown} and also one of ${JSON.stringify(among)}`;
  if (is !== undefined && (isNot === is || notIn?.includes(is))) return `nothing is ${shown} and also not`;
  if (among?.every((one) => notIn?.includes(one) || isNot === one))
    return `everything in ${JSON.stringify(among)} is shut out again`;
  if (exists === false && needsValue(comparison)) return 'what does not exist cannot be compared';
  if (before !== undefined && after !== undefined && Date.parse(before) <= Date.parse(after))
    return `no instant is after ${after} and before ${before}`;
  if (typeof is === 'number' && outside(comparison, is)) return `${is} is not within the bounds`;
  return emptyRange(comparison);
}

function needsValue(comparison: Comparison): boolean {
  const { exists: _, isNot: __, notIn: ___, is, ...positive } = comparison;
  const others = Object.keys(positive).filter((key) => key !== 'attribute' && key !== 'property');
  return (is !== undefined && is !== null) || others.length > 0;
}

type Bounds = {
  readonly gt?: number | string;
  readonly gte?: number | string;
  readonly lt?: number | string;
  readonly lte?: number | string;
};

function emptyRange(bounds: Bounds): string | undefined {
  for (const low of ['gt', 'gte'] as const) {
    for (const high of ['lt', 'lte'] as const) {
      const [from, to] = [bounds[low], bounds[high]];
      if (typeof from !== 'number' || typeof to !== 'number') continue;
      if (from > to || (from === to && !(low === 'gte' && high === 'lte')))
        return `no number is ${low} ${from} and ${high} ${to}`;
    }
  }
  return undefined;
}

function emptyCount(range: Range): string | undefined {
  if (range.is !== undefined && !Number.isInteger(range.is)) return 'a count is a whole number';
  return emptyRange(range) ?? belowZero(range, 'a count');
}

function belowZero({ lt, lte, is }: Range, what: string): string | undefined {
  return (lt ?? 1) <= 0 || (lte ?? 0) < 0 || (is ?? 0) < 0 ? `${what} is never below zero` : undefined;
}

function outside({ gt, gte, lt, lte }: Comparison, value: number): boolean {
  return (
    (typeof gt === 'number' && value <= gt) ||
    (typeof gte === 'number' && value < gte) ||
    (typeof lt === 'number' && value >= lt) ||
    (typeof lte === 'number' && value > lte)
  );
}

/** Two conditions of an `all` that shut each other out: different values of one attribute, a thing and its opposite, two tiers. */
function contradiction(conditions: readonly Condition[]): string | undefined {
  const values = new Map<string, Scalar>();
  const plain = new Set(conditions.filter((one) => !('not' in one)).map((one) => JSON.stringify(one)));
  for (const one of conditions) {
    if ('not' in one && plain.has(JSON.stringify(one.not))) return 'a condition and its opposite are both asked for';
    const [key, value] = fixed(one) ?? [];
    if (key === undefined || value === undefined) continue;
    const other = values.get(key);
    if (other !== undefined && other !== value) return `${key} cannot be ${JSON.stringify(other)} and ${JSON.stringify(value)}`;
    values.set(key, value);
  }
  return apart(conditions);
}

/** Bounds of one attribute or property that two conditions give, and that leave nothing between them. */
function apart(conditions: readonly Condition[]): string | undefined {
  const compared = conditions.flatMap((one): (Comparison & { readonly subject: string })[] => {
    if ('attribute' in one) return [{ ...one, subject: `the attribute ${one.attribute}` }];
    return 'property' in one ? [{ ...one, subject: `the property ${one.property}` }] : [];
  });
  for (const [index, one] of compared.entries()) {
    for (const other of compared.slice(index + 1)) {
      if (one.subject !== other.subject) continue;
      const why = between(one, other) ?? between(other, one);
      if (why !== undefined) return why;
    }
  }
  return undefined;
}

function between({ gt, gte, is }: Comparison, { lt, lte, ...other }: Comparison): string | undefined {
  const above = { ...(gt !== undefined && { gt }), ...(gte !== undefined && { gte }) };
  const below = { ...(lt !== undefined && { lt }), ...(lte !== undefined && { lte }) };
  if (typeof is === 'number' && outside({ ...other, ...below }, is)) return `${is} is not within the bounds`;
  return emptyRange({ ...above, ...below });
}

function fixed(condition: Condition): readonly [string, Scalar] | undefined {
  if ('tier' in condition) return ['the tier', condition.tier];
  if ('attribute' in condition && condition.is !== undefined) return [`the attribute "${condition.attribute}"`, condition.is];
  if ('property' in condition && condition.is !== undefined) return [`the property "${condition.property}"`, condition.is];
  return undefined;
}
