import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll } from 'vitest';
import { dynamodbContract } from './contract.ts';
import { type Running, runEngine, temporaryFolder } from './engine.ts';

const elsewhere = process.env.AWS_ENDPOINT_URL_DYNAMODB;
const folder = temporaryFolder();
let running: Promise<Running> | undefined;

/** The engine, or whatever implementation the SDK's own variable names: the suite is the same. */
if (elsewhere === undefined) {
  dynamodbContract('the local DynamoDB', async () => {
    running ??= runEngine(folder.path);
    return (await running).client;
  });
} else {
  dynamodbContract(`the DynamoDB at ${elsewhere}`, async () => new DynamoDBClient({}));
}

afterAll(async () => {
  await (await running)?.stop();
  folder.remove();
});
