import jsonLogic, { type Logic } from 'json-logic-js';
import type { Comparison, Condition } from '#core/condition.ts';
import type { FlatFacts, Matcher } from './matcher.ts';
import type { Triggered } from './shop.ts';

/** json-logic-js as one would use it: a rule for each journey, asked one after the other. */
export function jsonLogicMatcher(triggers: readonly Triggered[], { withEventName }: { withEventName: boolean }): Matcher {
  const rules = triggers.map(({ journey, event, where }) => {
    const logic = translated(where);
    // "and" stops at the first part that is false, so the name is asked first.
    return { journey, logic: withEventName ? { and: [{ '===': [{ var: 'event' }, event] }, logic] } : logic };
  });
  return (facts: FlatFacts) => rules.flatMap(({ journey, logic }) => (jsonLogic.apply(logic, facts) === true ? [journey] : []));
}

function translated(condition: Condition): Logic {
  if ('all' in condition) return { and: condition.all.map(translated) };
  if ('any' in condition) return { or: condition.any.map(translated) };
  if ('not' in condition) return { '!': [translated(condition.not)] };
  if ('attribute' in condition) return compared(condition.attribute, condition);
  if ('property' in condition) return compared(condition.property, condition);
  throw new Error(`no counterpart: ${JSON.stringify(condition)}`);
}

function compared(name: string, { is, isNot, in: among, notIn, gt, gte, lt, lte, startsWith, exists }: Comparison): Logic {
  const value: Logic = { var: name };
  const parts: Logic[] = [
    ...(is === undefined ? [] : [{ '===': [value, is] }]),
    ...(isNot === undefined ? [] : [{ '!==': [value, isNot] }]),
    ...(among === undefined ? [] : [{ in: [value, among] }]),
    ...(notIn === undefined ? [] : [{ '!': [{ in: [value, notIn] }] }]),
    ...(gt === undefined ? [] : [{ '>': [value, gt] }]),
    ...(gte === undefined ? [] : [{ '>=': [value, gte] }]),
    ...(lt === undefined ? [] : [{ '<': [value, lt] }]),
    ...(lte === undefined ? [] : [{ '<=': [value, lte] }]),
    ...(startsWith === undefined ? [] : [{ '===': [{ substr: [value, 0, startsWith.length] }, startsWith] }]),
    ...(exists === undefined ? [] : [{ [exists ? '!==' : '===']: [value, null] }]),
  ];
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { and: parts };
}
