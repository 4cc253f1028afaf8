/** What a write costs. dynalite counts the table only; AWS also bills each index that the write touches. */
import { capacityUnits, getIndexActions, type Index, type Item, type Table } from 'dynalite/db/index.js';
import type { Change } from './capture.ts';
import { sameItem } from './same-item.ts';

type Units = { CapacityUnits: number; WriteCapacityUnits?: number };
export type ConsumedCapacity = Units & {
  TableName: string;
  Table?: Units;
  GlobalSecondaryIndexes?: Record<string, Units>;
  LocalSecondaryIndexes?: Record<string, Units>;
};

/** One entry for each table; undefined unless the request asked. In a transaction every unit counts twice. */
export function consumedByWrites(
  changes: readonly Change[],
  wanted: unknown,
  inTransaction = false,
): ConsumedCapacity[] | undefined {
  if (wanted !== 'TOTAL' && wanted !== 'INDEXES') return undefined;
  const byTable = Map.groupBy(changes, (change) => change.table.TableName);
  return [...byTable].map(([table, ofTable]) => summarise(table, ofTable, wanted === 'INDEXES', inTransaction));
}

function summarise(name: string, changes: readonly Change[], inDetail: boolean, inTransaction: boolean): ConsumedCapacity {
  const factor = inTransaction ? 2 : 1;
  const units = (count: number): Units => ({
    CapacityUnits: count * factor,
    ...(inTransaction ? { WriteCapacityUnits: count * factor } : {}),
  });
  const table = sum(changes.map(tableUnits));
  const globals = indexUnits(changes, 'GlobalSecondaryIndexes');
  const locals = indexUnits(changes, 'LocalSecondaryIndexes');
  const total = table + sum([...globals.values(), ...locals.values()]);
  const detail = (of: Map<string, number>) => Object.fromEntries([...of].map(([index, count]) => [index, units(count)]));
  return {
    TableName: name,
    ...units(total),
    ...(inDetail ? { Table: units(table) } : {}),
    ...(inDetail && globals.size > 0 ? { GlobalSecondaryIndexes: detail(globals) } : {}),
    ...(inDetail && locals.size > 0 ? { LocalSecondaryIndexes: detail(locals) } : {}),
  };
}

function tableUnits({ before, after }: Change): number {
  return Math.max(capacityUnits(before, false, true), capacityUnits(after, false, true));
}

function indexUnits(changes: readonly Change[], kind: 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'): Map<string, number> {
  const units = new Map<string, number>();
  for (const change of changes) {
    for (const index of change.table[kind] ?? []) {
      const count = entryUnits(change, index);
      if (count > 0) units.set(index.IndexName, (units.get(index.IndexName) ?? 0) + count);
    }
  }
  return units;
}

/** Nothing for an entry that stays as it is, one write for one that changes, two for one that moves to another key. */
function entryUnits({ table, before, after }: Change, index: Index): number {
  const [was, is] = [entryOf(before, index, table), entryOf(after, index, table)];
  if (was?.key === is?.key && sameItem(was?.item, is?.item)) return 0;
  const sizes = [was, is].map((entry) => (entry === undefined ? 0 : capacityUnits(entry.item, false, true)));
  return was?.key === is?.key ? Math.max(...sizes) : sum(sizes);
}

function entryOf(item: Item | undefined, index: Index, table: Table): { key: string; item: Item } | undefined {
  const put = getIndexActions([index], undefined, item, table).puts[0];
  // A projected attribute that the item has not is no part of the entry.
  return put && { key: put.key, item: Object.fromEntries(Object.entries(put.item).filter(([, value]) => value !== undefined)) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
