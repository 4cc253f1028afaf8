/** Making, changing, describing and removing tables. Each is one commit, so a crash leaves it done or not begun. */
import type { Store, Table } from 'dynalite/db/index.js';
import { describeTable, newStream } from './describe-table.ts';
import type { Parts, Request } from './engine-parts.ts';
import { serviceError, tableNotFound, validationError } from './errors.ts';
import { contentsOf, tableKey } from './level-keys.ts';
import { type Answer, parse, run } from './operations.ts';
import { alone, save, tableName } from './table-definition.ts';
import { type TableSettings, type ViewType, viewTypes } from './table-settings.ts';
import { readTags } from './tags.ts';

const LIST_MAX = 100;

export function createTable(parts: Parts, request: Request): Promise<Answer> {
  const data = parse<{ readonly TableName: string }>('CreateTable', request, parts.store);
  return alone(parts, data.TableName, async () => {
    const table = await madeByDynalite(parts, data);
    const settings = initialSettings(parts, table, request);
    await save(parts, table, settings);
    return { TableDescription: describeTable(table, settings) };
  });
}

export function updateTable(parts: Parts, request: Request, changed: (table: Table) => Promise<Table>): Promise<Answer> {
  const name = tableName(request);
  return alone(parts, name, async () => {
    const table = await changed(withBilling(parts.tables.need(name), request));
    const settings = updatedSettings(parts, table, request);
    await save(parts, table, settings);
    return { TableDescription: describeTable(table, settings) };
  });
}

export function deleteTable(parts: Parts, request: Request): Promise<Answer> {
  const name = tableName(request);
  return alone(parts, name, async () => {
    const table = parts.tables.need(name);
    const settings = parts.tables.settingsOf(name);
    if (settings.deletionProtection === true) {
      throw validationError(
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
      );
    }
    parts.tables.remove(name);
    // Nobody begins a write any more; those that were begun end before the table does.
    await Promise.allSettled([...parts.writes]);
    await parts.journal.commit({
      clear: contentsOf(name),
      operations: [{ type: 'del', key: tableKey(name) }],
      also: () => {
        parts.settings.remove(name);
        parts.expiries.forget(name);
      },
    });
    return { TableDescription: describeTable({ ...table, TableStatus: 'DELETING' }, settings) };
  });
}

export function listTables(parts: Parts, request: Request): Answer {
  const limit = typeof request.Limit === 'number' ? request.Limit : LIST_MAX;
  const after = typeof request.ExclusiveStartTableName === 'string' ? request.ExclusiveStartTableName : '';
  const names = parts.tables.names().filter((name) => name > after);
  const page = names.slice(0, limit);
  return { TableNames: page, ...(page.length < names.length ? { LastEvaluatedTableName: page.at(-1) } : {}) };
}

/** dynalite's own action on a store that keeps nothing: it puts the table first as being made, then as active. */
async function madeByDynalite(parts: Parts, data: { readonly TableName: string }): Promise<Table> {
  const made = Promise.withResolvers<Table>();
  const storeFor = (): Store => ({
    ...parts.store,
    tableDb: {
      ...parts.store.tableDb,
      lock: (_key, locked) => locked((callback) => callback),
      get: (name, found) => found(null, parts.tables.get(name)),
      put: (_key, table, written) => {
        if (table.TableStatus === 'ACTIVE') made.resolve(structuredClone(table));
        written(null);
      },
    },
  });
  await run('CreateTable', data, storeFor).catch((error: unknown) => {
    if (parts.tables.get(data.TableName) === undefined) throw error;
    throw serviceError('ResourceInUseException', `Table already exists: ${data.TableName}`);
  });
  const table = await made.promise;
  return { ...table, CreationDateTime: parts.clock.now() / 1000 };
}

function initialSettings(parts: Parts, table: Table, request: Request): TableSettings {
  const tags = readTags(request.Tags);
  const encryption = request.SSESpecification as { Enabled?: boolean; KMSMasterKeyId?: string } | undefined;
  return {
    ...requestedSettings(parts, table, request, {}),
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...(encryption?.Enabled === true
      ? { encryption: encryption.KMSMasterKeyId ? { keyArn: encryption.KMSMasterKeyId } : {} }
      : {}),
  };
}

function updatedSettings(parts: Parts, table: Table, request: Request): TableSettings {
  return requestedSettings(parts, table, request, parts.tables.settingsOf(table.TableName));
}

function requestedSettings(parts: Parts, table: Table, request: Request, settings: TableSettings): TableSettings {
  const { DeletionProtectionEnabled: isProtected, TableClass: tableClass } = request;
  const stream = requestedStream(parts, table, request, settings.stream);
  return {
    ...settings,
    ...(stream === undefined ? {} : { stream }),
    ...(typeof isProtected === 'boolean' ? { deletionProtection: isProtected } : {}),
    ...(typeof tableClass === 'string' ? { tableClass } : {}),
  };
}

function requestedStream(
  parts: Parts,
  table: Table,
  request: Request,
  current: TableSettings['stream'],
): TableSettings['stream'] {
  const wanted = request.StreamSpecification as { StreamEnabled?: boolean; StreamViewType?: ViewType } | undefined;
  if (wanted === undefined || wanted === null) return current;
  if (wanted.StreamEnabled !== true) return current && { ...current, enabled: false };
  if (wanted.StreamViewType === undefined || !viewTypes.includes(wanted.StreamViewType)) {
    throw validationError(
      'One or more parameter values were invalid: StreamViewType is required when StreamEnabled is true, one of ' +
        viewTypes.join(', '),
    );
  }
  if (current?.enabled === true) {
    throw validationError(`Table already has an enabled stream: TableName: ${table.TableName}`);
  }
  return newStream(table, wanted.StreamViewType, parts.clock.now());
}

function withBilling(table: Table, request: Request): Table {
  const { BillingMode: mode, ProvisionedThroughput: throughput, AttributeDefinitions: attributes } = request;
  return {
    ...table,
    ...(Array.isArray(attributes) ? { AttributeDefinitions: attributes } : {}),
    ...(typeof mode === 'string' ? { BillingModeSummary: { BillingMode: mode } } : {}),
    ...(throughput ? { ProvisionedThroughput: { NumberOfDecreasesToday: 0, ...(throughput as object) } } : {}),
  };
}

export function describe(parts: Parts, request: Request): Answer {
  const table = parts.tables.get(tableName(request));
  if (table === undefined) throw tableNotFound(tableName(request));
  return { Table: describeTable(table, parts.tables.settingsOf(table.TableName)) };
}
