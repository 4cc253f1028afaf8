import type { DatabaseSync } from 'node:sqlite';
import type { Store } from 'dynalite/db/index.js';
import type { Clock } from '../ports.ts';
import type { Expiries } from './expiry.ts';
import type { Journal } from './journal.ts';
import type { Locks } from './locks.ts';
import type { SettingsStore } from './table-settings.ts';
import type { Tables } from './tables.ts';
import type { Tokens } from './tokens.ts';

/** What the operations work with. */
export type Parts = {
  readonly store: Store;
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly tables: Tables;
  readonly settings: SettingsStore;
  readonly locks: Locks;
  readonly journal: Journal;
  readonly expiries: Expiries;
  readonly tokens: Tokens;
  /** Writes that were begun; a table's end waits for them. */
  readonly writes: Set<Promise<unknown>>;
};

/** A request as its JSON came, not checked yet. */
export type Request = Readonly<Record<string, unknown>>;
