import type { Problem } from '#schemas/problem.ts';
import { apiOf } from './api.ts';
import { type Command, json, remote, textOf } from './command.ts';
import { filesOf } from './files.ts';
import { problemLines, summary } from './problems.ts';
import { count, plain, show } from './show.ts';

type Published = {
  readonly id: string;
  readonly unchanged: boolean;
  readonly release?: { readonly counts: Readonly<Record<string, number>> };
  readonly problems: readonly Problem[];
  /** Absent where it was refused. */
  readonly notices?: readonly string[];
};

export const publish: Command = {
  name: 'publish',
  usage: '[DIR]',
  summary: 'Publish a catalogue as a whole; nothing changes where it has errors',
  details: [
    'Sends catalogue/ and templates/ in DIR (here, unless told). It is checked, and becomes the current release at once.',
    'People inside a journey finish on the version that they entered.',
  ],
  options: {
    note: { type: 'string', value: 'TEXT', help: 'What changed and why, for the list of releases' },
    base: { type: 'string', value: 'ID', help: 'Only if this release is still the current one' },
    ...remote,
    ...json,
  },
  examples: [
    'rekindle publish --note "win-back waits a week longer"',
    'rekindle publish --url https://go.example.com --key sk_…',
  ],
  run: async (context) => {
    const [note, base] = [textOf(context, 'note'), textOf(context, 'base')];
    const request = { files: filesOf(context), ...(note !== undefined && { note }), ...(base !== undefined && { base }) };
    const { status, body } = await apiOf(context).call('POST', '/admin/v1/releases', request, [422]);
    const { id, unchanged, release, problems, notices = [] } = body as Published;
    const refused = status === 422;
    show(context, body, () => [
      ...problemLines(problems),
      refused
        ? `Nothing was published: ${summary(problems)}.`
        : unchanged
          ? `Nothing has changed since ${id}.`
          : `Published ${id}: ${contents(release?.counts)}.`,
      ...notices.map(plain),
    ]);
    return refused ? 1 : 0;
  },
};

function contents(counts: Readonly<Record<string, number>> = {}): string {
  return Object.entries(counts)
    .filter(([, number]) => number > 0)
    .map(([what, number]) => count(number, what.replace(/s$/, '')))
    .join(', ');
}
