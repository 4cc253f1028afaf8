/** What each function is given: the variables that it reads, what it may do with the table, its size and time. */
import type { env } from '#functions/edge/env.ts';

export const functionNames = [
  'capture',
  'relay',
  'evaluate',
  'wake',
  'send',
  'feedback',
  'preferences',
  'admin',
  'deliver',
  'learn',
  'report',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** These run for every event or mail; their bundles stay small, so that a cold start does too. */
export const hotFunctions = ['capture', 'relay', 'evaluate', 'wake', 'send'] as const satisfies readonly FunctionName[];

export function isHot(name: FunctionName): boolean {
  return hotFunctions.some((hot) => hot === name);
}

/** IAM actions of DynamoDB. A transaction has none of its own: it needs those of its items. */
type TableAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';

export type FunctionSettings = {
  readonly description: string;
  readonly variables: readonly (keyof typeof env)[];
  readonly tableActions: readonly TableAction[];
  /** A Lambda function's share of a processor follows its memory: 1,769 MB is one whole. */
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
};

export const functionSettings: Readonly<Record<FunctionName, FunctionSettings>> = {
  capture: {
    description: 'Takes form posts and Segment calls, and stores their events',
    variables: ['stage', 'table', 'allowedOrigins'],
    // Query, here and elsewhere: a release is read in parts. UpdateItem counts form posts.
    tableActions: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    memoryMb: 1024,
    timeoutSeconds: 10,
  },
  relay: {
    description: 'Publishes new events, messages and calls from the table to the bus',
    variables: ['stage', 'bus'],
    tableActions: [],
    memoryMb: 512,
    timeoutSeconds: 30,
  },
  evaluate: {
    description: 'Decides what an event or the passage of time means for a customer',
    variables: ['stage', 'table'],
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    memoryMb: 1024,
    timeoutSeconds: 30,
  },
  wake: {
    description: 'Claims the customers whose time has come and puts them on the bus',
    variables: ['stage', 'table', 'bus'],
    // Beyond claims: the steps of an erasure.
    tableActions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    memoryMb: 1024,
    // Claims are conditional, so a long run and the next minute's may overlap.
    timeoutSeconds: 300,
  },
  send: {
    description: 'Renders messages and hands them to SES',
    variables: ['stage', 'table', 'sendQueueUrl', 'configurationSet', 'sender', 'publicUrl'],
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
    memoryMb: 1024,
    timeoutSeconds: 30,
  },
  feedback: {
    description: 'Turns what SES reports about a mail into events of the customer',
    variables: ['stage', 'table', 'feedbackQueueUrl'],
    tableActions: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    memoryMb: 512,
    timeoutSeconds: 30,
  },
  preferences: {
    description: 'Unsubscribe, preference centre, confirmation and view in browser',
    variables: ['stage', 'table'],
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    memoryMb: 512,
    timeoutSeconds: 10,
  },
  admin: {
    description: 'Releases of the catalogue, customers and their timelines',
    variables: ['stage', 'table', 'bus', 'rulePrefix', 'evaluateQueueArn', 'configurationSet', 'sender', 'publicUrl'],
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    // MJML is compiled here at publish, which keeps a whole processor busy.
    memoryMb: 1769,
    // The HTTP API gives up after 30 s.
    timeoutSeconds: 29,
  },
  deliver: {
    description: 'Calls webhooks',
    variables: ['stage', 'table'],
    tableActions: ['GetItem', 'PutItem', 'UpdateItem'],
    memoryMb: 512,
    timeoutSeconds: 60,
  },
  learn: {
    description: 'Learns forecasts from the orders of all customers, and publishes them',
    variables: ['stage', 'table', 'bus'],
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    // A fit keeps a whole processor busy; three million customers take 1.4 GB (bench/learn.ts).
    memoryMb: 1769,
    timeoutSeconds: 900,
  },
  report: {
    description: 'Gathers what stands on all timelines into a report',
    variables: ['stage', 'table', 'bus'],
    tableActions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'],
    // Timelines are read and parsed one after the other, which keeps a processor busy.
    memoryMb: 1769,
    timeoutSeconds: 900,
  },
};

/** How a queue feeds the function of the same name. */
export const queueSettings = {
  // Bounded, so that a burst of events leaves room for `capture` among the account's concurrent executions.
  evaluate: { batchSize: 25, concurrencyMax: 50 },
  // SES allows an account so many mails a second; more senders would only be told to wait.
  send: { batchSize: 10, concurrencyMax: 5 },
  feedback: { batchSize: 25, concurrencyMax: 10 },
  deliver: { batchSize: 5, concurrencyMax: 10 },
} as const satisfies { readonly [name in FunctionName]?: { readonly batchSize: number; readonly concurrencyMax: number } };

export type QueueName = keyof typeof queueSettings;
export const queueNames = Object.keys(queueSettings) as readonly QueueName[];

/** The folders of all bundles. Throws where a function has no entry to bundle. */
export function bundleFolders(
  bundles: Readonly<Record<string, { readonly dir: string }>>,
): Readonly<Record<FunctionName, string>> {
  const folder = (name: FunctionName): string => {
    const bundle = bundles[name];
    if (bundle === undefined) throw new Error(`The function ${name} has no entry: expected functions/${name}/index.ts`);
    return bundle.dir;
  };
  return Object.fromEntries(functionNames.map((name) => [name, folder(name)])) as Record<FunctionName, string>;
}
