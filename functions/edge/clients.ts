import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamodbTable } from '#adapters/aws/dynamodb-table.ts';
import { sqsLine } from '#adapters/aws/sqs-line.ts';
import type { Line, Table } from '#usecases/ports.ts';
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

/** A queue that the function puts messages into. Lambda gives the role's credentials by these variables. */
export function line(queueUrl: (typeof env)[keyof typeof env]): Line {
  const { AWS_REGION: region = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN } = process.env;
  const credentials = {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
  };
  // As the SDK's own clients find another endpoint.
  const endpoint = process.env.AWS_ENDPOINT_URL_SQS ?? process.env.AWS_ENDPOINT_URL;
  return sqsLine({ queueUrl: setting(queueUrl), region, credentials, ...(endpoint !== undefined && { endpoint }) });
}
