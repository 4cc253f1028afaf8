import type { Leaf } from './fields.ts';
import { PatternProblem } from './problem.ts';
import { equalsIgnoreCaseTest, prefixTest, suffixTest } from './text.ts';
import { wildcardTest } from './wildcard.ts';

type LeafTest = (value: Leaf) => boolean;

/** True for every value that is there and is none of those named; a value of another type is none of them. */
export function anythingButTest(operand: unknown): LeafTest {
  if (operand !== null && typeof operand === 'object' && !Array.isArray(operand)) return anythingButOperator(operand);
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  const strings = values.filter((value) => typeof value === 'string');
  const numbers = values.filter((value) => typeof value === 'number');
  if (values.length === 0 || (strings.length !== values.length && numbers.length !== values.length)) {
    throw new PatternProblem('Inside anything but list, either all values are number or string, mixed type is not supported');
  }
  const excluded = new Set(values);
  return (value) => !excluded.has(value);
}

function anythingButOperator(operand: object): LeafTest {
  const [entry, second] = Object.entries(operand);
  if (!entry) throw new PatternProblem('Anything-But expression name not found');
  if (second) throw new PatternProblem('Only one key allowed in match expression');
  const [operator, wanted] = entry;
  const tests = stringsOf(operator, wanted).map((text) => innerTest(operator, text));
  return (value) => typeof value !== 'string' || !tests.some((test) => test(value));
}

function innerTest(operator: string, text: string): (value: string) => boolean {
  switch (operator) {
    case 'prefix':
      return prefixTest(text);
    case 'suffix':
      return suffixTest(text);
    case 'equals-ignore-case':
      return equalsIgnoreCaseTest(text);
    case 'wildcard':
      return wildcardTest(text);
    default:
      throw new PatternProblem(`Unsupported anything-but pattern: ${operator}`);
  }
}

function stringsOf(operator: string, operand: unknown): string[] {
  const texts: unknown[] = Array.isArray(operand) ? operand : [operand];
  const strings = texts.filter((text) => typeof text === 'string');
  if (strings.length === 0 || strings.length !== texts.length) {
    throw new PatternProblem(`Inside anything-but, ${operator} needs a string or a list of strings`);
  }
  if ((operator === 'prefix' || operator === 'suffix') && strings.includes('')) {
    throw new PatternProblem('Null prefix/suffix not allowed');
  }
  return strings;
}
