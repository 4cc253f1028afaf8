import type { DatabaseSync } from 'node:sqlite';
import type { Item } from 'dynalite/db/index.js';

/** AWS leaves alone what expired longer ago than this, taking it for a mistake. */
const TOO_LONG_AGO_S = 5 * 365 * 86_400;

/** Which items expire when: written together with each item, so that a sweep reads only what is due. */
export type Expiries = {
  /** Within the sqlite transaction of the write. */
  note(table: string, attribute: string, key: string, before: Item | undefined, after: Item | undefined): void;
  /** For an item that was there before its table got a time to live; a row that a write noted meanwhile is newer. */
  noteExisting(table: string, attribute: string, key: string, item: Item): void;
  /** Sets right what the sweep found to be otherwise. */
  correct(table: string, attribute: string, key: string, item: Item | undefined): void;
  due(table: string, nowMs: number, limit: number): string[];
  forget(table: string): void;
};

export function createExpiries(db: DatabaseSync): Expiries {
  const upsert = db.prepare(
    'INSERT INTO dynamodb_expiry (table_name, item_key, expires_at_s) VALUES (?, ?, ?) ' +
      'ON CONFLICT (table_name, item_key) DO UPDATE SET expires_at_s = excluded.expires_at_s',
  );
  const insert = db.prepare('INSERT OR IGNORE INTO dynamodb_expiry (table_name, item_key, expires_at_s) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM dynamodb_expiry WHERE table_name = ? AND item_key = ?');
  const removeAll = db.prepare('DELETE FROM dynamodb_expiry WHERE table_name = ?');
  const select = db.prepare(
    'SELECT item_key FROM dynamodb_expiry WHERE table_name = ? AND expires_at_s < ? AND expires_at_s >= ? ORDER BY expires_at_s LIMIT ?',
  );

  function correct(table: string, attribute: string, key: string, item: Item | undefined): void {
    const at = item?.[attribute]?.N;
    if (at === undefined) remove.run(table, key);
    else upsert.run(table, key, Number(at));
  }

  return {
    note(table, attribute, key, before, after) {
      if (before?.[attribute]?.N !== after?.[attribute]?.N) correct(table, attribute, key, after);
    },
    noteExisting: (table, attribute, key, item) => void insert.run(table, key, Number(item[attribute]?.N)),
    correct,
    due: (table, nowMs, limit) =>
      select.all(table, nowMs / 1000, nowMs / 1000 - TOO_LONG_AGO_S, limit).map((row) => String(row.item_key)),
    forget: (table) => void removeAll.run(table),
  };
}

export function isExpired(item: Item, attribute: string, nowMs: number): boolean {
  const at = Number(item[attribute]?.N ?? Number.NaN);
  return at < nowMs / 1000 && at >= nowMs / 1000 - TOO_LONG_AGO_S;
}
