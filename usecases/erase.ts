/** Removes a person: everything under all of their ids, in steps that may be cut off and gone on with at any time. */

import type { CustomerId } from '#core/event.ts';
import { fromIso, MINUTE_MS, toIso } from '#core/instant.ts';
import {
  type Erasure,
  type ErasureState,
  forget,
  idsOf,
  jobId,
  jobKey,
  jobWrites,
  openJobs,
  stateOf,
  takeId,
} from './erasure/jobs.ts';
import { isClean, sweep } from './erasure/sweep.ts';
import { erasureSecret, readErasureSecret, tombstoneKey, tombstoneOf } from './erasure/tombstones.ts';
import { idsBehind } from './ids-behind.ts';
import type { Bus, Clock, Item, Pause, Random, Table } from './ports.ts';
import { candidates } from './read-customer.ts';
import { publishAll } from './relay.ts';
import { allPages } from './store/all-items.ts';
import { customerPk } from './store/keys.ts';

export type EraseDependencies = {
  readonly table: Table;
  readonly bus: Bus;
  readonly now: Clock;
  readonly pause: Pause;
  readonly random: Random;
};

/** Items that one step removes at the most: it ends well within the time of the functions that take it. */
const STEP_ITEMS = 1000;

/** After so long without a step the one that was at it is taken to be gone. */
const STALE_MS = 2 * MINUTE_MS;

/** So long after it was done an erasure looks once more: whatever was under way has arrived by then. */
export const LAST_LOOK_MS = 15 * MINUTE_MS;

/**
 * Begins to erase somebody, and takes the first step, which is all for most people. The tombstones stand before anything
 * is removed. Asked again it answers how it stands; undefined where nobody is known, and nobody was erased, by this name.
 */
export async function erase(dependencies: EraseDependencies, text: string, author: string): Promise<ErasureState | undefined> {
  const { table, random, now } = dependencies;
  const ids = await idsBehind(table, text);
  const [first] = ids;
  if (first === undefined) return erasedBefore(table, text);
  const secret = await erasureSecret(table, random);
  const erasure: Erasure = { table, random, secret, job: jobId(secret, first) };
  const at = now();
  await table.transact(jobWrites(erasure.job, { author, at }));
  for (const id of ids) await takeId(erasure, id, at);
  await eraseStep(dependencies, erasure.job);
  return erasureState(table, erasure.job);
}

export async function erasureState(table: Table, job: string): Promise<ErasureState | undefined> {
  const item = await table.get(jobKey(job));
  return item && stateOf(item);
}

/** Removes what it finds and asks for the next step; or finds nothing, and the erasure is done. */
export async function eraseStep(dependencies: EraseDependencies, job: string): Promise<void> {
  const { table, random, now } = dependencies;
  const [before, secret] = [await table.get(jobKey(job)), await readErasureSecret(table)];
  if (before === undefined || secret === undefined || !(await claim(table, before, now()))) return;
  const erasure: Erasure = { table, random, secret, job };
  const swept = await sweep(erasure, { itemsMax: STEP_ITEMS, now: now() });
  const clean = swept.complete && (await isClean(erasure));
  const done = before.doneAt === undefined ? (clean ? toIso(now()) : undefined) : String(before.doneAt);
  const removed = Number(before.removed) + swept.removed;
  const identities = (await idsOf(erasure)).length;
  const set = { movedAt: now(), removed, identities, ...(done !== undefined && { doneAt: done }) };
  const moved = await table.write({ update: jobKey(job), set, if: { steps: Number(before.steps) + 1 } });
  if (!moved.ok) return;
  if (!clean) await askForStep(dependencies, job);
  else if (before.doneAt !== undefined) await forget(erasure);
}

/** Asked each minute: goes on where nobody does, and looks once more at what was done a while ago. */
export async function resumeErasures(dependencies: EraseDependencies): Promise<void> {
  const { table, now } = dependencies;
  for (const job of await openJobs(table)) {
    const item = await table.get(jobKey(job));
    if (item !== undefined && isDue(item, now())) await askForStep(dependencies, job);
  }
}

function isDue({ movedAt, doneAt }: Item, now: number): boolean {
  if (now - Number(movedAt) < STALE_MS) return false;
  return doneAt === undefined || now - (fromIso(String(doneAt)) ?? 0) >= LAST_LOOK_MS;
}

/** One step at a time: of two that begin at once the second leaves it to the first. */
async function claim(table: Table, { sk, steps }: Item, at: number): Promise<boolean> {
  const set = { steps: Number(steps) + 1, movedAt: at };
  return (await table.write({ update: jobKey(sk.slice(2)), set, if: { steps: Number(steps) } })).ok;
}

async function askForStep({ bus, now, pause }: EraseDependencies, job: string): Promise<void> {
  const published = { source: 'rekindle.internal', type: 'Erasure Due', at: now(), detail: { job } } as const;
  const left = await publishAll({ bus, pause }, [{ published }]);
  if (left.length > 0) throw new Error('the bus did not take the request; a later minute goes on with it');
}

/** What an erasure would remove, by the kind of item; nothing is changed. */
export type Erasable = {
  readonly ids: readonly CustomerId[];
  readonly items: Readonly<Record<string, number>>;
  /** False where there is more than was counted. */
  readonly complete: boolean;
};

const COUNTED_MAX = 20_000;

/** Undefined where nothing is held by this name. */
export async function erasable(table: Table, text: string): Promise<Erasable | undefined> {
  const ids = await idsBehind(table, text);
  if (ids.length === 0) return undefined;
  const items: Record<string, number> = {};
  let counted = 0;
  for (const id of ids) {
    for await (const page of allPages(table, customerPk(id))) {
      for (const { sk } of page) {
        const kind = KINDS[sk.slice(0, 2)] ?? 'others';
        items[kind] = (items[kind] ?? 0) + 1;
      }
      counted += page.length;
      if (counted >= COUNTED_MAX) return { ids, items, complete: false };
    }
  }
  return { ids, items, complete: true };
}

const KINDS: Readonly<Record<string, string>> = {
  'E#': 'events',
  'D#': 'decisions',
  'M#': 'messages',
  'L#': 'ledger entries',
  'X#': 'calls',
  'V#': 'vouchers',
  ST: 'states',
};

async function erasedBefore(table: Table, text: string): Promise<ErasureState | undefined> {
  const secret = await readErasureSecret(table);
  if (secret === undefined) return undefined;
  const keys = [...new Set(candidates(text))].map((id) => tombstoneKey(secret, id));
  const [mark] = (await table.batchGet(keys)).map(tombstoneOf);
  return mark && erasureState(table, mark.job);
}
