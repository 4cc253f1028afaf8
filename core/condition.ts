import type { Duration } from './instant.ts';

export type Scalar = string | number | boolean | null;

/** All that are given must hold. `before` and `after` take an instant; `within` a period around now. */
export type Comparison = {
  readonly is?: Scalar;
  readonly isNot?: Scalar;
  readonly in?: readonly Scalar[];
  readonly notIn?: readonly Scalar[];
  readonly gt?: number | string;
  readonly gte?: number | string;
  readonly lt?: number | string;
  readonly lte?: number | string;
  readonly contains?: Scalar;
  readonly startsWith?: string;
  readonly matches?: string;
  readonly exists?: boolean;
  readonly before?: string;
  readonly after?: string;
  readonly within?: Duration;
};

export type Range = {
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
  readonly is?: number;
};

export type EventCondition = {
  readonly event: string;
  readonly where?: Condition;
  readonly count?: Range;
  readonly sum?: { readonly property: string } & Range;
  readonly within?: Duration;
};

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | ({ readonly attribute: string } & Comparison)
  | ({ readonly property: string; readonly equalsTrigger?: string } & Comparison)
  | EventCondition
  | { readonly segment: string }
  | { readonly journey: string; readonly is: 'active' | 'completed' | 'exited' | 'never' }
  | { readonly message: string; readonly is: 'delivered' | 'opened' | 'clicked' | 'bounced' }
  | { readonly consent: string }
  | { readonly tier: string }
  | { readonly points: Range }
  | ({ readonly score: string } & Range)
  | { readonly stage: string };

/** A condition and all that stand inside it. */
export function walk(condition: Condition): Condition[] {
  if ('all' in condition) return [condition, ...condition.all.flatMap(walk)];
  if ('any' in condition) return [condition, ...condition.any.flatMap(walk)];
  if ('not' in condition) return [condition, ...walk(condition.not)];
  return 'event' in condition && condition.where !== undefined ? [condition, ...walk(condition.where)] : [condition];
}
