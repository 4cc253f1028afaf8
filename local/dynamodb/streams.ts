import type { DatabaseSync } from 'node:sqlite';
import type { DynamoDBRecord } from 'aws-lambda';
import type { StreamRecord } from '../ports.ts';
import { placeRecord } from './stream-record.ts';

const RETENTION_MS = 24 * 3_600_000;

export type Streams = {
  read(table: string, after: number, limit: number): StreamRecord[];
  subscribe(table: string, listener: () => void): () => void;
  /** Drops what is both consumed up to a sequence number and older than the 24 hours that AWS keeps; how many. */
  trim(table: string, consumed: number): number;
};

/** What the journal does with the streams while it commits. */
export type StreamWriter = {
  /** Within the sqlite transaction of the write. */
  append(table: string, at: number, record: DynamoDBRecord): number;
  /** Records of a write show when the write does: never before the item can be read. */
  hide(table: string, from: number): void;
  show(table: string, from: number): void;
};

export function createStreams(db: DatabaseSync, now: () => number): Streams & { readonly writer: StreamWriter } {
  const insert = db.prepare('INSERT INTO dynamodb_stream (table_name, at, record) VALUES (?, ?, ?)');
  const select = db.prepare(
    'SELECT sequence, record FROM dynamodb_stream WHERE table_name = ? AND sequence > ? AND sequence < ? ORDER BY sequence LIMIT ?',
  );
  const drop = db.prepare('DELETE FROM dynamodb_stream WHERE table_name = ? AND sequence <= ? AND at < ?');
  const hidden = new Map<string, Set<number>>();
  const listeners = new Map<string, Set<() => void>>();
  const toNotify = new Set<string>();

  /** Sequence numbers only grow, so the one that was hidden first is the lowest. */
  function firstHidden(table: string): number {
    return hidden.get(table)?.values().next().value ?? Number.MAX_SAFE_INTEGER;
  }

  function notifySoon(table: string): void {
    if (!listeners.has(table) || toNotify.has(table)) return;
    toNotify.add(table);
    setImmediate(() => {
      toNotify.delete(table);
      for (const listener of [...(listeners.get(table) ?? [])]) listener();
    });
  }

  return {
    read: (table, after, limit) =>
      select.all(table, after, firstHidden(table), limit).map((row) => {
        const sequence = Number(row.sequence);
        return { sequence, record: placeRecord(JSON.parse(String(row.record)) as DynamoDBRecord, sequence) };
      }),
    subscribe(table, listener) {
      // A wrapper, so that one function can be subscribed twice.
      const entry = () => listener();
      setOf(listeners, table).add(entry);
      return () => void listeners.get(table)?.delete(entry);
    },
    trim: (table, consumed) => Number(drop.run(table, consumed, now() - RETENTION_MS).changes),
    writer: {
      append: (table, at, record) => Number(insert.run(table, at, JSON.stringify(record)).lastInsertRowid),
      hide: (table, from) => void setOf(hidden, table).add(from),
      show(table, from) {
        hidden.get(table)?.delete(from);
        notifySoon(table);
      },
    },
  };
}

function setOf<T>(sets: Map<string, Set<T>>, name: string): Set<T> {
  const known = sets.get(name);
  if (known !== undefined) return known;
  const made = new Set<T>();
  sets.set(name, made);
  return made;
}
