import type { Command, Option } from './command.ts';

/** What Rekindle is, which commands there are, and how to begin. */
export function help(commands: readonly Command[]): string {
  const usages = commands.map(({ name, usage }) => `${name} ${usage}`.trimEnd());
  const width = Math.max(...usages.map(({ length }) => length));
  return [
    'rekindle: marketing automation in your own AWS account. Customers’ events start journeys, which are',
    'JSON files; this command checks and publishes them, and shows what happens to a customer and why.',
    '',
    'Usage: npx rekindle COMMAND [ARGUMENTS] [OPTIONS]',
    '',
    'Commands',
    ...commands.map(({ summary }, index) => `  ${usages[index]?.padEnd(width)}  ${summary}`),
    '',
    'Commands that need a running system talk to http://127.0.0.1:3000 (the local cloud, "npm start"), or to',
    'the one that --url or REKINDLE_URL names. The key comes from --key, REKINDLE_KEY, or the local cloud.',
    'Exit codes: 0 done, 1 refused or not there, 2 not understood. --json gives data instead of tables.',
    '',
    'Examples',
    '  rekindle validate                          is the catalogue in order?',
    '  rekindle publish --note "new welcome mail" make it the current release',
    '  rekindle timeline ann@example.com          why did she get, or not get, a mail?',
    '  rekindle COMMAND --help                    all about one command',
  ].join('\n');
}

export function commandHelp({ name, usage, summary, details, options, examples }: Command): string {
  return [
    `rekindle ${name}: ${summary}`,
    '',
    `Usage: npx rekindle ${name} ${usage}`.trimEnd() + (Object.keys(options).length > 0 ? ' [OPTIONS]' : ''),
    '',
    ...details,
    '',
    'Options',
    ...optionLines({ ...options, help: { type: 'boolean', help: 'This text' } }),
    '',
    'Examples',
    ...examples.map((example) => `  ${example}`),
  ].join('\n');
}

function optionLines(options: Readonly<Record<string, Option>>): string[] {
  const names = Object.entries(options).map(([name, { value }]) => `--${name}${value === undefined ? '' : ` ${value}`}`);
  const width = Math.max(...names.map(({ length }) => length));
  return Object.values(options).map(({ help: text }, index) => `  ${names[index]?.padEnd(width)}  ${text}`);
}
