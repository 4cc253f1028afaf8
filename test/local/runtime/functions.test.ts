import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { httpRoutes, runCloud, workspace } from './support.ts';

test('a function sees what the template gives it and what Lambda sets, and nothing of the surroundings', async () => {
  process.env.OF_THE_SURROUNDINGS = 'secret';
  const env = {
    PUBLIC_URL: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] },
    LONG_URL: {
      'Fn::Join': [
        '',
        ['https://', { Ref: 'Api' }, '.execute-api.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }, '/x'],
      ],
    },
    SELF: { 'Fn::Sub': `\${AWS::Partition}-\${AWS::AccountId}-\${!literal}` },
  };
  const space = workspace({ Show: { code: 'return { ...process.env, context };', env } }, httpRoutes({ 'GET /env': 'Show' }));
  const cloud = await runCloud(space);
  const shown = (await (await fetch(`${cloud.url}/env`)).json()) as Record<string, unknown>;
  expect(shown).toMatchObject({
    PUBLIC_URL: cloud.url,
    LONG_URL: `${cloud.url}/x`,
    SELF: `aws-000000000000-\${literal}`,
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'show',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_ENDPOINT_URL_DYNAMODB: cloud.endpoints.dynamodb,
    AWS_ENDPOINT_URL_EVENTBRIDGE: cloud.endpoints.eventbridge,
    AWS_ENDPOINT_URL_SESV2: cloud.endpoints.ses,
    context: { functionName: 'show', memoryLimitInMB: '256' },
  });
  expect(shown).not.toHaveProperty('OF_THE_SURROUNDINGS');
  expect(shown).not.toHaveProperty('PATH');
});

test('an SDK client finds the engines by the variables that functions get, without further settings', async () => {
  const setUp = `
    const { DynamoDBClient, ListTablesCommand } = require('@aws-sdk/client-dynamodb');
    const { EventBridgeClient, ListEventBusesCommand } = require('@aws-sdk/client-eventbridge');
    const { SESv2Client, GetAccountCommand } = require('@aws-sdk/client-sesv2');`;
  const code = `
    const { TableNames } = await new DynamoDBClient().send(new ListTablesCommand());
    const { EventBuses } = await new EventBridgeClient().send(new ListEventBusesCommand());
    const { SendingEnabled } = await new SESv2Client().send(new GetAccountCommand());
    return { TableNames, buses: EventBuses.map(({ Name }) => Name), SendingEnabled };`;
  const table = {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  };
  const resources = {
    Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'things', ...table } },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
    ...httpRoutes({ 'GET /': 'Ask', 'GET /ask': 'Ask' }),
  };
  const cloud = await runCloud(workspace({ Ask: { setUp, code } }, resources));
  expect(await (await fetch(`${cloud.url}/ask`)).json()).toEqual({
    TableNames: ['things'],
    buses: ['bus', 'default'],
    SendingEnabled: true,
  });
  expect(cloud.table).toBe('things');
});

test.each([
  ['throws', 'throw new TypeError("no such thing");', 'TypeError: no such thing'],
  ['leaves its process', 'process.exit(3);', 'Runtime.ExitError'],
  [
    'throws outside of the handler',
    'setTimeout(() => { throw new Error("loose"); }); await new Promise(() => {});',
    'Error: loose',
  ],
  ['lets a promise fail', 'void Promise.reject(new Error("unheard")); await new Promise(() => {});', 'Error: unheard'],
  [
    'never ends',
    'await new Promise((resolve) => setTimeout(resolve, 60_000));',
    'Sandbox.Timedout: Task timed out after 1.00 seconds',
  ],
  ['blocks its thread', 'for (;;) {}', 'Sandbox.Timedout: Task timed out after 1.00 seconds'],
  ['eats up its memory', 'const eaten = []; for (;;) eaten.push(new Array(100_000).fill(Math.random()));', 'Runtime.OutOfMemory'],
])('a function that %s is a failed invocation, and the next one works', async (_name, crash, reported) => {
  const reports: string[] = [];
  const code = `if (event.rawPath === '/crash') { ${crash} }\nreturn { ok: true };`;
  const properties = { Timeout: 1, MemorySize: 64 };
  const space = workspace({ Fragile: { code, properties } }, httpRoutes({ 'GET /crash': 'Fragile', 'GET /fine': 'Fragile' }));
  const cloud = await runCloud(space, { report: (line) => reports.push(line) });
  const crashed = await fetch(`${cloud.url}/crash`);
  expect([crashed.status, await crashed.json()]).toEqual([500, expect.objectContaining({ message: 'Internal Server Error' })]);
  expect(await (await fetch(`${cloud.url}/fine`)).json()).toEqual({ ok: true });
  expect(reports.join('\n')).toContain(reported);
});

test('a function that cannot be loaded says why, each time', async () => {
  const reports: string[] = [];
  const space = workspace({ Broken: { setUp: 'throw new Error("no database");', code: '' } }, httpRoutes({ 'GET /x': 'Broken' }));
  const cloud = await runCloud(space, { report: (line) => reports.push(line) });
  expect((await fetch(`${cloud.url}/x`)).status).toBe(500);
  expect((await fetch(`${cloud.url}/x`)).status).toBe(500);
  expect(reports).toEqual(['[broken] Error: no database', '[broken] Error: no database']);
});

test('one environment takes one invocation at a time, several work side by side, and a free one is used again', async () => {
  const setUp = 'let running = 0; const instance = Math.random();';
  const code = `running += 1; note({ running });
    await new Promise((resolve) => setTimeout(resolve, Number(event.queryStringParameters.ms)));
    running -= 1; return { instance };`;
  const space = workspace({ Slow: { setUp, code } }, httpRoutes({ 'GET /slow': 'Slow' }));
  const cloud = await runCloud(space, { instancesMax: 3 });
  const ask = async (ms: number) => ((await (await fetch(`${cloud.url}/slow?ms=${ms}`)).json()) as { instance: number }).instance;
  const first = await ask(0);
  expect(await ask(0)).toBe(first);
  const instances = await Promise.all(Array.from({ length: 9 }, () => ask(100)));
  expect(new Set(instances).size).toBe(3);
  expect(space.notes()).toEqual(Array.from({ length: 11 }, () => ({ running: 1 })));
});

test('what a function prints stands in its log, each line with the function’s name', async () => {
  const space = workspace(
    { Talk: { code: 'console.log("hello\\nworld"); console.error("oh no"); return {};' } },
    httpRoutes({ 'GET /x': 'Talk' }),
  );
  const cloud = await runCloud(space);
  await fetch(`${cloud.url}/x`);
  await cloud.close();
  const log = readFileSync(join(space.folder, 'logs/talk.log'), 'utf8');
  for (const line of ['hello', 'world', 'oh no']) expect(log).toMatch(new RegExp(`^\\d{4}-.*Z \\[talk\\] ${line}$`, 'm'));
});

test('functions live on the virtual clock; timers and text of dates stay as they are', async () => {
  const code = `const started = performance.now(); await new Promise((resolve) => setTimeout(resolve, 5));
    class Later extends Date {}
    return { now: Date.now(), made: new Date().getTime(), later: new Later().getTime(), isDate: new Later() instanceof Date,
      text: typeof Date(), fixed: new Date(2020, 0, 1).getFullYear(), own: new Date(0).constructor === Date,
      elapsed: performance.now() - started };`;
  const cloud = await runCloud(workspace({ Tell: { code } }, httpRoutes({ 'GET /x': 'Tell' })));
  const tell = async () => (await (await fetch(`${cloud.url}/x`)).json()) as Record<string, number>;
  const before = await tell();
  const target = Date.parse('2031-01-01T00:00:00Z');
  await cloud.advance(target);
  const after = await tell();
  expect(before.now).toBeLessThan(Date.now() + 1);
  for (const key of ['now', 'made', 'later']) expect(after[key] ?? 0).toBeGreaterThanOrEqual(target);
  expect(after.now).toBeLessThan(target + 60_000);
  expect(after).toMatchObject({ isDate: true, text: 'string', fixed: 2020, own: true });
  expect(after.elapsed).toBeLessThan(10_000);
});
