import { PatternProblem } from './problem.ts';

/** `["=", 5]`, `["<", 10]`, or a range that starts with its lower end: `[">", 0, "<=", 5]`. */
export function numericTest(terms: unknown): (value: number) => boolean {
  if (!Array.isArray(terms)) throw new PatternProblem('Value of numeric must be an array');
  const [operator, operand, upperOperator, upperOperand] = terms;
  const lower = comparison(operator, operand);
  if (terms.length === 2) return lower;
  if (operator !== '>' && operator !== '>=') throw new PatternProblem('Too many elements in numeric expression');
  if (upperOperator !== '<' && upperOperator !== '<=') throw new PatternProblem(`Bad numeric range operator: ${upperOperator}`);
  const upper = comparison(upperOperator, upperOperand);
  if (terms.length > 4) throw new PatternProblem('Too many terms in numeric range expression');
  if (operand >= upperOperand) throw new PatternProblem('Bottom must be less than top');
  return (value) => lower(value) && upper(value);
}

function comparison(operator: unknown, operand: unknown): (value: number) => boolean {
  if (typeof operator !== 'string') throw new PatternProblem(`Invalid member in numeric match: ${operator}`);
  if (typeof operand !== 'number') throw new PatternProblem(`Value of ${operator} must be numeric`);
  switch (operator) {
    case '=':
      return (value) => value === operand;
    case '<':
      return (value) => value < operand;
    case '<=':
      return (value) => value <= operand;
    case '>':
      return (value) => value > operand;
    case '>=':
      return (value) => value >= operand;
    default:
      throw new PatternProblem(`Unrecognized numeric range operator: ${operator}`);
  }
}
