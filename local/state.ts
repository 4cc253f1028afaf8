import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * The durable state of the local cloud. A commit survives the death of the process (`kill -9`) because the write-ahead log
 * is already with the operating system; `synchronous = NORMAL` gives up only the last commits at a power cut.
 */
export function openState(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, 'cloud.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON');
  return db;
}
