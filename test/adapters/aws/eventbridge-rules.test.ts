import {
  type EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventbridgeRules } from '#adapters/aws/eventbridge-rules.ts';
import { alwaysEvaluated } from '#core/event.ts';
import { type Bus, QUEUE, startBus } from '../../local/eventbridge/support.ts';

const PREFIX = 'rekindle-test-catalogue-';
let bus: Bus;
let commands: string[];

beforeEach(async () => {
  bus = await startBus();
  commands = [];
});
afterEach(() => bus.stop());

const rulesOver = (client: EventBridgeClient) =>
  eventbridgeRules(client, { bus: 'default', prefix: PREFIX, queueArn: QUEUE, deadLettersArn: `${QUEUE}-dead` });

/** The names, through a client that tells which commands it sent. */
async function replace(names: readonly string[]): Promise<void> {
  commands = [];
  const { client } = bus;
  const watched = {
    send: (command: object) => {
      commands.push(command.constructor.name);
      return client.send(command as never);
    },
  } as unknown as EventBridgeClient;
  await rulesOver(watched).replace(names);
}

async function patterns(): Promise<Record<string, string[]>> {
  const { Rules = [] } = await bus.client.send(new ListRulesCommand({ Limit: 100 }));
  return Object.fromEntries(
    Rules.map(({ Name = '', EventPattern = '{}' }) => [Name, JSON.parse(EventPattern)['detail-type'] as string[]]),
  );
}

const named = async (): Promise<string[]> =>
  Object.values(await patterns())
    .flat()
    .sort();

function send(...names: string[]): string[] {
  bus.delivered.length = 0;
  for (const name of names) bus.engine.put('default', { source: 'rekindle', detailType: name, detail: {} });
  return bus.delivered.map(({ payload }) => (JSON.parse(payload) as { 'detail-type': string })['detail-type']);
}

test('each event that the catalogue mentions reaches the queue once, and others do not', async () => {
  await replace(['Order Completed', 'Signed Up', 'Checkout Started']);
  expect(send('Order Completed', 'Signed Up', 'Checkout Started', 'Product Viewed')).toEqual([
    'Order Completed',
    'Signed Up',
    'Checkout Started',
  ]);
  bus.engine.put('default', { source: 'somebody.else', detailType: 'Order Completed', detail: {} });
  expect(bus.delivered).toHaveLength(3);
});

test('names that standing rules have are left out, so that no event comes twice', async () => {
  await replace([...alwaysEvaluated, 'Order Completed']);
  expect(await named()).toEqual(['Order Completed']);
});

test('what is as it should be is not written again', async () => {
  await replace(['Order Completed', 'Signed Up']);
  await replace(['Signed Up', 'Order Completed', 'Signed Up']);
  expect(commands).toEqual(['ListRulesCommand']);
});

test('a changed catalogue touches only the rules that change, new ones first', async () => {
  await replace(['Order Completed', 'Signed Up']);
  await replace(['Order Completed', 'Quiz Finished']);
  expect(await named()).toEqual(['Order Completed', 'Quiz Finished']);
  expect(commands).toEqual([
    'ListRulesCommand',
    'PutRuleCommand',
    'PutTargetsCommand',
    'PutRuleCommand',
    'RemoveTargetsCommand',
    'DeleteRuleCommand',
  ]);
  expect(send('Signed Up', 'Quiz Finished')).toEqual(['Quiz Finished']);
});

test('a catalogue that mentions no event leaves no rule behind', async () => {
  await replace(['Order Completed']);
  await replace([]);
  expect(await patterns()).toEqual({});
});

test('rules of other names are left alone', async () => {
  await bus.client.send(new PutRuleCommand({ Name: 'company-own', EventPattern: '{"source":["rekindle"]}' }));
  await replace(['Order Completed']);
  await replace([]);
  expect(Object.keys(await patterns())).toEqual(['company-own']);
});

test('a rule that was cut off before it had its target is finished by the next publication', async () => {
  const cut = {
    send: (command: object) =>
      command instanceof PutTargetsCommand ? Promise.reject(new Error('cut off')) : bus.client.send(command as never),
  } as unknown as EventBridgeClient;
  await expect(rulesOver(cut).replace(['Order Completed'])).rejects.toThrow('cut off');
  await replace(['Order Completed']);
  expect(send('Order Completed')).toEqual(['Order Completed']);
});

test('what the queue does not take for a day ends in its dead letters', async () => {
  await replace(['Order Completed']);
  const [name = ''] = Object.keys(await patterns());
  const { Targets } = await bus.client.send(new ListTargetsByRuleCommand({ Rule: name }));
  expect(Targets).toEqual([{ Id: 'evaluate', Arn: QUEUE, DeadLetterConfig: { Arn: `${QUEUE}-dead` } }]);
});

test('a thousand names stand in at most 200 rules, each below the limit, listed page by page', async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `Event number ${index}`);
  await replace(names);
  expect(commands.filter((name) => name === 'ListRulesCommand')).toHaveLength(1);
  await replace(names);
  expect(commands.every((name) => name === 'ListRulesCommand')).toBe(true);
  expect(commands.length).toBeGreaterThan(1);
  expect(send('Event number 0', 'Event number 999')).toHaveLength(2);
});

test('more names than a rule can hold are refused in clear words, before anything is changed', async () => {
  await replace(['Order Completed']);
  const names = Array.from({ length: 9000 }, (_, index) => `An event whose name is rather long, for what it says ${index}`);
  await expect(replace(names)).rejects.toThrow(/2048 characters in a rule; these \d+ names/);
  expect(await named()).toEqual(['Order Completed']);
});
