import { apiOf, pageQuery } from './api.ts';
import { type Command, json, Misuse, paging, remote } from './command.ts';
import { plain, show, table, time } from './show.ts';

type Release = {
  readonly id: string;
  readonly at: string;
  readonly author: string;
  readonly note?: string;
  readonly current: boolean;
};

export const releases: Command = {
  name: 'releases',
  usage: '',
  summary: 'List the releases, newest first',
  details: ['The current one is marked with *.'],
  options: { ...paging, ...remote, ...json },
  examples: ['rekindle releases', 'rekindle releases --limit 3 --json'],
  run: async (context) => {
    if (context.args.length > 0) throw new Misuse(`${context.args[0]} is too much`);
    const { body } = await apiOf(context).call('GET', `/admin/v1/releases${pageQuery(context)}`);
    const { items, cursor } = body as { items: readonly Release[]; cursor: string | null };
    show(context, body, () => [
      ...(items.length === 0
        ? ['Nothing is published yet.']
        : table(['', 'RELEASE', 'PUBLISHED (UTC)', 'BY', 'NOTE'], items.map(row))),
      ...(cursor === null ? [] : ['', `There are more: --cursor ${cursor}`]),
    ]);
    return 0;
  },
};

/** The same release may be there twice, after a rollback: only its latest entry is the current one. */
function row({ id, at, author, note = '', current }: Release, index: number, all: readonly Release[]): string[] {
  const latest = all.findIndex((one) => one.id === id) === index;
  return [current && latest ? '*' : '', id, time(at), plain(author), plain(note)];
}
