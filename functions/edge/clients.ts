import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamodbTable } from '#adapters/aws/dynamodb-table.ts';
import type { Table } from '#usecases/ports.ts';
import { env } from './env.ts';

/** The value of a variable that the stack gives; its absence is a fault of the deployment, found at the first start. */
export function setting(name: (typeof env)[keyof typeof env]): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is missing`);
  return value;
}

/** The table that the function works on; the client finds its endpoint and credentials by the SDK's own variables. */
export function table(): Table {
  return dynamodbTable(new DynamoDBClient({}), setting(env.table));
}
