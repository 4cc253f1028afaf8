import { Engine, type TopLevelCondition } from 'json-rules-engine';
import type { Comparison, Condition } from '#core/condition.ts';
import type { FlatFacts, Matcher } from './matcher.ts';
import type { Triggered } from './shop.ts';

type Part = Extract<TopLevelCondition, { all: unknown }>['all'][number];

/** json-rules-engine as one would use it: a rule for each journey, all in one engine, which is run for each event. */
export function rulesEngineMatcher(triggers: readonly Triggered[], { withEventName }: { withEventName: boolean }): Matcher {
  const engine = new Engine([], { allowUndefinedFacts: true });
  // What it has no operators for, in the few words that it takes to add them.
  engine.addOperator('exists', (value: unknown, wanted: unknown) => (value !== undefined && value !== null) === wanted);
  engine.addOperator('startsWith', (value: unknown, start: string) => typeof value === 'string' && value.startsWith(start));
  for (const { journey, event, where } of triggers) {
    // Of the parts of a rule, a higher priority goes first, and the others are not asked where it does not hold.
    const named: Part[] = withEventName ? [{ fact: 'event', operator: 'equal', value: event, priority: 10 }] : [];
    engine.addRule({ conditions: { all: [...named, translated(where)] }, event: { type: journey } });
  }
  return async (facts: FlatFacts) => (await engine.run(facts)).events.map(({ type }) => type);
}

function translated(condition: Condition): Part {
  if ('all' in condition) return { all: condition.all.map(translated) };
  if ('any' in condition) return { any: condition.any.map(translated) };
  if ('not' in condition) return { not: translated(condition.not) };
  if ('attribute' in condition) return compared(condition.attribute, condition);
  if ('property' in condition) return compared(condition.property, condition);
  throw new Error(`no counterpart: ${JSON.stringify(condition)}`);
}

const operators: Readonly<Partial<Record<keyof Comparison, string>>> = {
  is: 'equal',
  isNot: 'notEqual',
  in: 'in',
  notIn: 'notIn',
  gt: 'greaterThan',
  gte: 'greaterThanInclusive',
  lt: 'lessThan',
  lte: 'lessThanInclusive',
  startsWith: 'startsWith',
  exists: 'exists',
};

function compared(fact: string, comparison: Comparison): Part {
  const parts = Object.entries(operators).flatMap(([key, operator]) => {
    const value = comparison[key as keyof Comparison];
    return value === undefined ? [] : [{ fact, operator, value }];
  });
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { all: parts };
}
