import type { Table } from 'dynalite/db/index.js';
import type { Parts, Request } from './engine-parts.ts';
import { validationError } from './errors.ts';
import { tableKey } from './level-keys.ts';
import type { TableSettings } from './table-settings.ts';

/** The name in a request; an ARN stands for its table. */
export function tableName(request: Request): string {
  const name = request.TableName;
  if (typeof name !== 'string') throw validationError("The parameter 'TableName' is required but was not present in the request");
  return name.startsWith('arn:') ? (name.split(':table/')[1]?.split('/')[0] ?? name) : name;
}

/** One change of a table's definition at a time. It is not itself a write that a table's end has to wait for. */
export async function alone<T>(parts: Parts, name: string, work: () => Promise<T>): Promise<T> {
  const release = await parts.locks.acquire([tableKey(name)]);
  try {
    return await work();
  } finally {
    release();
  }
}

export async function save(parts: Parts, table: Table, settings: TableSettings): Promise<void> {
  const { TableName: name } = table;
  await parts.journal.commit({
    operations: [{ type: 'put', key: tableKey(name), value: table }],
    also: () => parts.settings.save(name, settings),
  });
  parts.tables.put(table, settings);
}
