/** Adding and removing global secondary indexes of a table that has items. */
import { getIndexActions, type Index, type Item, type LevelOperation, type Table } from 'dynalite/db/index.js';
import type { Parts, Request } from './engine-parts.ts';
import { serviceError, validationError } from './errors.ts';
import { indexKey, indexOf, itemsOf } from './level-keys.ts';
import { save } from './table-definition.ts';
import { underLocks } from './write.ts';

type IndexUpdate = {
  readonly Create?: Pick<Index, 'IndexName' | 'KeySchema' | 'Projection'>;
  readonly Delete?: { readonly IndexName: string };
};

/** The table with its indexes as the request wants them. New ones are filled; the table's items stay writable meanwhile. */
export async function changeIndexes(parts: Parts, table: Table, request: Request): Promise<Table> {
  const updates = request.GlobalSecondaryIndexUpdates;
  if (!Array.isArray(updates)) return table;
  let changed = table;
  for (const update of updates as IndexUpdate[]) {
    if (update.Create !== undefined) changed = await addIndex(parts, changed, update.Create);
    if (update.Delete !== undefined) changed = await removeIndex(parts, changed, update.Delete.IndexName);
  }
  return changed;
}

/** An index that a crash left half filled is filled again from the start. */
export async function completeIndexes(parts: Parts): Promise<void> {
  for (const name of parts.tables.names()) {
    const table = parts.tables.need(name);
    const unfinished = (table.GlobalSecondaryIndexes ?? []).filter((index) => index.IndexStatus === 'CREATING');
    if (unfinished.length === 0) continue;
    for (const index of unfinished) await fill(parts, table, index);
    await save(
      parts,
      withIndexes(table, (indexes) => indexes.map(active)),
      parts.tables.settingsOf(name),
    );
  }
}

async function addIndex(parts: Parts, table: Table, wanted: NonNullable<IndexUpdate['Create']>): Promise<Table> {
  const { IndexName: name, KeySchema: keys, Projection: projection } = wanted;
  if (table.GlobalSecondaryIndexes?.some((index) => index.IndexName === name) === true) {
    throw validationError(`Attempting to create an index which already exists: ${name}`);
  }
  const defined = table.AttributeDefinitions.map((attribute) => attribute.AttributeName);
  if (!keys.every((key) => defined.includes(key.AttributeName))) {
    throw validationError(
      'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions',
    );
  }
  const index: Index = {
    IndexName: name,
    KeySchema: keys,
    Projection: projection,
    IndexArn: `${table.TableArn}/index/${name}`,
    IndexStatus: 'CREATING',
    IndexSizeBytes: 0,
    ItemCount: 0,
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
  };
  const growing = withIndexes(table, (indexes) => [...indexes, index]);
  // From here on writes keep the new index; those that did not know of it have to end before it is filled.
  await save(parts, growing, parts.tables.settingsOf(table.TableName));
  await Promise.allSettled([...parts.writes]);
  await fill(parts, growing, index);
  return withIndexes(growing, (indexes) => indexes.map(active));
}

async function fill(parts: Parts, table: Table, index: Index): Promise<void> {
  for await (const [key] of parts.store.db.iterator(itemsOf(table.TableName))) {
    await underLocks(parts, [key], async () => {
      const item = (await parts.store.db.get(key)) as Item | undefined;
      if (item !== undefined) await parts.journal.commit({ operations: entries(table, index, item) });
    });
  }
}

function entries(table: Table, index: Index, item: Item): LevelOperation[] {
  const { puts } = getIndexActions([index], undefined, item, table);
  return puts.map((put) => ({
    type: 'put',
    key: indexKey('global', table.TableName, index.IndexName, put.key),
    value: put.item,
  }));
}

async function removeIndex(parts: Parts, table: Table, name: string): Promise<Table> {
  if (table.GlobalSecondaryIndexes?.some((index) => index.IndexName === name) !== true) {
    throw serviceError('ResourceNotFoundException', `Requested resource not found: Index: ${name}`);
  }
  const smaller = withIndexes(table, (indexes) => indexes.filter((index) => index.IndexName !== name));
  await save(parts, smaller, parts.tables.settingsOf(table.TableName));
  await Promise.allSettled([...parts.writes]);
  await parts.journal.commit({ clear: [indexOf('global', table.TableName, name)] });
  return smaller;
}

function withIndexes(table: Table, change: (indexes: Index[]) => Index[]): Table {
  const { GlobalSecondaryIndexes: indexes, ...others } = table;
  const changed = change(indexes ?? []);
  return changed.length === 0 ? others : { ...others, GlobalSecondaryIndexes: changed };
}

function active(index: Index): Index {
  return { ...index, IndexStatus: 'ACTIVE' };
}
