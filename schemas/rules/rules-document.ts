import { ruleGroups } from '../rules.ts';
import type { RuleDescription } from './rule-description.ts';

/** The rules as a page for people: `docs/rules.md`, written by `npm run schemas`. */
export function rulesDocument(): string {
  const groups = Object.entries(ruleGroups).map(([title, rules]) =>
    [`## ${title}`, ...Object.entries(rules).map(([name, rule]) => section(name, rule))].join('\n\n'),
  );
  return `${[opening, ...groups].join('\n\n')}\n`;
}

const opening = `# The rules of a catalogue

\`npx rekindle validate\` checks the files of a catalogue by these rules, and publishing does the same. An error stands in the
way of publishing; a warning does not. \`npx rekindle validate --rules\` prints this list, \`--rule NAME\` one of it.

This page is made from \`schemas/rules/\` by \`npm run schemas\`.`;

function section(name: string, { severity, why, fix, example: { given, bad, good } }: RuleDescription): string {
  return [
    `### ${name}`,
    `*${severity[0]?.toUpperCase()}${severity.slice(1)}.* ${asText(why)} ${asText(fix)}`,
    ...(given === undefined ? [] : [asText(given)]),
    'Wrong:',
    block(bad),
    'Right:',
    block(good),
  ].join('\n\n');
}

/** The words of a rule hold no markup; `<id>` and `_` must not become some. */
function asText(words: string): string {
  return words.replace(/[<*_\\`]/g, '\\$&');
}

function block(piece: string): string {
  return `\`\`\`${language(piece)}\n${piece}\n\`\`\``;
}

function language(piece: string): string {
  if (piece.startsWith('{%')) return 'liquid';
  if (piece.startsWith('<')) return 'html';
  return /^[{["]/.test(piece) ? 'json' : 'text';
}
