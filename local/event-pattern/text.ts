import { PatternProblem } from './problem.ts';

type TextTest = (text: string) => boolean;

export function prefixTest(operand: unknown): TextTest {
  const { wanted, fold } = affix('prefix', operand);
  return (text) => fold(text).startsWith(wanted);
}

export function suffixTest(operand: unknown): TextTest {
  const { wanted, fold } = affix('suffix', operand);
  return (text) => fold(text).endsWith(wanted);
}

export function equalsIgnoreCaseTest(operand: unknown): TextTest {
  if (typeof operand !== 'string') throw new PatternProblem('equals-ignore-case match pattern must be a string');
  const wanted = operand.toLowerCase();
  return (text) => text.toLowerCase() === wanted;
}

/** `"ord-"`, or `{"equals-ignore-case": "ORD-"}`. */
function affix(name: 'prefix' | 'suffix', operand: unknown): { wanted: string; fold(text: string): string } {
  if (typeof operand === 'string') return { wanted: operand, fold: (text) => text };
  const entries = operand !== null && typeof operand === 'object' && !Array.isArray(operand) ? Object.entries(operand) : [];
  const [entry, second] = entries;
  if (second) throw new PatternProblem('Only one key allowed in match expression');
  if (!entry) throw new PatternProblem(`${name} match pattern must be a string`);
  const [operator, inner] = entry;
  if (operator !== 'equals-ignore-case') throw new PatternProblem(`Unsupported ${name} pattern: ${operator}`);
  if (typeof inner !== 'string') throw new PatternProblem('equals-ignore-case match pattern must be a string');
  return { wanted: inner.toLowerCase(), fold: (text) => text.toLowerCase() };
}
