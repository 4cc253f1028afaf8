/** More than a year of a shop in the local cloud: orders come week by week, and a model is learnt, by request and by the schedule. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Release } from '#core/catalogue.ts';
import { DAY_MS, HOUR_MS, toIso } from '#core/instant.ts';
import type { PredictionModel } from '#core/prediction/model.ts';
import { starterFiles } from '../../usecases/starter-files.ts';
import type { LocalCloud } from './cloud.ts';
import { crowd, type Order, orderCall } from './rhythms.ts';

/** Those whom the tests are about, with the days of their orders. The crowd around them is what the model is learnt from. */
const people = {
  /** Ordered every week, and stopped. */
  weekly: every(7, 30, -1),
  /** The same; and comes back when she is missed. */
  returning: [...every(7, 30, -5), 21],
  /** Orders once a year, and goes on doing so. */
  yearly: every(365, 6, 708),
  /** Ordered twice, a year apart, and stopped. */
  yearlyGone: every(365, 2, -55),
  /** Orders every six weeks or so; sixty days after her last order nothing has been learnt yet. */
  slow: [...every(45, 12, -59.9), 20],
} satisfies Readonly<Record<string, readonly number[]>>;

export type Who = keyof typeof people;
export const address = (who: Who): string => `${who.toLowerCase()}@example.com`;
const names = Object.keys(people) as Who[];

const WEEKS = 57;
const SHOP = { people: 105, fromDay: -1000, newUntilDay: -110, untilDay: WEEKS * 7 };
const SEED = 15;

/** A model, and from when on it was the one that counted. */
type Reign = { readonly release: string; readonly from: number; readonly model: PredictionModel | undefined };

export type Year = {
  /** The day 0 of all orders: a Monday, at noon UTC. */
  readonly begin: number;
  readonly end: number;
  /** When somebody ordered until the end. */
  readonly ordersOf: (who: Who) => readonly number[];
  /** What `rekindle learn` printed. */
  readonly learnt: string;
  /** All releases, oldest first. */
  readonly reigns: readonly Reign[];
  /** As it was published last. */
  readonly release: Release;
};

export async function liveYear(cloud: LocalCloud): Promise<Year> {
  const begin = await nextMondayNoon(cloud);
  const all = [
    ...crowd(SEED, SHOP).map((orders, i) => ({ email: `crowd${i}@example.com`, orders })),
    ...names.map((who) => ({ email: address(who), orders: people[who].map((day): Order => ({ day, revenue: 40 })) })),
  ];
  const between = (from: number, until: number): object[] =>
    all.flatMap(({ email, orders }) =>
      orders.filter(({ day }) => day > from && day <= until).map((order) => orderCall(email, order, begin)),
    );
  // The past is told before there are journeys: nobody is thanked for an order of last year.
  await publish(cloud, withoutJourneys(yearFiles()));
  await post(cloud, [...between(Number.NEGATIVE_INFINITY, 0), ...names.flatMap((who) => consents(address(who), begin))]);
  await cloud.settle();
  await publish(cloud, yearFiles());
  await cloud.advance('PT6H');
  const learnt = await rekindle(cloud, ['learn']);
  for (let week = 1; week <= WEEKS; week += 1) {
    const until = begin + week * 7 * DAY_MS;
    await cloud.advance(`PT${Math.ceil((until - (await cloud.now()).getTime()) / 1000)}S`);
    await post(cloud, between((week - 1) * 7, week * 7));
  }
  await cloud.advance('P2D');
  const reigns = await reignsOf(cloud);
  const { release } = (await cloud.admin('GET', '/releases/current')).body as { release: Release };
  const end = (await cloud.now()).getTime();
  return {
    begin,
    end,
    ordersOf: (who) => people[who].map((day) => begin + day * DAY_MS).filter((at) => at <= end),
    learnt,
    reigns,
    release,
  };
}

function every(days: number, count: number, last: number): number[] {
  return Array.from({ length: count }, (_, i) => last - (count - 1 - i) * days);
}

/** So that one seed gives one history, all begin on the same weekday and hour. */
async function nextMondayNoon(cloud: LocalCloud): Promise<number> {
  const now = (await cloud.now()).getTime();
  const monday = (Math.floor(now / DAY_MS / 7) + 1) * 7 * DAY_MS + 4 * DAY_MS + 12 * HOUR_MS;
  await cloud.advance(`PT${Math.ceil((monday - now) / 1000)}S`);
  return monday;
}

const consents = (email: string, begin: number): object[] =>
  ['offers', 'newsletter'].map((topic) => ({
    type: 'track',
    userId: email,
    event: 'Subscribed',
    messageId: `${email} ${topic}`,
    timestamp: toIso(begin - DAY_MS),
    properties: { list_id: topic },
  }));

async function publish(cloud: LocalCloud, files: Readonly<Record<string, string>>): Promise<void> {
  const { status, text } = await cloud.admin('POST', '/releases', { files });
  if (status !== 201) throw new Error(`the catalogue is not published: ${text}`);
}

/** The starter catalogue, in which reports are left to those who ask. */
function yearFiles(): Record<string, string> {
  const files = starterFiles();
  const path = 'catalogue/policy.json';
  return { ...files, [path]: JSON.stringify({ ...(JSON.parse(files[path] ?? '') as object), reports: { every: 'never' } }) };
}

/** The same catalogue in which no journey runs yet. */
function withoutJourneys(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) =>
      /journeys\/[\w-]+\.json$/.test(path)
        ? [path, JSON.stringify({ ...(JSON.parse(text) as object), status: 'draft' })]
        : [path, text],
    ),
  );
}

async function post(cloud: LocalCloud, batch: readonly object[]): Promise<void> {
  for (let from = 0; from < batch.length; from += 100) await cloud.call('batch', { batch: batch.slice(from, from + 100) });
}

async function reignsOf(cloud: LocalCloud): Promise<Reign[]> {
  const notes: { id: string; at: string }[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = (await cloud.admin('GET', `/releases?limit=100${cursor && `&cursor=${cursor}`}`)).body as {
      items: { id: string; at: string }[];
      cursor: string | null;
    };
    notes.push(...page.items);
    cursor = page.cursor;
  }
  const reigns: Reign[] = [];
  for (const { id, at } of notes.toReversed()) {
    const { release } = (await cloud.admin('GET', `/releases/${id}`)).body as { release: Release };
    reigns.push({ release: id, from: Date.parse(at), model: release.prediction?.model });
  }
  return reigns;
}

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

/** The command line against this cloud; what it printed. Fails where it failed. */
async function rekindle({ url, keys }: LocalCloud, args: readonly string[]): Promise<string> {
  const env = { ...process.env, REKINDLE_URL: url, REKINDLE_KEY: keys.secret };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  execFile(process.execPath, ['cli/rekindle.ts', ...args], { cwd: PROJECT, env }, (fault, out, err) => {
    if (fault === null) resolve(out);
    else reject(new Error(`rekindle ${args.join(' ')}: ${out}${err}`));
  });
  return promise;
}
