import type { Level, Table } from 'dynalite/db/index.js';
import { type ServiceError, tableNotFound } from './errors.ts';
import { allTables } from './level-keys.ts';
import type { SettingsStore, TableSettings } from './table-settings.ts';

/** All tables, in memory: every request needs one. */
export type Tables = {
  get(name: string): Table | undefined;
  /** Throws the service's error where there is no such table. */
  need(name: string): Table;
  settingsOf(name: string): TableSettings;
  put(table: Table, settings: TableSettings): void;
  remove(name: string): void;
  names(): string[];
};

export async function loadTables(level: Level, settings: SettingsStore): Promise<Tables> {
  const tables = new Map<string, Table>();
  for await (const [, value] of level.iterator(allTables)) tables.set((value as Table).TableName, value as Table);
  const known = new Map(settings.load());

  return {
    get: (name) => tables.get(name),
    need(name) {
      const table = tables.get(name);
      if (table === undefined) throw tableNotFound(name);
      return table;
    },
    settingsOf: (name) => known.get(name) ?? {},
    put(table, tableSettings) {
      tables.set(table.TableName, table);
      known.set(table.TableName, tableSettings);
    },
    remove(name) {
      tables.delete(name);
      known.delete(name);
    },
    names: () => [...tables.keys()].sort(),
  };
}

/** A table as dynalite's actions look it up; `withName` for those that name the table in their error. */
export function lookUp(tables: Tables, name: string, withName: boolean): Table | ServiceError {
  const table = tables.get(name);
  if (table !== undefined) return table;
  const error = tableNotFound(name);
  return withName ? error : Object.assign(error, { body: { ...error.body, message: 'Requested resource not found' } });
}
