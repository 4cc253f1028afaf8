/**
 * Runs dynalite's own operations in this process: its parsers of expressions, its checks of parameters and its actions,
 * on whatever store they are given. A second HTTP hop would cost more than the operation itself.
 */
import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import createTable from 'dynalite/actions/createTable.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import updateItem from 'dynalite/actions/updateItem.js';
import type { Store } from 'dynalite/db/index.js';
import * as batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import * as batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import * as createTableRules from 'dynalite/validations/createTable.js';
import * as deleteItemRules from 'dynalite/validations/deleteItem.js';
import * as getItemRules from 'dynalite/validations/getItem.js';
import { checkTypes, checkValidations } from 'dynalite/validations/index.js';
import * as putItemRules from 'dynalite/validations/putItem.js';
import * as queryRules from 'dynalite/validations/query.js';
import * as scanRules from 'dynalite/validations/scan.js';
import * as updateItemRules from 'dynalite/validations/updateItem.js';
import { isServiceError, serializationError } from './errors.ts';
import type { StoreFor } from './reading-store.ts';

const operations = {
  BatchGetItem: { action: batchGetItem, rules: batchGetItemRules },
  BatchWriteItem: { action: batchWriteItem, rules: batchWriteItemRules },
  CreateTable: { action: createTable, rules: createTableRules },
  DeleteItem: { action: deleteItem, rules: deleteItemRules },
  GetItem: { action: getItem, rules: getItemRules },
  PutItem: { action: putItem, rules: putItemRules },
  Query: { action: query, rules: queryRules },
  Scan: { action: scan, rules: scanRules },
  UpdateItem: { action: updateItem, rules: updateItemRules },
} as const;

export type OperationName = keyof typeof operations;
export type Answer = Record<string, unknown>;

/** The request with its expressions parsed and unknown fields dropped; throws the service's error where it is not valid. */
export function parse<T extends object>(name: OperationName, request: object, store: Store): T {
  const { rules } = operations[name];
  try {
    // checkTypes deletes from what it is given, so it gets a copy of the top level.
    const data = checkTypes({ ...request }, rules.types);
    checkValidations(data, rules.types, rules.custom, store);
    return data as T;
  } catch (error) {
    // dynalite's checks depend on nothing but the request, and stumble over a null where an object belongs.
    throw isServiceError(error) ? error : serializationError(`The request cannot be read: ${String(error)}`);
  }
}

export function run(name: OperationName, data: object, storeFor: StoreFor): Promise<Answer> {
  return new Promise((resolve, reject) => {
    operations[name].action(storeFor(reject), data, (failure, answer) => {
      if (failure) reject(failure);
      else resolve((answer ?? {}) as Answer);
    });
  });
}
