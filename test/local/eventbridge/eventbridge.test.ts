import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  type Target,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Bus, QUEUE, startBus } from './support.ts';

let bus: Bus;
let client: EventBridgeClient;

beforeEach(async () => {
  bus = await startBus();
  client = bus.client;
});

afterEach(() => bus.stop());

const entry = (more: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  Source: 'rekindle',
  DetailType: 'Order Completed',
  Detail: '{"total":12.50}',
  ...more,
});

const put = (...entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries: entries }));

async function rule(name: string, pattern: object, targets: Target[] = [{ Id: 'queue', Arn: QUEUE }], eventBus = 'default') {
  await client.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern), EventBusName: eventBus }));
  await client.send(new PutTargetsCommand({ Rule: name, Targets: targets, EventBusName: eventBus }));
}

describe('putting events', () => {
  test('an event that a rule matches is with the target before the sender gets an answer', async () => {
    await rule('orders', { source: ['rekindle'], 'detail-type': ['Order Completed'] });
    const answer = await put(entry({ Resources: ['arn:aws:x'], Time: new Date('2026-11-20T08:00:00Z') }));
    expect(answer.FailedEntryCount).toBe(0);
    expect(bus.delivered.map(({ arn }) => arn)).toEqual([QUEUE]);
    expect(JSON.parse(bus.delivered[0]?.payload ?? '')).toEqual({
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'Order Completed',
      source: 'rekindle',
      account: '111122223333',
      time: '2026-11-20T08:00:00Z',
      region: 'us-east-1',
      resources: ['arn:aws:x'],
      detail: { total: 12.5 },
    });
  });

  test('an event without a time gets that of the clock, in seconds', async () => {
    await rule('orders', { source: ['rekindle'] });
    await put(entry());
    expect(JSON.parse(bus.delivered[0]?.payload ?? '').time).toBe('2026-11-21T12:00:01Z');
  });

  test('numbers in the detail lose no digits', async () => {
    await rule('orders', { source: ['rekindle'] });
    await put(entry({ Detail: '{"id":12345678901234567890.10}' }));
    expect(bus.delivered[0]?.payload).toContain('12345678901234567890.10');
  });

  test('an event goes to every target of every rule that it matches, and to no other', async () => {
    await rule('a', { source: ['rekindle'] }, [
      { Id: 'one', Arn: `${QUEUE}1` },
      { Id: 'two', Arn: `${QUEUE}2` },
    ]);
    await rule('b', { 'detail-type': ['Order Completed'], detail: { total: [{ numeric: ['>', 10] }] } }, [
      { Id: 'x', Arn: `${QUEUE}3` },
    ]);
    await rule('c', { 'detail-type': ['Order Cancelled'] }, [{ Id: 'x', Arn: `${QUEUE}4` }]);
    await rule('d', { 'detail-type': [{ prefix: 'Order' }] }, [{ Id: 'x', Arn: `${QUEUE}5` }]);
    await put(entry());
    expect(bus.delivered.map(({ arn }) => arn.slice(QUEUE.length)).toSorted()).toEqual(['1', '2', '3', '5']);
  });

  test('rules on one bus do not see the events of another', async () => {
    await client.send(new CreateEventBusCommand({ Name: 'shop' }));
    await rule('orders', { source: ['rekindle'] }, undefined, 'shop');
    await put(entry());
    expect(bus.delivered).toHaveLength(0);
    await put(entry({ EventBusName: 'shop' }), entry({ EventBusName: 'arn:aws:events:us-east-1:111122223333:event-bus/shop' }));
    expect(bus.delivered).toHaveLength(2);
  });

  test('an event for a bus that does not exist is dropped in silence', async () => {
    const answer = await put(entry({ EventBusName: 'nowhere' }));
    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  });

  test('good entries go out although others of the request fail', async () => {
    await rule('orders', { source: ['rekindle'] });
    const answer = await put(entry({ Detail: 'no JSON' }), entry());
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries).toMatchObject([{ ErrorCode: 'MalformedDetail' }, { EventId: expect.any(String) }]);
    expect(bus.delivered).toHaveLength(1);
  });

  test.each<[string, Partial<PutEventsRequestEntry>, string, string]>([
    ['without a source', { Source: undefined }, 'InvalidArgument', 'Source is a required argument'],
    ['with an empty source', { Source: '' }, 'InvalidArgument', 'Source is a required argument'],
    ['without a detail type', { DetailType: undefined }, 'InvalidArgument', 'DetailType is a required argument'],
    ['with a detail type of 129 characters', { DetailType: 'x'.repeat(129) }, 'InvalidArgument', 'longer than 128'],
    ['without a detail', { Detail: undefined }, 'InvalidArgument', 'Detail is a required argument'],
    ['whose detail is an array', { Detail: '[1]' }, 'MalformedDetail', 'malformed'],
    ['whose detail is null', { Detail: 'null' }, 'MalformedDetail', 'malformed'],
    ['whose detail is half an object', { Detail: '{"a":' }, 'MalformedDetail', 'malformed'],
    ['whose detail is too deep', { Detail: '{"a":'.repeat(1001) + 1 + '}'.repeat(1001) }, 'MalformedDetail', 'malformed'],
    ['in the name of AWS', { Source: 'aws.ses' }, 'NotAuthorizedForSource', 'Not authorized'],
  ])('an entry %s fails with its reason', async (_what, more, code, message) => {
    const answer = await put(entry(more));
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries?.[0]).toMatchObject({ ErrorCode: code, ErrorMessage: expect.stringContaining(message) });
  });

  test('a detail of 1,000 levels is taken, brackets in its strings not counted', async () => {
    const detail = `${'{"a":'.repeat(999)}{"b":"${'[{\\"'.repeat(50)}"}${'}'.repeat(999)}`;
    expect((await put(entry({ Detail: detail }))).FailedEntryCount).toBe(0);
  });

  test('more than 10 entries are refused', async () => {
    await expect(put(...Array.from({ length: 11 }, () => entry()))).rejects.toThrow('less than or equal to 10');
    expect((await put(...Array.from({ length: 10 }, () => entry()))).FailedEntryCount).toBe(0);
  });

  test('no entry at all is refused', async () => {
    await expect(put()).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('a request is refused from 1 MB on, counted in UTF-8 over all entries', async () => {
    const fixed = Buffer.byteLength('rekindleOrder Completed{"a":""}') + 14;
    const half = { Time: new Date() };
    const detail = (bytes: number) => `{"a":"${'é'.repeat(bytes / 2)}${bytes % 2 ? 'e' : ''}"}`;
    const first = 524_288 - fixed;
    expect(
      (await put(entry({ ...half, Detail: detail(first) }), entry({ ...half, Detail: detail(first - 1) }))).FailedEntryCount,
    ).toBe(0);
    const tooMuch = put(entry({ ...half, Detail: detail(first) }), entry({ ...half, Detail: detail(first) }));
    await expect(tooMuch).rejects.toThrow('Total size of the entries in the request is over the limit.');
  });

  test('the engine itself may put events in the name of AWS', async () => {
    await rule('mail', { source: ['aws.ses'] });
    bus.engine.put('default', { source: 'aws.ses', detailType: 'Email Sent', detail: { eventType: 'Send' } });
    expect(JSON.parse(bus.delivered[0]?.payload ?? '')).toMatchObject({
      source: 'aws.ses',
      resources: [],
      detail: { eventType: 'Send' },
    });
  });
});

describe('a target that cannot be reached', () => {
  test('fails the entry and takes back what others of its targets got, so that a repeat is whole', async () => {
    const db = new DatabaseSync(':memory:');
    db.exec('CREATE TABLE mail (arn TEXT)');
    await bus.stop();
    bus = await startBus(db, (arn) => {
      db.prepare('INSERT INTO mail VALUES (?)').run(arn);
      if (arn.endsWith('broken')) throw new Error('There is no such queue.');
    });
    client = bus.client;
    await rule('both', { 'detail-type': ['Order Completed'] }, [
      { Id: 'a', Arn: QUEUE },
      { Id: 'b', Arn: `${QUEUE}-broken` },
    ]);
    await rule('fine', { 'detail-type': ['Order Cancelled'] });
    const answer = await put(entry(), entry({ DetailType: 'Order Cancelled' }));
    expect(answer.Entries).toMatchObject([
      { ErrorCode: 'InternalFailure', ErrorMessage: 'There is no such queue.' },
      { EventId: expect.any(String) },
    ]);
    expect(db.prepare('SELECT arn FROM mail').all()).toEqual([{ arn: QUEUE }]);
  });

  test('has its dead-letter queue', async () => {
    await bus.stop();
    bus = await startBus(undefined, (arn) => {
      if (arn.endsWith('broken')) throw new Error('There is no such queue.');
    });
    client = bus.client;
    await rule('orders', { source: ['rekindle'] }, [
      { Id: 'a', Arn: `${QUEUE}-broken`, DeadLetterConfig: { Arn: `${QUEUE}-dead` } },
    ]);
    expect((await put(entry())).FailedEntryCount).toBe(0);
    expect(bus.delivered.map(({ arn }) => arn)).toEqual([`${QUEUE}-dead`]);
  });
});

describe('what a target gets', () => {
  const payload = async (target: Partial<Target>) => {
    await rule('shape', { source: ['rekindle'] }, [{ Id: 'queue', Arn: QUEUE, ...target }]);
    await put(
      entry({ Detail: '{"user":{"id":"u1","name":"A \\"B\\""},"items":[{"sku":"x"},{"sku":"y"},{}],"total":5,"none":null}' }),
    );
    return bus.delivered[0]?.payload;
  };

  test('a constant', async () => {
    expect(await payload({ Input: '{"a": 1}' })).toBe('{"a": 1}');
  });

  test.each([
    ['$.detail.user', '{"id":"u1","name":"A \\"B\\""}'],
    ['$.detail.user.id', '"u1"'],
    ['$.detail.items[1].sku', '"y"'],
    ['$.detail.items[*].sku', '["x","y"]'],
    ['$.detail-type', '"Order Completed"'],
    ['$.detail.none', 'null'],
  ])('the part at %s', async (path, expected) => {
    expect(await payload({ InputPath: path })).toBe(expected);
  });

  test.each([
    ['{"id": <id>, "total": <total>}', '{"id": "u1", "total": 5}'],
    ['{"text": "user <id> spent <total>"}', '{"text": "user u1 spent 5"}'],
    ['{"user": <user>}', '{"user": {"id":"u1","name":"A \\"B\\""}}'],
    ['"user <id>"', '"user u1"'],
    ['{"gone": <gone>}', '{"gone": }'],
    ['{"rule": <aws.events.rule-name>}', '{"rule": "shape"}'],
    ['{"arn": <aws.events.rule-arn>}', '{"arn": "arn:aws:events:us-east-1:111122223333:rule/shape"}'],
    ['{"at": <aws.events.event.ingestion-time>}', '{"at": "2026-11-21T12:00:01.234Z"}'],
  ])('the template %s filled in', async (template, expected) => {
    const paths = { id: '$.detail.user.id', user: '$.detail.user', total: '$.detail.total', gone: '$.detail.gone' };
    expect(await payload({ InputTransformer: { InputPathsMap: paths, InputTemplate: template } })).toBe(expected);
  });

  test('the whole event inside a template', async () => {
    const json = JSON.parse(
      (await payload({ InputTransformer: { InputTemplate: '{"all":<aws.events.event.json>,"head":<aws.events.event>}' } })) ?? '',
    );
    expect(json.all).toMatchObject({ source: 'rekindle', detail: { total: 5 } });
    expect(json.head).toMatchObject({ source: 'rekindle' });
    expect(json.head).not.toHaveProperty('detail');
  });
});

describe('rules', () => {
  const putRule = (name: string, pattern: object | string = { source: ['rekindle'] }) =>
    client.send(
      new PutRuleCommand({ Name: name, EventPattern: typeof pattern === 'string' ? pattern : JSON.stringify(pattern) }),
    );

  test('are described as they were put', async () => {
    const { RuleArn } = await client.send(
      new PutRuleCommand({ Name: 'orders', EventPattern: '{"source":["a"]}', Description: 'All orders', State: 'DISABLED' }),
    );
    expect(RuleArn).toBe('arn:aws:events:us-east-1:111122223333:rule/orders');
    expect(await client.send(new DescribeRuleCommand({ Name: 'orders' }))).toMatchObject({
      Name: 'orders',
      Arn: RuleArn,
      EventPattern: '{"source":["a"]}',
      Description: 'All orders',
      State: 'DISABLED',
      EventBusName: 'default',
    });
  });

  test('have the name of a custom bus in their ARN', async () => {
    await client.send(new CreateEventBusCommand({ Name: 'shop' }));
    const { RuleArn } = await client.send(
      new PutRuleCommand({ Name: 'r', EventBusName: 'shop', EventPattern: '{"source":["a"]}' }),
    );
    expect(RuleArn).toBe('arn:aws:events:us-east-1:111122223333:rule/shop/r');
  });

  test('change at once when they are put again, and keep their targets', async () => {
    await rule('orders', { source: ['other'] });
    await put(entry());
    await putRule('orders', { source: ['rekindle'] });
    await put(entry());
    expect(bus.delivered).toHaveLength(1);
  });

  test('rest while they are disabled', async () => {
    await rule('orders', { source: ['rekindle'] });
    await client.send(new DisableRuleCommand({ Name: 'orders' }));
    await put(entry());
    expect(bus.delivered).toHaveLength(0);
    await client.send(new EnableRuleCommand({ Name: 'orders' }));
    await put(entry());
    expect(bus.delivered).toHaveLength(1);
  });

  test('are listed by prefix, page by page', async () => {
    for (const name of ['a-1', 'a-2', 'a-3', 'b-1']) await putRule(name);
    const first = await client.send(new ListRulesCommand({ NamePrefix: 'a-', Limit: 2 }));
    expect(first.Rules?.map(({ Name }) => Name)).toEqual(['a-1', 'a-2']);
    const second = await client.send(new ListRulesCommand({ NamePrefix: 'a-', Limit: 2, NextToken: first.NextToken }));
    expect(second.Rules?.map(({ Name }) => Name)).toEqual(['a-3']);
    expect(second.NextToken).toBeUndefined();
  });

  test('cannot be deleted while they have targets', async () => {
    await rule('orders', { source: ['rekindle'] });
    await expect(client.send(new DeleteRuleCommand({ Name: 'orders' }))).rejects.toMatchObject({ name: 'ValidationException' });
    await client.send(new RemoveTargetsCommand({ Rule: 'orders', Ids: ['queue'] }));
    await client.send(new DeleteRuleCommand({ Name: 'orders' }));
    await expect(client.send(new DescribeRuleCommand({ Name: 'orders' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await put(entry());
    expect(bus.delivered).toHaveLength(0);
  });

  test('that are not there may be deleted', async () => {
    await client.send(new DeleteRuleCommand({ Name: 'nothing' }));
  });

  test.each([
    ['a pattern that is not valid', 'r', '{"source":"rekindle"}', 'InvalidEventPatternException'],
    ['a pattern that is not JSON', 'r', '{', 'InvalidEventPatternException'],
    ['a pattern of 2,049 characters', 'r', `{"source":["${'x'.repeat(2_049 - 15)}"]}`, 'LimitExceededException'],
    ['a name of 65 characters', 'x'.repeat(65), '{"source":["a"]}', 'ValidationException'],
    ['a name with a blank', 'my rule', '{"source":["a"]}', 'ValidationException'],
    ['no pattern', 'r', '', 'ValidationException'],
  ])('with %s are refused', async (_what, name, pattern, error) => {
    await expect(putRule(name, pattern)).rejects.toMatchObject({ name: error });
  });

  test('with a pattern of 2,048 characters are taken', async () => {
    await putRule('r', `{"source":["${'x'.repeat(2_048 - 15)}"]}`);
  });

  test('on a bus that does not exist are refused', async () => {
    const wrong = client.send(new PutRuleCommand({ Name: 'r', EventBusName: 'nowhere', EventPattern: '{"source":["a"]}' }));
    await expect(wrong).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('number 300 for each bus at most', async () => {
    for (let index = 0; index < 300; index += 1) await putRule(`rule-${index}`);
    await expect(putRule('one-more')).rejects.toMatchObject({ name: 'LimitExceededException' });
    await putRule('rule-0', { source: ['changed'] });
  });

  test('with wildcards number 30 for each bus at most', async () => {
    for (let index = 0; index < 30; index += 1) await putRule(`rule-${index}`, { source: [{ wildcard: '*x' }] });
    await expect(putRule('a', { source: [{ wildcard: '*x' }] })).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(putRule('a', { source: [{ 'anything-but': { wildcard: '*x' } }] })).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
    await putRule('a', { detail: { wildcard: ['x'] } });
  });
});

describe('targets', () => {
  const putTargets = (...targets: Target[]) => client.send(new PutTargetsCommand({ Rule: 'orders', Targets: targets }));

  beforeEach(() => rule('orders', { source: ['rekindle'] }, [{ Id: 'queue', Arn: QUEUE }]));

  test('are kept with all that was said of them', async () => {
    const target: Target = {
      Id: 'full',
      Arn: QUEUE,
      RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 },
      DeadLetterConfig: { Arn: `${QUEUE}-dead` },
      InputTransformer: { InputPathsMap: { a: '$.detail.a' }, InputTemplate: '{"a":<a>}' },
    };
    await putTargets(target);
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'orders' }));
    expect(Targets).toEqual([target, { Id: 'queue', Arn: QUEUE }]);
  });

  test('with the same id replace each other', async () => {
    await putTargets({ Id: 'queue', Arn: `${QUEUE}-other` });
    await put(entry());
    expect(bus.delivered.map(({ arn }) => arn)).toEqual([`${QUEUE}-other`]);
  });

  test('number five for each rule at most', async () => {
    await putTargets(...['a', 'b', 'c', 'd'].map((Id) => ({ Id, Arn: QUEUE })));
    await expect(putTargets({ Id: 'e', Arn: QUEUE })).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  test('need a rule', async () => {
    const wrong = client.send(new PutTargetsCommand({ Rule: 'nothing', Targets: [{ Id: 'a', Arn: QUEUE }] }));
    await expect(wrong).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test.each<[string, Partial<Target>]>([
    ['two inputs', { Input: '{}', InputPath: '$.detail' }],
    ['an input that is not JSON', { Input: 'hello' }],
    ['a path that is none', { InputPath: 'detail' }],
    ['a path with a filter', { InputPath: '$.detail.items[?(@.a)]' }],
    ['too many retries', { RetryPolicy: { MaximumRetryAttempts: 186 } }],
    ['no ARN', { Arn: 'queue' }],
  ])('with %s are refused', async (_what, more) => {
    await expect(putTargets({ Id: 'a', Arn: QUEUE, ...more })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('buses', () => {
  test('begin with the default bus', async () => {
    const { EventBuses } = await client.send(new ListEventBusesCommand({}));
    expect(EventBuses?.map(({ Name }) => Name)).toEqual(['default']);
    await expect(client.send(new DeleteEventBusCommand({ Name: 'default' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('are made once, described, and deleted when they have no rules', async () => {
    const { EventBusArn } = await client.send(new CreateEventBusCommand({ Name: 'shop', Tags: [{ Key: 'team', Value: 'crm' }] }));
    expect(EventBusArn).toBe('arn:aws:events:us-east-1:111122223333:event-bus/shop');
    expect(await client.send(new DescribeEventBusCommand({ Name: 'shop' }))).toMatchObject({ Name: 'shop', Arn: EventBusArn });
    await expect(client.send(new CreateEventBusCommand({ Name: 'shop' }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    await rule('r', { source: ['a'] }, undefined, 'shop');
    await expect(client.send(new DeleteEventBusCommand({ Name: 'shop' }))).rejects.toMatchObject({ name: 'ValidationException' });
    await client.send(new RemoveTargetsCommand({ Rule: 'r', EventBusName: 'shop', Ids: ['queue'] }));
    await client.send(new DeleteRuleCommand({ Name: 'r', EventBusName: 'shop' }));
    await client.send(new DeleteEventBusCommand({ Name: 'shop' }));
    await expect(client.send(new DescribeEventBusCommand({ Name: 'shop' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('and rules carry tags', async () => {
    const { RuleArn } = await client.send(
      new PutRuleCommand({ Name: 'r', EventPattern: '{"source":["a"]}', Tags: [{ Key: 'a', Value: '1' }] }),
    );
    await client.send(new TagResourceCommand({ ResourceARN: RuleArn, Tags: [{ Key: 'b', Value: '2' }] }));
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN: RuleArn }));
    expect(Tags).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]);
    const wrong = client.send(new TagResourceCommand({ ResourceARN: 'arn:aws:events:x', Tags: [{ Key: 'b', Value: '2' }] }));
    await expect(wrong).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('testing a pattern', () => {
  const event = {
    id: '1',
    'detail-type': 'x',
    source: 's',
    account: '1',
    time: 't',
    region: 'r',
    resources: [],
    detail: { a: 1 },
  };
  const ask = (pattern: object, given: object = event) =>
    client.send(new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event: JSON.stringify(given) }));

  test('says whether an event matches', async () => {
    expect((await ask({ detail: { a: [1] } })).Result).toBe(true);
    expect((await ask({ detail: { a: [2] } })).Result).toBe(false);
  });

  test('refuses a bad pattern and half an event', async () => {
    await expect(ask({ detail: { a: 1 } })).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    await expect(ask({ source: ['s'] }, { source: 's' })).rejects.toThrow('Missing: id, detail-type');
  });
});

test('rules and targets outlive a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bus-'));
  const open = () => new DatabaseSync(join(folder, 'cloud.db'));
  await bus.stop();
  bus = await startBus(open());
  client = bus.client;
  await rule('orders', { source: ['rekindle'] });
  await bus.stop();
  bus = await startBus(open());
  client = bus.client;
  await put(entry());
  expect(bus.delivered).toHaveLength(1);
  rmSync(folder, { recursive: true });
});

test('an operation that is not there is refused', async () => {
  const response = await fetch(bus.engine.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'AWSEvents.StartReplay' },
    body: '{}',
  });
  expect(response.status).toBe(400);
  expect(response.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
});
