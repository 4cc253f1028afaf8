import type { Problem } from '#schemas/problem.ts';
import { count } from './show.ts';

/** Problems of a catalogue as lines that editors and terminals make links of: `file:line:column`. */
export function problemLines(problems: readonly Problem[]): string[] {
  return problems.flatMap(({ file, line, column, path, severity, rule, message, fix }) => [
    `${[file, line, column].filter((one) => one !== undefined && one !== '').join(':')}  ${severity}  ${rule}`,
    `    ${path === '' ? '' : `${path}: `}${message}`,
    `    → ${fix}`,
  ]);
}

export function summary(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(problems.length > errors ? [count(problems.length - errors, 'warning')] : []),
  ].join(', ');
}
