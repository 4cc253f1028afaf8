import { advance } from '#core/advance.ts';
import { newCustomer } from '#core/customer.ts';
import { customerIdOfUser } from '#core/identity.ts';
import { DAY_MS, toIso } from '#core/instant.ts';
import { linkRelease } from '#core/linked.ts';
import { event, instant, journey, mail, release } from '#test/support/shop.ts';
import { evaluate, type Task } from '#usecases/evaluate.ts';
import type { Bus } from '#usecases/ports.ts';
import { releaseItems } from '#usecases/store/catalogue.ts';
import { stateItem } from '#usecases/store/customers.ts';
import { currentKey } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { wake } from '#usecases/wake.ts';
import type { Bench } from './bench.ts';
import { type IndexedTable, indexedTable } from './due/indexed-table.ts';
import { median } from './measure.ts';

/** As the stack hands them to `evaluate`. */
const BATCH = 25;
const SIGNED_UP = instant('2026-01-01T08:00:00Z');
const DUE = SIGNED_UP + 3 * DAY_MS;

const shop = release({
  journeys: [
    journey({
      id: 'welcome',
      trigger: { type: 'event', event: 'Signed Up' },
      steps: [
        { id: 'pause', type: 'delay', for: 'P3D' },
        mail('second', 'more'),
        { id: 'rest', type: 'delay', for: 'P7D' },
        mail('third', 'news'),
      ],
    }),
  ],
});
const catalogue = linkRelease(shop);

/** Everybody signed up at the same minute, so everybody's next mail is due at the same minute: the worst that a timer sees. */
export const dueBench: Bench = async ({ quick, progress }) => {
  const many = quick ? 10_000 : 100_000;
  const few = many / 10;
  const costs = { few: [] as number[], many: [] as number[] };
  let missed = 0;
  const run = async (count: number): Promise<number> => {
    const { cpuUs, missed: lost } = await minute(count);
    missed += lost;
    return cpuUs;
  };
  progress('warming up');
  await run(few);
  for (let round = 1; round <= ROUNDS; round += 1) {
    progress(`round ${round} of ${ROUNDS}: ${many.toLocaleString('en')} customers, and a tenth of them`);
    costs.few.push(await run(few));
    costs.many.push(await run(many));
    costs.few.push(await run(few));
  }
  const [fewUs, manyUs] = [median(costs.few), median(costs.many)];
  const notes = [
    `wake claims everybody, the bus hands on, evaluate decides in batches of ${BATCH} and commits a mail and the next wait for each; table in memory, so the figures are those of our own code; processor time, median of ${ROUNDS} rounds`,
  ];
  const people = many.toLocaleString('en');
  return [
    {
      what: `customers of ${people} due at the same minute that were not evaluated exactly once`,
      figure: missed,
      unit: '',
      bound: { atMost: 0 },
      notes,
    },
    {
      what: `cost of ${people} / (10 × cost of ${few.toLocaleString('en')})`,
      figure: manyUs / (10 * fewUs),
      unit: '×',
      bound: { atMost: 1.2 },
    },
    { what: `one customer of ${people}: claimed, decided, committed`, figure: manyUs / many, unit: 'µs' },
  ];
};

const ROUNDS = 3;

/** One such minute; the processor time of it, and how many were lost or decided twice. */
async function minute(count: number): Promise<{ cpuUs: number; missed: number }> {
  const table = await populated(count);
  globalThis.gc?.();
  const tasks: Task[] = [];
  const bus: Bus = {
    publish: async (entries) => {
      // As JSON, which is how it travels.
      for (const { detail } of entries)
        tasks.push({ id: String(tasks.length), ...(JSON.parse(JSON.stringify(detail)) as Pick<Task, 'customer'>) });
      return [];
    },
  };
  const now = (): number => DUE + 5000;
  const dependencies = { table, bus, now, pause: async () => {}, catalogues: linkedCatalogues(table) };
  const before = process.cpuUsage();
  const woken = await wake(dependencies);
  for (let from = 0; from < tasks.length; from += BATCH) {
    const failed = await evaluate(dependencies, tasks.slice(from, from + BATCH));
    for (const cause of failed.values()) throw cause;
  }
  const { user, system } = process.cpuUsage(before);
  const again = await wake({ ...dependencies, now: () => DUE + DAY_MS });
  const missed = Math.abs(count - woken) + Math.abs(count - table.count('D#')) + Math.abs(count - table.count('M#')) + again;
  return { cpuUs: user + system, missed };
}

async function populated(count: number): Promise<IndexedTable> {
  const table = indexedTable();
  for (const item of releaseItems(shop)) await table.write({ put: item });
  await table.write({ put: { ...currentKey, release: shop.id } });
  const consent = { status: 'subscribed', at: SIGNED_UP, event: 'e', source: 'the form' } as const;
  for (let index = 0; index < count; index += 1) {
    const userId = `user-${index}`;
    const known = {
      ...newCustomer(customerIdOfUser(userId), SIGNED_UP),
      userId,
      email: `${userId}@example.com`,
      consents: { news: consent },
    };
    const signedUp = event('Signed Up', toIso(SIGNED_UP), {}, { identities: { userId } });
    await table.write({ put: stateItem(advance(known, [signedUp], catalogue, SIGNED_UP).customer, 1) });
  }
  return table;
}
