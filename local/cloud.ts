import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type Advanced, clockMover } from './advance.ts';
import { openClock } from './clock.ts';
import { type DeadLetters, listDeadLetters } from './dead-letters.ts';
import { startEngines } from './engines.ts';
import { httpApi } from './http/api.ts';
import { advanceBy, standAt } from './http/clock-wish.ts';
import { openFront } from './http/front.ts';
import { localPages } from './http/local-pages.ts';
import { clientEnv, type Endpoints } from './lambda/env.ts';
import type { Clock, InboxMessage } from './ports.ts';
import { openQueues } from './queues/queues.ts';
import { runStack } from './run-stack.ts';
import type { SendLimits } from './ses/limits.ts';
import { readAssembly } from './stack/assembly.ts';
import { createStack } from './stack/create.ts';
import { region } from './stack/names.ts';
import { planStack, type StackPlan } from './stack/plan.ts';
import { openState } from './state.ts';

export type CloudOptions = {
  /** Where everything is kept; made when it is missing. One process at a time. */
  readonly folder: string;
  /** What `cdk synth` wrote (`cdk.out`). */
  readonly assembly: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The clock that is kept in the folder, unless told. */
  readonly clock?: Clock;
  /** Execution environments of one function at the same time. */
  readonly instancesMax?: number;
  /** Stops of the clock in one move. */
  readonly stepsMax?: number;
  /** What SES lets the account send; plenty, unless told. */
  readonly sendLimits?: SendLimits | undefined;
  /** Takes notes and failures, a line each; the error output unless told. */
  readonly report?: (line: string) => void;
};

export type Cloud = {
  readonly url: string;
  readonly clock: Clock;
  readonly endpoints: Endpoints;
  /** With these variables an AWS SDK client outside of the cloud reaches it. */
  readonly env: Readonly<Record<string, string>>;
  readonly plan: StackPlan;
  /** The name of the first table of the stack. */
  readonly table: string;
  /** Fulfilled when no invocation runs, and no message, record or event waits for one. */
  idle(): Promise<void>;
  /** Moves the clock to an instant and does all that falls due on the way. Moves are made one after the other. */
  advance(toMs: number): Promise<Advanced>;
  /** Moves the clock by an ISO 8601 duration. */
  advanceBy(duration: string): Promise<Advanced>;
  inbox(filter?: { to?: string; limit?: number }): InboxMessage[];
  deadLetters(limit?: number): DeadLetters[];
  /** Loads every function ahead of its first invocation. */
  warm(): void;
  /** Lets running invocations end (for some seconds), then ends everything. What waits is there at the next start. */
  close(): Promise<void>;
};

const STEPS_MAX = 20_000;
const DEAD_LETTERS_MAX = 100;

/** Runs the stack that CDK synthesised, on this machine. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  // What was opened last is closed first, at the end as well as when the start fails half way.
  const opened = new AsyncDisposableStack();
  try {
    return await open(options, opened);
  } catch (thrown) {
    await opened.disposeAsync();
    throw thrown;
  }
}

async function open(options: CloudOptions, opened: AsyncDisposableStack): Promise<Cloud> {
  const { folder, report = (line) => process.stderr.write(`${line}\n`) } = options;
  const db = opened.adopt(openState(folder), (one) => one.close());
  const clock = options.clock ?? openClock(db);
  const queues = openQueues(db, clock);
  const front = opened.adopt(await openFront(options.port, report), (one) => one.close());
  const engines = opened.adopt(await startEngines({ folder, db, clock, queues, sendLimits: options.sendLimits }), (one) =>
    one.close(),
  );
  const { dynamodb, eventbridge, ses, sqs } = engines;
  const endpoints = { dynamodb: dynamodb.url, eventbridge: eventbridge.url, ses: ses.url, sqs: sqs.url };

  const plan = planStack(readAssembly(options.assembly), { url: front.url, sqsUrl: sqs.url });
  for (const note of plan.notes) report(note);
  const clients = openClients(endpoints, opened);
  await createStack(plan, { ...clients, db, queues });

  const { instancesMax } = options;
  const running = runStack(plan, {
    folder,
    db,
    clock,
    queues,
    dynamodb,
    endpoints,
    report,
    instancesMax,
  });
  opened.defer(() => running.close());
  opened.defer(() => front.stop());
  const move = clockMover(running.steering, options.stepsMax ?? STEPS_MAX);
  const deadLetters = (limit = DEAD_LETTERS_MAX) => listDeadLetters(queues, plan.deadLetterQueues, limit);
  const parts = { now: clock.now, move, inbox: ses.inbox, clearInbox: ses.clear, deadLetters };
  const answerLocally = localPages(parts);
  const answer = httpApi(plan.api, running.pools, clock);
  front.open(async (request) => (await answerLocally(request)) ?? answer(request));
  return {
    url: front.url,
    clock,
    endpoints,
    env: clientEnv(endpoints),
    plan,
    table: plan.tables[0]?.name ?? '',
    idle: running.steering.idle,
    advance: (toMs) => move(standAt(toMs)),
    advanceBy: (duration) => move(advanceBy(duration)),
    inbox: ses.inbox,
    deadLetters,
    warm: running.warm,
    close: () => opened.disposeAsync(),
  };
}

function openClients(endpoints: Endpoints, opened: AsyncDisposableStack) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const dynamodb = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  const eventbridge = new EventBridgeClient({ region, credentials, endpoint: endpoints.eventbridge });
  opened.defer(() => {
    dynamodb.destroy();
    eventbridge.destroy();
  });
  return { dynamodb, eventbridge };
}
