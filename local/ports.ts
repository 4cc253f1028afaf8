/** What the pieces of the local cloud promise each other. Each engine speaks the AWS protocol on a port of its own. */
import type { DatabaseSync } from 'node:sqlite';

/** The one clock of the local cloud. Its offset lives in shared memory, so that every worker sees a jump at once. */
export type Clock = { now(): number; readonly offset: SharedArrayBuffer; set(now: number): void };

export type EngineOptions = {
  /** Folder for the engine's files; made when it is missing. */
  readonly folder: string;
  /** The local cloud's own durable state (queues, rules, checkpoints, inbox); each engine owns tables with its prefix. */
  readonly db: DatabaseSync;
  readonly clock: Clock;
  /** 0 picks a free port. */
  readonly port?: number;
};

export type Engine = { readonly url: string; close(): Promise<void> };

/** A stream record as a Lambda function gets it (`eventName`, `dynamodb.NewImage` …), with its place in the stream. */
export type StreamRecord = { readonly sequence: number; readonly record: import('aws-lambda').DynamoDBRecord };

export type DynamodbEngine = Engine & {
  readonly streams: {
    /** Up to `limit` records of a table's stream after a sequence number, oldest first. */
    read(table: string, after: number, limit: number): StreamRecord[];
    /** Called after records were appended; returns the function that ends the subscription. */
    subscribe(table: string, listener: () => void): () => void;
  };
};

/** An event as a rule's target gets it. */
export type BusEvent = {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
};

export type EventbridgeEngine = Engine & {
  /** For AWS services (SES) and tests: puts one event on a bus. */
  put(busName: string, event: { source: string; detailType: string; detail: object; resources?: readonly string[] }): void;
};

/** How the bus hands an event to a target (a queue's or a function's ARN). Must be durable when it returns. */
export type Deliver = (targetArn: string, payload: string) => void;

export type QueueMessage = {
  readonly id: string;
  readonly body: string;
  readonly receiveCount: number;
  readonly receipt: string;
  readonly sentAt: number;
  readonly attributes: Readonly<Record<string, string>>;
};

export type QueueOptions = {
  readonly name: string;
  readonly visibilityTimeoutMs: number;
  readonly delayMs?: number;
  readonly redrive?: { readonly deadLetterQueue: string; readonly receivesMax: number };
};

/** Queues kept in sqlite. A message whose receives are used up moves to its dead-letter queue, with its cause. */
export type Queues = {
  create(queue: QueueOptions): void;
  send(queue: string, body: string, attributes?: Readonly<Record<string, string>>): string;
  receive(queue: string, limit: number): QueueMessage[];
  /** Deletes a message that was handled. A stale receipt is ignored. */
  remove(queue: string, receipt: string): void;
  /** Gives a message back at once (or after `delayMs`), with the cause of the failure for whoever finds it in a dead-letter queue. */
  giveBack(queue: string, receipt: string, cause: string, delayMs?: number): void;
  /** Messages that can be received now, that are in flight or delayed, and the instant at which the next of these shows again. */
  depth(queue: string): { visible: number; hidden: number; nextVisibleAt: number | undefined };
  /** What stands in a queue, without receiving it; newest first. */
  peek(queue: string, limit: number): (QueueMessage & { readonly cause?: string })[];
  /** Moves messages of a dead-letter queue back; how many. */
  redrive(deadLetterQueue: string, to: string): number;
  subscribe(queue: string, listener: () => void): () => void;
};

/** A captured mail, as `/_local/inbox` shows it. */
export type InboxMessage = {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
};

export type SesEngine = Engine & {
  inbox(filter?: { to?: string; limit?: number }): InboxMessage[];
  clear(): void;
};
