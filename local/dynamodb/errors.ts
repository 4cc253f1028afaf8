/** Failures as DynamoDB tells them: a status and a body with `__type`. dynalite throws the same shape. */
import type { Item } from 'dynalite/db/index.js';

export type CancellationReason = { readonly Code: string; readonly Message?: string; readonly Item?: Item };
export type ServiceError = Error & { readonly statusCode: number; readonly body: Readonly<Record<string, unknown>> };

export function serviceError(name: string, message: string, more: Readonly<Record<string, unknown>> = {}): ServiceError {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...more };
  return Object.assign(new Error(message), { name, statusCode: 400, body });
}

/** The request is not even of the right shape. */
export function serializationError(message: string): ServiceError {
  const body = { __type: 'com.amazon.coral.service#SerializationException', message };
  return Object.assign(new Error(message), { name: 'SerializationException', statusCode: 400, body });
}

export function validationError(message: string): ServiceError {
  const body = { __type: 'com.amazon.coral.validate#ValidationException', message };
  return Object.assign(new Error(message), { name: 'ValidationException', statusCode: 400, body });
}

/** The message of a request-level check, in the words of the service. */
export function constraintError(field: string, constraint: string, value = 'null'): ServiceError {
  return validationError(
    `1 validation error detected: Value ${value} at '${field}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

export function tableNotFound(table: string): ServiceError {
  return serviceError('ResourceNotFoundException', `Requested resource not found: Table: ${table} not found`);
}

/** One reason for each item of the transaction, in its order; `None` where the item was not to blame. */
export function transactionCancelled(reasons: readonly CancellationReason[]): ServiceError {
  const codes = reasons.map((reason) => reason.Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return serviceError('TransactionCanceledException', message, { Message: message, CancellationReasons: reasons });
}

export function isServiceError(error: unknown): error is ServiceError {
  return (
    error instanceof Error && 'statusCode' in error && 'body' in error && error.body !== null && typeof error.body === 'object'
  );
}

/** `ConditionalCheckFailedException` of `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException`. */
export function errorName(error: ServiceError): string {
  return String(error.body.__type).split('#').at(-1) ?? '';
}
