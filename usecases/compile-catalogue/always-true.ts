import type { Condition, Range } from '#core/condition.ts';
import { canonical, type Json } from '#core/json.ts';

/** Why a condition holds for everybody, for the simple cases that a slip leads to; undefined where none is seen. */
export function alwaysTrue(condition: Condition): string | undefined {
  if ('all' in condition) return condition.all.length === 0 ? 'a list of no conditions holds for everybody' : undefined;
  if ('any' in condition) return eitherWay(condition.any);
  if ('event' in condition && condition.count !== undefined) return fromZero(condition.count, 'every count is');
  if ('points' in condition) return fromZero(condition.points, 'every balance of points is');
  return undefined;
}

function fromZero({ gt, gte, lt, lte, is }: Range, what: string): string | undefined {
  if (lt !== undefined || lte !== undefined || is !== undefined) return undefined;
  if (gte !== undefined && gte <= 0 && gt === undefined) return `${what} ${gte} or more`;
  return gt !== undefined && gt < 0 && gte === undefined ? `${what} above ${gt}` : undefined;
}

function eitherWay(any: readonly Condition[]): string | undefined {
  const said = new Set(any.map((one) => canonical(one as unknown as Json)));
  const both = any.some((one) => 'not' in one && said.has(canonical(one.not as unknown as Json)));
  return both ? 'either a condition holds or its opposite' : undefined;
}
