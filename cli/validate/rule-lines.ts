import type { RuleDescription } from '#schemas/rules/rule-description.ts';

/** A rule for the terminal: what it refuses and why, what to do, and an example of both. */
export function ruleLines(name: string, { severity, why, fix, example: { given, bad, good } }: RuleDescription): string[] {
  return [
    `${name}  ${severity}`,
    `    ${why}`,
    `    → ${fix}`,
    ...(given === undefined ? [] : [`    ${given}`]),
    ...piece('wrong', bad),
    ...piece('right', good),
  ];
}

function piece(label: string, text: string): string[] {
  return [`    ${label}:`, ...text.split('\n').map((line) => `        ${line}`)];
}
