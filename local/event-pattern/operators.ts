import { anythingButTest } from './anything-but.ts';
import { cidrTest } from './cidr.ts';
import type { Leaf } from './fields.ts';
import { numericTest } from './numeric.ts';
import { PatternProblem } from './problem.ts';
import { equalsIgnoreCaseTest, prefixTest, suffixTest } from './text.ts';
import { wildcardTest } from './wildcard.ts';

/** What an array of a pattern asks of its field: one of the values or operators, or that the field is absent. */
export type Tests = {
  value(value: Leaf): boolean;
  readonly absent: boolean;
  /** The strings, when the array lists nothing else. */
  readonly strings: ReadonlySet<string> | undefined;
};

export const OPERATORS: readonly string[] = [
  'prefix',
  'suffix',
  'equals-ignore-case',
  'wildcard',
  'anything-but',
  'numeric',
  'exists',
  'cidr',
];

export function testsOf(elements: readonly unknown[]): Tests {
  if (elements.length === 0) throw new PatternProblem('Empty arrays are not allowed');
  const literals = new Set<unknown>();
  const operators: ((value: Leaf) => boolean)[] = [];
  let absent = false;
  for (const element of elements) {
    if (Array.isArray(element)) throw new PatternProblem('Match value must be String, number, true, false, or null');
    if (element === null || typeof element !== 'object') literals.add(element);
    else if (isAbsence(element)) absent = true;
    else operators.push(operatorTest(element));
  }
  const onlyStrings = !absent && operators.length === 0 && [...literals].every((literal) => typeof literal === 'string');
  return {
    value: (value) => literals.has(value) || operators.some((test) => test(value)),
    absent,
    strings: onlyStrings ? (literals as ReadonlySet<string>) : undefined,
  };
}

function isAbsence(element: object): boolean {
  return 'exists' in element && element.exists === false && Object.keys(element).length === 1;
}

function operatorTest(element: object): (value: Leaf) => boolean {
  const [[operator, operand], second] = entriesOf(element);
  if (second) throw new PatternProblem('Only one key allowed in match expression');
  switch (operator) {
    case 'prefix':
      return onStrings(prefixTest(operand));
    case 'suffix':
      return onStrings(suffixTest(operand));
    case 'equals-ignore-case':
      return onStrings(equalsIgnoreCaseTest(operand));
    case 'wildcard':
      if (typeof operand !== 'string') throw new PatternProblem('wildcard match pattern must be a string');
      return onStrings(wildcardTest(operand));
    case 'anything-but':
      return anythingButTest(operand);
    case 'numeric':
      return onNumbers(numericTest(operand));
    case 'exists':
      if (operand !== true) throw new PatternProblem('exists match pattern must be either true or false.');
      return () => true;
    case 'cidr':
      if (typeof operand !== 'string') throw new PatternProblem('cidr match pattern must be a string');
      return onStrings(cidrTest(operand));
    default:
      throw new PatternProblem(`Unrecognized match type ${operator}`);
  }
}

type Entry = readonly [operator: string, operand: unknown];

function entriesOf(element: object): readonly [Entry, Entry?] {
  const [first, second] = Object.entries(element);
  if (!first) throw new PatternProblem('Match expression name not found');
  return second ? [first, second] : [first];
}

function onStrings(test: (text: string) => boolean): (value: Leaf) => boolean {
  return (value) => typeof value === 'string' && test(value);
}

function onNumbers(test: (number: number) => boolean): (value: Leaf) => boolean {
  return (value) => typeof value === 'number' && test(value);
}
