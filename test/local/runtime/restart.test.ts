import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Cloud } from '#local/cloud.ts';
import { busIntoQueue, putEvents, runCloud, type Workspace, workspace } from './support.ts';

const DAY_MS = 86_400_000;
/** Holds a function up until `letGo` is called. */
const untilGo =
  "if (!require('node:fs').existsSync(process.env.LAMBDA_TASK_ROOT + '/go')) await new Promise((resolve) => setTimeout(resolve, 60_000));";
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

test('a restart keeps what stands in queues, and the clock', async () => {
  const space = workspace(
    { Work: { code: 'note(1); throw new Error("later");' } },
    busIntoQueue('Work', { visibilitySeconds: 3600, receivesMax: 2 }),
  );
  const first = await runCloud(space);
  await first.advanceBy('P10D');
  await putEvents(first, 'bus', [{ n: 1 }]);
  await first.idle();
  await first.close();
  const second = await runCloud(space);
  expect(second.clock.now() - Date.now()).toBeGreaterThan(9.9 * DAY_MS);
  expect(space.notes()).toHaveLength(1);
  await second.advanceBy('PT2H');
  expect(space.notes()).toHaveLength(2);
  expect(second.deadLetters()[0]?.messages[0]?.cause).toBe('Error: later');
});

test('rules of the template are written anew at each start, old ones go, and rules that were made at run time stay', async () => {
  const space = workspace({ Work: { code: 'return {};' } }, busIntoQueue('Work'));
  const first = await runCloud(space);
  await withBus(first, (client) =>
    client.send(new PutRuleCommand({ EventBusName: 'bus', Name: 'own', EventPattern: '{"source":["mine"]}' })),
  );
  await first.close();
  const template = join(space.assembly, 'test.template.json');
  writeFileSync(template, readFileSync(template, 'utf8').replace('"Rule":{', '"Renamed":{'));
  const second = await runCloud(space);
  const { Rules = [] } = await withBus(second, (client) => client.send(new ListRulesCommand({ EventBusName: 'bus' })));
  expect(Rules.map(({ Name }) => Name).sort()).toEqual(['own', 'test-Renamed']);
});

test('a message in work when the process is killed is taken again at the next start, and nothing is lost', async () => {
  const code = `note(event.Records.map(({ body }) => JSON.parse(body).detail.n));
    ${untilGo}
    return {};`;
  const space = workspace({ Work: { code } }, busIntoQueue('Work', { receivesMax: 5 }));
  const child = await startChild(space);
  await putEvents(child.cloud, 'bus', [{ n: 1 }, { n: 2 }, { n: 3 }]);
  await vi.waitFor(() => expect(space.notes().length).toBeGreaterThan(0), { timeout: 20_000 });
  await kill(child.process);
  letGo(space);
  const before = space.notes().length;
  const cloud = await runCloud(space);
  await cloud.idle();
  expect((space.notes().slice(before) as number[][]).flat().sort()).toEqual([1, 2, 3]);
  expect(cloud.deadLetters()[0]?.count).toBe(0);
});

test('stream records that were not handled when the process was killed are handled at the next start', async () => {
  const code = `note(event.Records.map(({ dynamodb }) => dynamodb.Keys.pk.S));
    ${untilGo}
    return {};`;
  const space = workspace(
    { Read: { code } },
    {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'things',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        },
      },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
          FunctionName: { Ref: 'Read' },
          StartingPosition: 'LATEST',
        },
      },
    },
  );
  const child = await startChild(space);
  const client = new DynamoDBClient({ region: 'us-east-1', credentials, endpoint: child.cloud.endpoints.dynamodb });
  for (const pk of ['a', 'b', 'c']) await client.send(new PutItemCommand({ TableName: 'things', Item: { pk: { S: pk } } }));
  client.destroy();
  await vi.waitFor(() => expect(space.notes().length).toBeGreaterThan(0), { timeout: 20_000 });
  await kill(child.process);
  letGo(space);
  const before = space.notes().length;
  const cloud = await runCloud(space);
  await cloud.idle();
  expect((space.notes().slice(before) as string[][]).flat()).toEqual(['a', 'b', 'c']);
});

test('after close nothing keeps the process alive', async () => {
  const code = 'setInterval(() => {}, 1000); note(1); return {};';
  const space = workspace({ Work: { code } }, busIntoQueue('Work'));
  const { process: child } = await startChild(space, 'close');
  const [status] = await once(child, 'exit');
  expect(status).toBe(0);
});

test('a start that fails says why, and leaves nothing open behind it', async () => {
  const space = workspace({ Work: { code: 'return {};' } }, busIntoQueue('Work'));
  const first = await runCloud(space);
  const port = Number(new URL(first.url).port);
  await expect(runCloud({ ...space, folder: join(space.root, 'other') }, { port })).rejects.toThrow(`Port ${port} is in use`);
  await expect(runCloud(space)).rejects.toThrow('another process');
  await first.close();
  await expect(runCloud({ ...space, assembly: space.root })).rejects.toThrow('no synthesised stack');
  await expect(runCloud(space)).resolves.toBeDefined();
});

async function withBus<T>(cloud: Pick<Cloud, 'endpoints'>, work: (client: EventBridgeClient) => Promise<T>): Promise<T> {
  const client = new EventBridgeClient({ region: 'us-east-1', credentials, endpoint: cloud.endpoints.eventbridge });
  const result = await work(client);
  client.destroy();
  return result;
}

async function startChild({ folder, assembly }: Workspace, then = ''): Promise<{ process: ChildProcess; cloud: Cloud }> {
  const script = fileURLToPath(new URL('./cloud-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder, assembly, then], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { process: child, cloud: JSON.parse(line) as Cloud };
}

function letGo({ assembly }: Workspace): void {
  for (const name of readdirSync(assembly)) if (name.startsWith('asset.')) writeFileSync(join(assembly, name, 'go'), '');
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}
