/** TransactWriteItems: all conditions are checked and all changes computed under locks, then committed as one piece. */
import { checkConditional, createKey, type Item, validateKey } from 'dynalite/db/index.js';
import { type ConsumedCapacity, consumedByWrites } from './capacity.ts';
import { type Capture, capture } from './capture.ts';
import type { Parts, Request } from './engine-parts.ts';
import {
  type CancellationReason,
  constraintError,
  errorName,
  isServiceError,
  transactionCancelled,
  validationError,
} from './errors.ts';
import { type OperationName, parse, run } from './operations.ts';
import { idempotent } from './tokens.ts';
import { lockName, track } from './write.ts';

const ITEMS_MAX = 100;
const SIZE_BYTES_MAX = 4 * 1024 * 1024;

const actions = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
} as const satisfies Record<string, OperationName>;
type ActionName = keyof typeof actions;
type Keyed = { readonly TableName: string; readonly Item?: Item; readonly Key?: Item };
type Action = { readonly name: ActionName; readonly data: Keyed; readonly lock: string | undefined; readonly showsItem: boolean };
type Answer = { ConsumedCapacity?: ConsumedCapacity[] };

export function transactWrite(parts: Parts, request: Request): Promise<Answer> {
  const transaction = readTransaction(parts, request);
  return idempotent(parts, request, (remember) => commitAll(parts, request, transaction, remember));
}

async function commitAll(parts: Parts, request: Request, transaction: readonly Action[], remember: () => void): Promise<Answer> {
  const locks = transaction.map((action) => action.lock).filter((lock) => lock !== undefined);
  const taken = parts.locks.acquireForTransaction(locks);
  if ('conflicts' in taken) throw transactionCancelled(transaction.map((action) => conflictReason(action, taken.conflicts)));
  return track(
    parts,
    taken.then(async (release) => {
      try {
        const captured = capture(parts.store, parts.tables.get);
        const reasons: CancellationReason[] = [];
        for (const action of transaction) reasons.push(await attempt(parts, action, captured));
        if (reasons.some((reason) => reason.Code !== 'None')) throw transactionCancelled(reasons);
        await parts.journal.commit({ ...captured, also: remember });
        const consumed = consumedByWrites(captured.changes, request.ReturnConsumedCapacity, true);
        return consumed === undefined ? {} : { ConsumedCapacity: consumed };
      } finally {
        release();
      }
    }),
  );
}

/** What is wrong with the request as a whole is refused before anything is locked. */
function readTransaction(parts: Parts, request: Request): readonly Action[] {
  const items = request.TransactItems;
  if (!Array.isArray(items)) throw constraintError('transactItems', 'not be null');
  if (items.length === 0) throw constraintError('transactItems', 'have length greater than or equal to 1', "'[]'");
  if (items.length > ITEMS_MAX) throw constraintError('transactItems', `have length less than or equal to ${ITEMS_MAX}`);
  const transaction = items.map((item) => readAction(parts, (item ?? {}) as Record<string, Request>));
  const locks = transaction.map((action) => action.lock).filter((lock) => lock !== undefined);
  if (new Set(locks).size < locks.length) {
    throw validationError('Transaction request cannot include multiple operations on one item');
  }
  if (Buffer.byteLength(JSON.stringify(items)) > SIZE_BYTES_MAX) {
    throw validationError('Collection size exceeded: a transaction cannot contain more than 4 MB of data');
  }
  return transaction;
}

function readAction(parts: Parts, item: Readonly<Record<string, Request>>): Action {
  const names = Object.keys(actions).filter((name) => item[name] !== undefined && item[name] !== null) as ActionName[];
  const [name] = names;
  const request = name && item[name];
  if (name === undefined || names.length > 1 || request === undefined) {
    throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (name === 'ConditionCheck' && request.ConditionExpression === undefined) {
    throw constraintError('transactItems.member.conditionCheck.conditionExpression', 'not be null');
  }
  if (name === 'Update' && request.UpdateExpression === undefined) {
    throw constraintError('transactItems.member.update.updateExpression', 'not be null');
  }
  const data = parse<Keyed>(actions[name], request, parts.store);
  parts.tables.need(data.TableName);
  const showsItem = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  return { name, data, lock: lockName(parts, data.TableName, data), showsItem };
}

async function attempt(parts: Parts, action: Action, captured: Capture): Promise<CancellationReason> {
  try {
    if (action.name === 'ConditionCheck') await check(parts, action.data, captured);
    else await run(actions[action.name], action.data, captured.storeFor);
    return { Code: 'None' };
  } catch (error) {
    if (!isServiceError(error)) throw error;
    const message = String(error.body.message);
    if (errorName(error) === 'ValidationException') return { Code: 'ValidationError', Message: message };
    if (errorName(error) !== 'ConditionalCheckFailedException') throw error;
    const item = action.showsItem ? captured.lastRead() : undefined;
    return { Code: 'ConditionalCheckFailed', Message: message, ...(item && { Item: item }) };
  }
}

/** A condition alone: it costs as much as a write and changes nothing. */
async function check(parts: Parts, data: Keyed, captured: Capture): Promise<void> {
  const table = parts.tables.need(data.TableName);
  const invalid = validateKey(data.Key ?? {}, table);
  if (invalid) throw invalid;
  const key = createKey(data.Key ?? {}, table);
  const item = await captured.read(data.TableName, key);
  const failure = checkConditional(data, item);
  if (failure) throw failure;
  captured.changes.push({ table, key, before: item, after: item });
}

function conflictReason(action: Action, conflicts: ReadonlySet<string>): CancellationReason {
  if (action.lock === undefined || !conflicts.has(action.lock)) return { Code: 'None' };
  return { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item.' };
}
