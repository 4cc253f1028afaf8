/** Brings a new release to everybody: page by page through the index of customers, each evaluated as if woken. */
import { MINUTE_MS, toIso } from '#core/instant.ts';
import { type Bus, type Clock, type Item, type Pause, type Table, WAKE_SHARDS, type Write } from './ports.ts';
import { publishAll } from './relay.ts';
import { customerOfPk } from './store/keys.ts';

export type FillDependencies = { readonly table: Table; readonly bus: Bus; readonly now: Clock; readonly pause: Pause };

/** How far it has come, and for which release. */
export type FillState = {
  readonly release: string;
  readonly startedAt: string;
  readonly doneAt?: string;
  readonly customers: number;
  /** Shards that are through, of `shards`. */
  readonly shardsDone: number;
  readonly shards: number;
};

const key = { pk: 'JOB', sk: 'FILL' };

/** Customers that one call asks for. */
const PAGE = 500;

/** After so long without a step the one that was at it is taken to be gone. */
const STALE_MS = 2 * MINUTE_MS;

/** The write by which a publication orders it, in its own transaction: no release without it. */
export function fillOrder(release: string, at: number): Write {
  return { put: { ...key, release, startedAt: toIso(at), movedAt: at, shard: 0, cursor: '', customers: 0 } };
}

/** Starts, or goes on where it stopped. */
export async function requestFill(
  { bus, now, pause }: Pick<FillDependencies, 'bus' | 'now' | 'pause'>,
  release: string,
): Promise<void> {
  const published = { source: 'rekindle.internal', type: 'Fill Due', at: now(), detail: { release } } as const;
  const left = await publishAll({ bus, pause }, [{ published }]);
  if (left.length > 0) throw new Error('the bus did not take the request; the next minute goes on with it');
}

/** One page: asks for the evaluation of its customers, and for the next page. A page that comes twice is harmless. */
export async function fill(dependencies: FillDependencies, release: string): Promise<void> {
  const { table, now } = dependencies;
  const job = await table.get(key);
  if (job === undefined || job.release !== release || job.doneAt !== undefined) return;
  const { shard, cursor } = placeOf(job);
  const page = await table.customers(String(shard), cursor, PAGE);
  const entries = page.pks.map((pk) => ({
    published: {
      source: 'rekindle.internal',
      type: 'Wake Due',
      at: now(),
      detail: { customer: customerOfPk(pk), due: toIso(now()) },
    } as const,
  }));
  const left = await publishAll(dependencies, entries);
  if (left.length > 0) throw new Error(`the bus did not take ${left.length} customers; the page is tried again`);
  const next = page.cursor === null ? { shard: shard + 1, cursor: '' } : { shard, cursor: page.cursor };
  const done = next.shard === WAKE_SHARDS ? { doneAt: toIso(now()) } : {};
  const moved = await table.write({
    update: key,
    set: { ...next, ...done, movedAt: now(), customers: Number(job.customers) + page.pks.length },
    if: { release, shard, cursor: cursor ?? '' },
  });
  if (moved.ok && next.shard < WAKE_SHARDS) await requestFill(dependencies, release);
}

/** Asked each minute: goes on where nobody does. */
export async function resumeFill(dependencies: FillDependencies): Promise<void> {
  const job = await dependencies.table.get(key);
  if (job === undefined || job.doneAt !== undefined || dependencies.now() - Number(job.movedAt) < STALE_MS) return;
  await requestFill(dependencies, String(job.release));
}

export async function fillState(table: Table): Promise<FillState | undefined> {
  const job = await table.get(key);
  return job && stateOf(job);
}

function stateOf(job: Item): FillState {
  return {
    release: String(job.release),
    startedAt: String(job.startedAt),
    ...(job.doneAt !== undefined && { doneAt: String(job.doneAt) }),
    customers: Number(job.customers),
    shardsDone: Number(job.shard),
    shards: WAKE_SHARDS,
  };
}

function placeOf(job: Item): { shard: number; cursor: string | undefined } {
  return { shard: Number(job.shard), cursor: job.cursor === '' ? undefined : String(job.cursor) };
}
