import { afterAll, expect, test } from 'vitest';
import { type Cloud, startCloud } from '#local/cloud.ts';
import { httpRoutes, runCloud, type Workspace, workspace } from './support.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

test('a schedule ticks on the virtual clock, each tick once and at its time', async () => {
  const space = scheduled('Tick', 'cron(30 9 ? * MON-FRI *)', {
    zone: 'Europe/Lisbon',
    code: 'note(new Date().toISOString().slice(0, 16)); return {};',
  });
  const cloud = await runCloud(space);
  await cloud.advance(nextYear('03-26T00:00:00Z'));
  const before = space.notes().length;
  const { steps } = await cloud.advance(nextYear('04-01T00:00:00Z'));
  const ticks = space.notes().slice(before) as string[];
  expect(ticks).toEqual(
    weekdays(nextYear('03-26T00:00:00Z'), 6).map((day) => `${day}T${beforeSummerTime(day) ? '09:30' : '08:30'}`),
  );
  expect(steps).toBe(ticks.length);
});

test('the input of a schedule’s target is handed over, with the scheduled time filled in', async () => {
  const target = { Input: '{"at":"<aws.scheduler.scheduled-time>"}' };
  const space = scheduled('Tick', 'rate(1 hour)', { target, code: 'note(event); return {};' });
  const cloud = await runCloud(space);
  await cloud.advanceBy('PT1H');
  expect(space.notes()).toEqual([{ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:00:00Z$/) }]);
});

test('ticks of the schedule of wake are passed over while nobody waits, and what is due is found at the next whole minute', async () => {
  const space = wakeWorkspace();
  const cloud = await runCloud(space);
  const start = cloud.clock.now();
  const first = start + DAY_MS + 12_345;
  await wait(cloud, 'ana', first, 7 * DAY_MS);
  await wait(cloud, 'rui', start + 40 * DAY_MS);
  const { steps, now } = await cloud.advanceBy('P61D');
  expect(Date.parse(now)).toBeGreaterThanOrEqual(start + 61 * DAY_MS);
  expect(steps).toBeLessThan(10);
  const woken = (space.notes() as { name: string; at: number }[]).filter(({ name }) => name !== 'tick');
  expect(woken.map(({ name }) => name)).toEqual(['ana', 'ana', 'rui']);
  const due = [first, (woken[0]?.at ?? 0) + 7 * DAY_MS, start + 40 * DAY_MS];
  for (const [index, { at }] of woken.entries()) {
    expect(at).toBeGreaterThanOrEqual(due[index] ?? 0);
    expect(at).toBeLessThan((due[index] ?? 0) + 2 * MINUTE_MS);
  }
});

test('a wake that never gets its work done does not hold up the clock for ever', async () => {
  const cloud = await runCloud(wakeWorkspace('throw new Error("no");'));
  await wait(cloud, 'ana', cloud.clock.now() + DAY_MS);
  const response = await moveClock(cloud, { advance: 'P61D' });
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({
    title: 'The clock stopped on its way',
    detail: expect.stringContaining('still not done'),
  });
  expect((await moveClock(cloud, { advance: 'PT0.001S' })).status).toBe(200);
});

test('a move that takes more steps than allowed stops with a problem document', async () => {
  const cloud = await runCloud(scheduled('Tick', 'rate(1 minute)', { code: 'return {};' }), { stepsMax: 5 });
  const response = await moveClock(cloud, { advance: 'P1D' });
  expect(response.status).toBe(500);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ status: 500, detail: expect.stringContaining('5 steps') });
});

test.each([
  ['{"advance":"-P1D"}', 'advance'],
  ['{"advance":"P0D"}', 'advance'],
  ['{"advance":"soon"}', 'advance'],
  ['{"advance":7}', 'advance'],
  ['{"advance":"P9000Y"}', '9999'],
  ['{"now":"2020-01-01T00:00:00Z"}', 'past'],
  ['{"now":"never"}', 'now'],
  ['{"now":"2099-01-01T00:00:00Z","advance":"P1D"}', 'either'],
  ['{}', 'either'],
  ['[]', 'JSON object'],
  ['{', 'JSON object'],
  ['', 'JSON object'],
])('the clock refuses %s', async (body, reason) => {
  const cloud = await sharedCloud();
  const response = await fetch(`${cloud.url}/_local/clock`, { method: 'POST', body });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ status: 400, detail: expect.stringContaining(reason) });
});

test('the clock stands where it was told to, and runs on from there', async () => {
  const cloud = await runCloud(workspace({}, {}));
  const target = nextYear('06-01T00:00:00Z');
  const answer = (await (await moveClock(cloud, { now: new Date(target).toISOString() })).json()) as {
    now: string;
    steps: number;
  };
  expect(answer).toEqual({ now: expect.any(String), steps: 0 });
  const { now } = (await (await fetch(`${cloud.url}/_local/clock`)).json()) as { now: string };
  expect(Date.parse(now)).toBeGreaterThanOrEqual(Date.parse(answer.now));
  expect(Date.parse(now) - target).toBeLessThan(MINUTE_MS);
});

test('moves that overlap are made one after the other', async () => {
  const cloud = await runCloud(scheduled('Tick', 'rate(1 day)', { code: 'note(Date.now()); return {};' }));
  const start = cloud.clock.now();
  const answers = await Promise.all(['P2D', 'P3D', 'P1D'].map(async (advance) => (await moveClock(cloud, { advance })).json()));
  const instants = answers.map((answer) => Date.parse((answer as { now: string }).now));
  for (const [index, days] of [2, 5, 6].entries()) {
    expect((instants[index] ?? 0) - start).toBeGreaterThanOrEqual(days * DAY_MS);
    expect((instants[index] ?? 0) - start).toBeLessThan(days * DAY_MS + MINUTE_MS);
  }
});

test('a page of another site cannot move the clock', async () => {
  const cloud = await runCloud(workspace({}, {}));
  const headers = { 'sec-fetch-site': 'cross-site' };
  expect((await fetch(`${cloud.url}/_local/clock`, { method: 'POST', headers, body: '{"advance":"P1D"}' })).status).toBe(403);
});

let shared: Promise<Cloud> | undefined;

afterAll(async () => (await shared)?.close());

/** One cloud for cases that change nothing. */
function sharedCloud(): Promise<Cloud> {
  const { folder, assembly } = workspace({}, {});
  shared ??= startCloud({ folder, assembly, port: 0, report: () => {} });
  return shared;
}

function moveClock(cloud: Cloud, body: object): Promise<Response> {
  return fetch(`${cloud.url}/_local/clock`, { method: 'POST', body: JSON.stringify(body) });
}

function scheduled(id: string, expression: string, given: { code: string; zone?: string; target?: object }): Workspace {
  const Target = { Arn: { 'Fn::GetAtt': [id, 'Arn'] }, ...given.target };
  const Properties = {
    Name: id,
    ScheduleExpression: expression,
    Target,
    ...(given.zone ? { ScheduleExpressionTimezone: given.zone } : {}),
  };
  return workspace({ [id]: { code: given.code } }, { Schedule: { Type: 'AWS::Scheduler::Schedule', Properties } });
}

/** A table with the index of those who wait, and a function that wakes them; `every` in an item lets it wait once more. */
function wakeWorkspace(broken = ''): Workspace {
  const setUp = `
    const { DynamoDBClient, QueryCommand, UpdateItemCommand, PutItemCommand } = require('@aws-sdk/client-dynamodb');
    const client = new DynamoDBClient();
    const TableName = 'people';`;
  const code = `${broken}
    const due = await client.send(new QueryCommand({ TableName, IndexName: 'wake',
      KeyConditionExpression: 'wakeShard = :s AND wakeAt <= :now',
      ExpressionAttributeValues: { ':s': { S: '3' }, ':now': { S: new Date().toISOString() } } }));
    note({ name: 'tick', at: Date.now() });
    for (const { pk, every } of due.Items) {
      note({ name: pk.S, at: Date.now() });
      const next = every && { S: new Date(Date.now() + Number(every.N)).toISOString() };
      await client.send(new UpdateItemCommand({ TableName, Key: { pk }, ...(next
        ? { UpdateExpression: 'SET wakeAt = :next REMOVE every', ExpressionAttributeValues: { ':next': next } }
        : { UpdateExpression: 'REMOVE wakeAt' }) }));
    }
    return {};`;
  const write = `const { pk, wakeAt, every } = JSON.parse(event.body);
    await client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, wakeShard: { S: '3' }, wakeAt: { S: wakeAt }, ...(every ? { every: { N: String(every) } } : {}) } }));
    return {};`;
  const attributes = ['pk', 'wakeShard', 'wakeAt'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
  const index = [
    { AttributeName: 'wakeShard', KeyType: 'HASH' },
    { AttributeName: 'wakeAt', KeyType: 'RANGE' },
  ];
  const properties = { FunctionName: 'test-wake' };
  return workspace(
    { Wake: { setUp, code, properties }, Write: { setUp, code: write } },
    {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'people',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: attributes,
          GlobalSecondaryIndexes: [{ IndexName: 'wake', KeySchema: index, Projection: { ProjectionType: 'ALL' } }],
        },
      },
      Once: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: { FunctionName: { Ref: 'Wake' }, Qualifier: '$LATEST', MaximumRetryAttempts: 0 },
      },
      Schedule: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: { ScheduleExpression: 'rate(1 minute)', Target: { Arn: { 'Fn::GetAtt': ['Wake', 'Arn'] } } },
      },
      ...httpRoutes({ 'POST /wait': 'Write' }),
    },
  );
}

async function wait(cloud: Cloud, pk: string, at: number, every?: number): Promise<void> {
  const body = JSON.stringify({ pk, wakeAt: new Date(at).toISOString(), every });
  const response = await fetch(`${cloud.url}/wait`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (!response.ok) throw new Error(await response.text());
}

/** An instant of the year after the present one, so that the clock can always be moved there. */
function nextYear(rest: string): number {
  return Date.parse(`${new Date().getUTCFullYear() + 1}-${rest}`);
}

function weekdays(from: number, days: number): string[] {
  const all = Array.from({ length: days }, (_, day) => new Date(from + day * DAY_MS));
  return all.filter((date) => date.getUTCDay() % 6 !== 0).map((date) => date.toISOString().slice(0, 10));
}

/** In Portugal the clocks go forward on the last Sunday of March. */
function beforeSummerTime(day: string): boolean {
  const end = Date.parse(`${day.slice(0, 4)}-03-31T00:00:00Z`);
  return Date.parse(day) < end - new Date(end).getUTCDay() * DAY_MS;
}
