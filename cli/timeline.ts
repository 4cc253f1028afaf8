import type { TimelineItem } from '#usecases/read-timeline.ts';
import { apiOf, pageQuery, part } from './api.ts';
import { type Command, json, only, paging, remote } from './command.ts';
import { plain, show, table, time } from './show.ts';

export const timeline: Command = {
  name: 'timeline',
  usage: 'ID|EMAIL',
  summary: 'Show what happened to a customer, what was decided, and why',
  details: ['Newest first. By customer id, e-mail address, user id or anonymous id.'],
  options: { ...paging, ...remote, ...json },
  examples: ['rekindle timeline ann@example.com', 'rekindle timeline ann@example.com --limit 100 --json'],
  run: async (context) => {
    const { body } = await apiOf(context).call(
      'GET',
      `/admin/v1/customers/${part(only(context, 'ID|EMAIL'))}/timeline${pageQuery(context)}`,
    );
    const { items, cursor } = body as { items: readonly TimelineItem[]; cursor: string | null };
    show(context, body, () => [
      ...table(['TIME (UTC)', 'TYPE', 'WHAT'], items.flatMap(rows)),
      ...(cursor === null ? [] : ['', `There is more: --cursor ${cursor}`]),
    ]);
    return 0;
  },
};

type Note = {
  readonly what: string;
  readonly why: string;
  readonly journey?: string;
  readonly step?: string;
  readonly segment?: string;
  readonly topic?: string;
};

function rows(item: TimelineItem): string[][] {
  const [first = '', ...others] = texts(item);
  return [[time(item.at), item.type, plain(first)], ...others.map((text) => ['', '', plain(text)])];
}

function texts(item: TimelineItem): string[] {
  switch (item.type) {
    case 'event':
      return [`${item.name} ${short(item.properties)}`];
    case 'message':
      return [
        `${item.template} (${item.journey}/${item.step}): ${item.status}${item.reason === undefined ? '' : `, ${item.reason}`}`,
      ];
    case 'ledger':
      return [`${item.points} points, the balance is ${item.balance}: ${item.reason}`];
    case 'call':
      return [`${item.url} (${item.journey}/${item.step}): ${item.status}${item.reason === undefined ? '' : `, ${item.reason}`}`];
    case 'decision': {
      const notes = item.notes as readonly Note[];
      const event = item.event as { name: string } | undefined;
      const head = event === undefined ? 'time passed' : `on ${event.name}`;
      return [notes.length === 0 ? `${head}: nothing to do` : `${head}:`, ...notes.map(noteText)];
    }
  }
}

function noteText({ what, why, journey, step, segment, topic }: Note): string {
  const about = [journey, step].filter(Boolean).join('/') || segment || topic;
  return `· ${what.replaceAll('_', ' ')}${about === undefined || about === '' ? '' : ` ${about}`}: ${why}`;
}

const TEXT_LENGTH_MAX = 100;

function short(value: unknown): string {
  const text = value === undefined || JSON.stringify(value) === '{}' ? '' : JSON.stringify(value);
  return text.length <= TEXT_LENGTH_MAX ? text : `${text.slice(0, TEXT_LENGTH_MAX - 1)}…`;
}
