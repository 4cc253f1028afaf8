/** Where dynalite keeps things in its one LevelDB: prefixes in front of the keys, and `~` after each name. */
export function tableKey(table: string): string {
  return `table~${table}`;
}

export function itemKey(table: string, key: string): string {
  return `item-${table}~${key}`;
}

export function indexKey(kind: string, table: string, index: string, key: string): string {
  return `index-${kind.toLowerCase()}~${table}~${index}~${key}`;
}

export type Range = { readonly gte: string; readonly lt: string };

export const allTables: Range = { gte: 'table~', lt: 'table~\xff' };

export function itemsOf(table: string): Range {
  return { gte: itemKey(table, ''), lt: itemKey(table, '\xff') };
}

export function indexOf(kind: 'global' | 'local', table: string, index: string): Range {
  return { gte: indexKey(kind, table, index, ''), lt: indexKey(kind, table, index, '\xff') };
}

/** All items and index entries of a table. */
export function contentsOf(table: string): readonly Range[] {
  const indexes = ['global', 'local'].map((kind) => ({ gte: `index-${kind}~${table}~`, lt: `index-${kind}~${table}~\xff` }));
  return [itemsOf(table), ...indexes];
}
