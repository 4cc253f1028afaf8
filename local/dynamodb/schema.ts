import type { DatabaseSync } from 'node:sqlite';

/** The engine's tables in the local cloud's database. */
export function prepareSchema(db: DatabaseSync): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS dynamodb_journal (id INTEGER PRIMARY KEY AUTOINCREMENT, work TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS dynamodb_stream (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, table_name TEXT NOT NULL, at INTEGER NOT NULL, record TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS dynamodb_stream_by_table ON dynamodb_stream (table_name, sequence);
    CREATE TABLE IF NOT EXISTS dynamodb_table (name TEXT PRIMARY KEY, settings TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS dynamodb_token (token TEXT PRIMARY KEY, request TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS dynamodb_token_by_time ON dynamodb_token (at);
    CREATE TABLE IF NOT EXISTS dynamodb_expiry (
      table_name TEXT NOT NULL, item_key TEXT NOT NULL, expires_at_s REAL NOT NULL,
      PRIMARY KEY (table_name, item_key)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS dynamodb_expiry_by_time ON dynamodb_expiry (table_name, expires_at_s);
  `);
}

/** All or nothing; the work is synchronous, so nothing else of this thread comes in between. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
