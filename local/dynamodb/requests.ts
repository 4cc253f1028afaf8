/** Which operation a request goes to. */
import { describeContinuousBackups, describeTimeToLive } from './describe-table.ts';
import type { Parts, Request } from './engine-parts.ts';
import { changeIndexes } from './indexes.ts';
import type { Answer } from './operations.ts';
import { read } from './read.ts';
import { tableName } from './table-definition.ts';
import { createTable, deleteTable, describe, listTables, updateTable } from './table-operations.ts';
import { listTags, tagTable, untagTable } from './tags.ts';
import { updateContinuousBackups, updateTimeToLive } from './time-to-live.ts';
import { transactGet } from './transact-get.ts';
import { transactWrite } from './transact-write.ts';
import { write } from './write.ts';

type Operation = (parts: Parts, request: Request) => Answer | Promise<Answer>;

const operations: Readonly<Record<string, Operation>> = {
  GetItem: (parts, request) => read(parts, 'GetItem', request),
  BatchGetItem: (parts, request) => read(parts, 'BatchGetItem', request),
  Query: (parts, request) => read(parts, 'Query', request),
  Scan: (parts, request) => read(parts, 'Scan', request),
  PutItem: (parts, request) => write(parts, 'PutItem', request),
  UpdateItem: (parts, request) => write(parts, 'UpdateItem', request),
  DeleteItem: (parts, request) => write(parts, 'DeleteItem', request),
  BatchWriteItem: (parts, request) => write(parts, 'BatchWriteItem', request),
  TransactWriteItems: transactWrite,
  TransactGetItems: transactGet,
  CreateTable: createTable,
  UpdateTable: (parts, request) => updateTable(parts, request, (table) => changeIndexes(parts, table, request)),
  DeleteTable: deleteTable,
  DescribeTable: describe,
  ListTables: listTables,
  UpdateTimeToLive: updateTimeToLive,
  DescribeTimeToLive: (parts, request) => describeTimeToLive(settingsIn(parts, request)),
  UpdateContinuousBackups: updateContinuousBackups,
  DescribeContinuousBackups: (parts, request) => describeContinuousBackups(settingsIn(parts, request), parts.clock.now()),
  TagResource: tagTable,
  UntagResource: untagTable,
  ListTagsOfResource: listTags,
};

/** `DynamoDB_20120810.PutItem` → its operation; undefined for what the engine does not know. */
export function operationOf(target: string): Operation | undefined {
  const [service, name] = target.split('.');
  return service === 'DynamoDB_20120810' && name !== undefined && Object.hasOwn(operations, name) ? operations[name] : undefined;
}

function settingsIn(parts: Parts, request: Request): ReturnType<Parts['tables']['settingsOf']> {
  return parts.tables.settingsOf(parts.tables.need(tableName(request)).TableName);
}
