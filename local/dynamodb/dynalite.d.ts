/** The parts of dynalite that the engine is built on. The package has no types of its own; its version is pinned. */
declare module 'dynalite/db/index.js' {
  import type { AttributeValue } from 'aws-lambda';

  export type Item = { [name: string]: AttributeValue };
  export type Failure = Error & { statusCode?: number; body?: { __type: string; message: string } };
  export type Callback<T> = (failure: Failure | null, value?: T) => void;

  export type LevelOperation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };
  export type Level = {
    open(): Promise<void>;
    close(): Promise<void>;
    get(key: string): Promise<unknown>;
    batch(operations: readonly LevelOperation[]): Promise<void>;
    values(range: ReadRange): { nextv(size: number): Promise<unknown[]>; close(): Promise<void> };
    clear(range: { gte: string; lt: string }): Promise<void>;
    iterator(range: { gte: string; lt: string }): AsyncIterable<[string, unknown]>;
  };

  export type ReadRange = { gte?: string; gt?: string; lte?: string; lt?: string; reverse?: boolean; limit?: number };
  export type ItemDb = {
    createValueStream(range: ReadRange): object;
    lock(key: string, locked: (release: <T>(callback: Callback<T>) => Callback<T>) => void): void;
    get(key: string, callback: Callback<Item>): void;
    put(key: string, item: Item, callback: Callback<void>): void;
    del(key: string, callback: Callback<void>): void;
  };
  export type IndexDb = Pick<ItemDb, 'createValueStream' | 'put' | 'del'>;
  export type TableDb = {
    awsAccountId: string;
    awsRegion: string;
    lock: ItemDb['lock'];
    get(key: string, callback: Callback<Table>): void;
    put(key: string, table: Table, callback: Callback<void>): void;
  };

  export type KeySchema = { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
  export type Index = {
    IndexName: string;
    IndexArn?: string;
    IndexStatus?: string;
    KeySchema: KeySchema;
    Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
    [other: string]: unknown;
  };
  export type Table = {
    TableName: string;
    TableArn: string;
    TableStatus: string;
    CreationDateTime: number;
    KeySchema: KeySchema;
    AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
    GlobalSecondaryIndexes?: Index[];
    LocalSecondaryIndexes?: Index[];
    [other: string]: unknown;
  };

  export type Store = {
    options: { createTableMs: number; maxItemSize: number };
    db: Level;
    tableDb: TableDb;
    getTable(name: string, checkStatus: boolean | Callback<Table>, callback?: Callback<Table>): void;
    getItemDb(name: string): ItemDb;
    getIndexDb(kind: string, table: string, index: string): IndexDb;
  };

  export function create(options: { path: string; createTableMs: number; deleteTableMs: number; updateTableMs: number }): Store;
  export function createKey(item: Item, table: Table): string;
  export function validateKey(key: Item, table: Table): Failure | null | undefined;
  export function validateItem(item: Item, table: Table): Failure | null | undefined;
  export function checkConditional(data: object, item: Item | undefined): Failure | null | undefined;
  export function itemSize(item: Item): number;
  export function capacityUnits(item: Item | undefined, isRead: boolean, isConsistent: boolean): number;
  export function getIndexActions(
    indexes: readonly Index[],
    before: Item | undefined,
    after: Item | undefined,
    table: Table,
  ): { puts: { index: string; key: string; item: Item }[]; deletes: { index: string; key: string }[] };
}

declare module 'dynalite/actions/*' {
  import type { Callback, Store } from 'dynalite/db/index.js';

  const action: (store: Store, data: object, callback: Callback<object>) => void;
  export = action;
}

declare module 'dynalite/validations/index.js' {
  export function checkTypes(data: object, types: object): object;
  export function checkValidations(data: object, types: object, custom: unknown, store: object): void;
}

declare module 'dynalite/validations/*' {
  export const types: object;
  export const custom: unknown;
}
