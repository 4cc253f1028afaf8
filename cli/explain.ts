import type { Journey, Release } from '#core/catalogue.ts';
import { didYouMean } from '#schemas/suggest.ts';
import { type Explanation, explain as explainRecords, type Sentence } from '#usecases/explain.ts';
import type { CustomerView } from '#usecases/read-customer.ts';
import type { Timeline, TimelineItem } from '#usecases/read-timeline.ts';
import { type Api, apiOf, part } from './api.ts';
import { type Command, Failure, json, only, remote, textOf } from './command.ts';
import { progress } from './progress.ts';
import { plain, show, table, time } from './show.ts';

export const explain: Command = {
  name: 'explain',
  usage: 'ID|EMAIL',
  summary: 'Tell why a customer did or did not get into a journey, and what became of each mail',
  details: [
    'By customer id, e-mail address, user id or anonymous id. Tells from the decision records: whether the person entered and',
    'why not, which way they went, what became of each mail, and where they wait now. Of a journey that was never considered',
    'for them it tells what it waits for, and that nothing of the kind has happened.',
  ],
  options: {
    journey: { type: 'string', value: 'J', help: 'Only this journey; all of them, unless told' },
    ...remote,
    ...json,
  },
  examples: ['rekindle explain ann@example.com', 'rekindle explain ann@example.com --journey win-back'],
  run: async (context) => {
    const who = only(context, 'ID|EMAIL');
    const journey = textOf(context, 'journey');
    const api = apiOf(context);
    const { body } = await api.call('GET', `/admin/v1/customers/${part(who)}`);
    const { journeys, topics, notes } = await published(api);
    const items = await timelineOf(api, who);
    const customer = body as CustomerView;
    const explained = explainRecords({ customer, items, journeys, topics, ...(journey !== undefined && { journey }) });
    if (journey !== undefined && explained.journeys.length === 0) throw unknownJourney(journey, journeys);
    show(context, { ...explained, notes }, () => lines(explained, notes));
    return 0;
  },
};

const PAGE = 200;

async function timelineOf(api: Api, who: string): Promise<TimelineItem[]> {
  const items: TimelineItem[] = [];
  const running = progress();
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor !== '' && { cursor }) });
    const { body } = await api.call('GET', `/admin/v1/customers/${part(who)}/timeline?${query}`);
    const page = body as Timeline;
    items.push(...page.items);
    cursor = page.cursor;
    running.tell(`${items.length} entries of the timeline read`);
  }
  running.end();
  return items;
}

type Published = Pick<Release, 'journeys' | 'topics'> & { readonly notes: readonly string[] };

/** The current release; no journeys, with the reason, where it cannot be read. */
async function published(api: Api): Promise<Published> {
  const { status, body } = await api.call('GET', '/admin/v1/releases/current', undefined, [403, 404]);
  if (status === 200) return { ...(body as { readonly release: Release }).release, notes: [] };
  const why = status === 403 ? 'The key may not read releases' : 'Nothing is published';
  return { journeys: [], topics: [], notes: [`${why}: journeys are told of only where the records speak of them.`] };
}

function unknownJourney(journey: string, journeys: readonly Journey[]): Failure {
  const ids = journeys.map(({ id }) => id);
  const known = ids.length === 0 ? 'the records do not speak of it' : didYouMean(journey, ids, `journeys: ${ids.join(', ')}`);
  return new Failure(`there is no journey ${journey}: ${known}`);
}

const VERDICTS = {
  active: 'is in it',
  entered: 'was in it',
  not_entered: 'did not enter',
  never_considered: 'was never considered',
} as const;

function lines({ customer, customerId, person, journeys }: Explanation, notes: readonly string[]): string[] {
  return [
    `${plain(customer)} (${customerId})`,
    ...sentences(person),
    ...journeys.flatMap(({ journey, name, verdict, sentences: said }) => [
      '',
      `${journey}, “${plain(name)}”: ${VERDICTS[verdict]}`,
      ...sentences(said),
    ]),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
}

function sentences(said: readonly Sentence[]): string[] {
  const rows = said.map(({ at, text }) => [at === null ? 'now' : time(at), plain(text)]);
  return table(['', ''], rows)
    .slice(1)
    .map((line) => `  ${line}`);
}
