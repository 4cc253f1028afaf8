/** What dynalite does not know of a table, kept in sqlite beside it. */
import type { DatabaseSync } from 'node:sqlite';

export const viewTypes = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] as const;
export type ViewType = (typeof viewTypes)[number];

export type TableSettings = {
  readonly stream?: { readonly enabled: boolean; readonly viewType: ViewType; readonly arn: string; readonly label: string };
  readonly ttlAttribute?: string;
  readonly pointInTimeRecovery?: { readonly sinceMs: number; readonly periodDays: number };
  readonly tags?: Readonly<Record<string, string>>;
  readonly deletionProtection?: boolean;
  readonly encryption?: { readonly keyArn?: string };
  readonly tableClass?: string;
};

export type SettingsStore = {
  load(): ReadonlyMap<string, TableSettings>;
  save(table: string, settings: TableSettings): void;
  remove(table: string): void;
};

export function settingsStore(db: DatabaseSync): SettingsStore {
  const selectAll = db.prepare('SELECT name, settings FROM dynamodb_table');
  const upsert = db.prepare(
    'INSERT INTO dynamodb_table (name, settings) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET settings = excluded.settings',
  );
  const remove = db.prepare('DELETE FROM dynamodb_table WHERE name = ?');
  return {
    load: () => new Map(selectAll.all().map((row) => [String(row.name), JSON.parse(String(row.settings)) as TableSettings])),
    save: (table, settings) => void upsert.run(table, JSON.stringify(settings)),
    remove: (table) => void remove.run(table),
  };
}
