import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ExportItem, ExportPage } from '#usecases/export-customer.ts';
import { type Api, apiOf, part } from './api.ts';
import { type Command, Failure, only, remote, textOf } from './command.ts';
import { progress } from './progress.ts';
import { count } from './show.ts';

export const exportCommand: Command = {
  name: 'export',
  usage: 'ID|EMAIL',
  summary: 'Everything that is held about a customer, as JSON',
  details: [
    'State, consents with their proofs, events, decisions, messages, points and calls, under all ids of the customer.',
    'docs/rights.md describes the format. The file holds personal data: only its owner may read it.',
  ],
  options: { out: { type: 'string', value: 'FILE', help: 'Where to write it; standard output unless told' }, ...remote },
  examples: ['rekindle export ann@example.com --out ann.json', 'rekindle export ann@example.com | jq .events'],
  run: async (context) => {
    const file = textOf(context, 'out');
    const whole = assembled(await pagesOf(apiOf(context), only(context, 'ID|EMAIL')));
    const text = JSON.stringify(whole, null, 2);
    if (file === undefined) {
      context.print(text);
      return 0;
    }
    try {
      writeFileSync(resolve(context.cwd, file), `${text}\n`, { mode: 0o600 });
    } catch (fault) {
      throw new Failure(`${file} cannot be written: ${(fault as Error).message}`);
    }
    const held = [count(whole.events.length, 'event'), count(whole.messages.length, 'message')].join(', ');
    context.print(`Wrote ${file}: ${held}, and all else that is held under ${count(whole.ids.length, 'id')}.`);
    return 0;
  },
};

const PAGE = 200;

async function pagesOf({ call }: Api, id: string): Promise<ExportPage[]> {
  const told = progress();
  const pages: ExportPage[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor !== '' && { cursor }) });
    const page = (await call('GET', `/admin/v1/customers/${part(id)}/export?${query}`)).body as ExportPage;
    pages.push(page);
    told.tell(`${pages.reduce((sum, { items }) => sum + items.length, 0)} items read`);
    cursor = page.cursor;
  }
  told.end();
  return pages;
}

/** One document of all pages, by kind. The first page says who it is; what happened while it was read may stand in others. */
function assembled(pages: readonly ExportPage[]) {
  const items = pages.flatMap((page) => page.items);
  const of = (...types: readonly ExportItem['type'][]) => items.filter(({ type }) => types.includes(type)).map(untyped);
  const [first] = pages;
  return {
    format: first?.format,
    exportedAt: first?.exportedAt,
    customer: first?.customer ?? null,
    ids: first?.ids ?? [],
    consents: consentsOf(first?.customer?.consents ?? {}, items),
    events: of('event'),
    decisions: of('decision'),
    messages: of('message'),
    ledger: of('ledger'),
    calls: of('call'),
    states: of('state', 'pointer'),
    others: of('other'),
  };
}

/** What was said about each topic, with the event that proves it: the words, the address, the page. */
function consentsOf(consents: NonNullable<ExportPage['customer']>['consents'], items: readonly ExportItem[]): object[] {
  const events = new Map(items.flatMap((item) => (item.type === 'event' ? [[item.eventId, untyped(item)] as const] : [])));
  return Object.entries(consents).flatMap(([topic, { history, ...now }]) =>
    [now, ...history].map((said) => ({ topic, ...said, proof: events.get(said.event) ?? null })),
  );
}

function untyped({ type: _, ...item }: ExportItem): object {
  return item;
}
