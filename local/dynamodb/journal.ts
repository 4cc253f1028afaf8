import type { DatabaseSync } from 'node:sqlite';
import type { Level, LevelOperation } from 'dynalite/db/index.js';
import type { Change } from './capture.ts';
import type { Expiries } from './expiry.ts';
import type { Range } from './level-keys.ts';
import { sameItem } from './same-item.ts';
import { inTransaction } from './schema.ts';
import { describeChange, type UserIdentity } from './stream-record.ts';
import type { StreamWriter } from './streams.ts';
import type { TableSettings } from './table-settings.ts';

type Work = {
  readonly changes?: readonly Change[];
  readonly operations?: readonly LevelOperation[];
  /** Ranges to empty before the operations. */
  readonly clear?: readonly Range[];
  readonly by?: UserIdentity;
  /** More to write into sqlite in the same transaction. */
  readonly also?: () => void;
};

/**
 * Two stores hold a write: LevelDB the items, sqlite the stream. The journal makes them one: a sqlite transaction takes
 * the stream's records together with all that is to be done in LevelDB; then it is done there, in one batch; then it
 * may be forgotten. After a crash, `redo` does again, in order, all that was not forgotten. Doing it twice is harmless,
 * because whoever writes holds the locks of the items and LevelDB is written by nobody but the journal.
 */
export type Journal = {
  /**
   * Durable and readable when the promise resolves. Where sqlite refuses, nothing happened. Where LevelDB refuses (a full
   * disk), the intent stands, nothing more is accepted, and a restart completes it.
   */
  commit(work: Work): Promise<void>;
  /** How many pieces of work were left over. */
  redo(): Promise<number>;
};

type Parts = {
  readonly db: DatabaseSync;
  readonly level: WritableLevel;
  readonly streams: StreamWriter;
  readonly expiries: Expiries;
  readonly settingsOf: (table: string) => TableSettings;
  readonly now: () => number;
};
type WritableLevel = Pick<Level, 'batch' | 'clear'>;
type Entry = { readonly id: number; readonly streamed: ReadonlyMap<string, number[]> };
type LevelWork = { readonly clear?: readonly Range[]; readonly operations: readonly LevelOperation[] };

export function createJournal(parts: Parts): Journal {
  const { db, level, streams } = parts;
  const insert = db.prepare('INSERT INTO dynamodb_journal (work) VALUES (?)');
  const selectAll = db.prepare('SELECT id, work FROM dynamodb_journal ORDER BY id');
  const forget = db.prepare('DELETE FROM dynamodb_journal WHERE id < ?');
  const underWay = new Set<number>();
  let lastId = 0;
  let broken: unknown;

  async function commit(work: Work): Promise<void> {
    if (broken !== undefined) throw new Error('the engine stopped after a failed write', { cause: broken });
    const effective = (work.changes ?? []).filter((change) => !sameItem(change.before, change.after));
    const nothingChanged = work.changes !== undefined && work.changes.length > 0 && effective.length === 0;
    const levelWork = { ...(work.clear && { clear: work.clear }), operations: nothingChanged ? [] : (work.operations ?? []) };
    if (levelWork.operations.length === 0 && levelWork.clear === undefined) {
      if (work.also !== undefined) inTransaction(db, work.also);
      return;
    }
    const entry = inTransaction(db, () => record(work, effective, levelWork));
    underWay.add(entry.id);
    lastId = Math.max(lastId, entry.id);
    hideOrShow(entry, 'hide');
    try {
      await apply(level, levelWork);
    } catch (failure) {
      broken = failure;
      throw failure;
    }
    underWay.delete(entry.id);
    hideOrShow(entry, 'show');
  }

  function record(work: Work, effective: readonly Change[], levelWork: LevelWork): Entry {
    forget.run(underWay.values().next().value ?? lastId + 1);
    const id = Number(insert.run(JSON.stringify(levelWork)).lastInsertRowid);
    const streamed = new Map<string, number[]>();
    for (const change of effective) {
      const name = change.table.TableName;
      const { stream, ttlAttribute } = parts.settingsOf(name);
      if (ttlAttribute !== undefined) parts.expiries.note(name, ttlAttribute, change.key, change.before, change.after);
      if (stream?.enabled !== true) continue;
      const at = parts.now();
      const sequence = streams.append(name, at, describeChange(change, stream, at, work.by));
      streamed.set(name, [...(streamed.get(name) ?? []), sequence]);
    }
    work.also?.();
    return { id, streamed };
  }

  function hideOrShow(entry: Entry, how: 'hide' | 'show'): void {
    for (const [table, [first]] of entry.streamed) if (first !== undefined) streams[how](table, first);
  }

  async function redo(): Promise<number> {
    const left = selectAll.all();
    for (const row of left) {
      await apply(level, JSON.parse(String(row.work)) as LevelWork);
      lastId = Number(row.id);
    }
    forget.run(lastId + 1);
    return left.length;
  }

  return { commit, redo };
}

async function apply(level: WritableLevel, work: LevelWork): Promise<void> {
  for (const range of work.clear ?? []) await level.clear(range);
  await level.batch(work.operations);
}
