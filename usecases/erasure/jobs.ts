/** Where erasures stand while they run, and afterwards, without naming anybody. */
import type { CustomerId } from '#core/event.ts';
import { toIso } from '#core/instant.ts';
import type { Item, Key, Random, Table, Write } from '../ports.ts';
import { allItems } from '../store/all-items.ts';
import { tokenSecret, tokens } from '../tokens.ts';
import { tombstoneHash, tombstoneKey } from './tombstones.ts';

export type ErasureState = {
  readonly id: string;
  /** `done`: a read of everything that belonged to the person found nothing. */
  readonly status: 'running' | 'done';
  readonly startedAt: string;
  readonly doneAt?: string;
  /** Items that were removed so far. */
  readonly removed: number;
  /** Ids of the person that are barred from coming back. */
  readonly identities: number;
  /** Who asked for it. */
  readonly author: string;
};

const PARTITION = 'ERASURES';
export const jobKey = (id: string): Key => ({ pk: PARTITION, sk: `J#${id}` });
/** Stands beside the job until nothing has to be looked at any more. */
const openKey = (id: string): Key => ({ pk: PARTITION, sk: `OPEN#${id}` });
const idsPk = (job: string): string => `ERASURE#${job}`;

export const jobId = (secret: string, id: CustomerId): string => `era_${tombstoneHash(secret, id).slice(0, 24)}`;

export const stateOf = (job: Item): ErasureState => ({
  id: job.sk.slice(2),
  status: job.doneAt === undefined ? 'running' : 'done',
  startedAt: String(job.startedAt),
  ...(job.doneAt !== undefined && { doneAt: String(job.doneAt) }),
  removed: Number(job.removed),
  identities: Number(job.identities),
  author: String(job.author),
});

/** The writes that begin an erasure, or begin it again. */
export function jobWrites(id: string, { author, at }: { readonly author: string; readonly at: number }): Write[] {
  const job = { ...jobKey(id), author, startedAt: toIso(at), movedAt: at, steps: 0, removed: 0, identities: 0 };
  return [{ put: job }, { put: openKey(id) }];
}

/** What the steps of one erasure work with. */
export type Erasure = { readonly table: Table; readonly random: Random; readonly secret: string; readonly job: string };

/** Bars an id, and takes it into the erasure. Its name stands sealed until the last look, and is gone then. */
export async function takeId({ table, random, secret, job }: Erasure, id: CustomerId, at: number): Promise<void> {
  const sealed = tokens(await tokenSecret(table, random)).seal('erasure', id);
  await table.transact([
    { put: { ...tombstoneKey(secret, id), at: toIso(at), lifted: false, job } },
    { put: { pk: idsPk(job), sk: tombstoneHash(secret, id), sealed } },
  ]);
}

export async function idsOf({ table, random, job }: Erasure): Promise<CustomerId[]> {
  const opener = tokens(await tokenSecret(table, random));
  const items = await allItems(table, idsPk(job));
  return items.map(({ sealed }) => {
    const id = opener.open('erasure', String(sealed));
    if (typeof id !== 'string')
      throw new Error(`an id of the erasure ${job} cannot be opened: the secret of tokens is another one`);
    return id as CustomerId;
  });
}

/** Forgets whom the erasure was about; what stays says when it was, and how much was removed. */
export async function forget({ table, job }: Erasure): Promise<void> {
  for (const { pk, sk } of await allItems(table, idsPk(job))) await table.write({ delete: { pk, sk } });
  await table.write({ delete: openKey(job) });
}

/** Erasures that are not over yet, those included that wait for their last look. */
export async function openJobs(table: Table): Promise<string[]> {
  return (await allItems(table, PARTITION, { prefix: 'OPEN#' })).map(({ sk }) => sk.slice('OPEN#'.length));
}
