import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock, QueueMessage, QueueOptions, Queues } from '../ports.ts';
import { openSubscriptions } from './subscriptions.ts';
import { type MessageRow, prepareStatements, type QueueRow, type Statements } from './tables.ts';
import { atomically } from './transaction.ts';

/** What the SQS endpoint needs beyond the port. */
export type LocalQueues = Omit<Queues, 'send' | 'receive'> & {
  send(queue: string, body: string, attributes?: Readonly<Record<string, string>>, delayMs?: number): string;
  receive(queue: string, limit: number, visibilityTimeoutMs?: number): LocalMessage[];
  /** Hides a received message for so long from now; 0 shows it at once. False when the receipt is stale. */
  hide(queue: string, receipt: string, visibilityTimeoutMs: number): boolean;
  purge(queue: string): void;
  /** Moves the messages of a dead-letter queue back to where each came from; how many. */
  redriveToSources(deadLetterQueue: string): number;
  names(): string[];
  /** The queues whose dead letters a queue takes. */
  sourcesOf(deadLetterQueue: string): string[];
  describe(queue: string): QueueDescription | undefined;
};

export type LocalMessage = QueueMessage & { readonly firstReceivedAt: number; readonly sourceQueue: string | undefined };

export type QueueDescription = QueueOptions & { readonly createdAt: number; readonly delayed: number; readonly inFlight: number };

type Shelf = { readonly db: DatabaseSync; readonly clock: Clock; readonly statements: Statements; notify(queue: string): void };

const BODY_BYTES_MAX = 1024 * 1024;
const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}$/;

/** Standard queues: at least once, roughly in order. Messages of a batch that fail go behind those that wait. */
export function openQueues(db: DatabaseSync, clock: Clock): LocalQueues {
  const subscriptions = openSubscriptions();
  const shelf: Shelf = { db, clock, statements: prepareStatements(db), notify: subscriptions.notify };
  return {
    create: (queue) => create(shelf, queue),
    send: (queue, body, attributes = {}, delayMs) => send(shelf, queue, { body, attributes, delayMs }),
    receive: (queue, limit, visibilityTimeoutMs) => atomically(db, () => receive(shelf, queue, limit, visibilityTimeoutMs)),
    remove: (queue, receipt) => void shelf.statements.removeByReceipt.run(queue, receipt),
    giveBack: (queue, receipt, cause, delayMs = 0) => atomically(db, () => giveBack(shelf, { queue, receipt, cause, delayMs })),
    hide: (queue, receipt, visibilityTimeoutMs) => hide(shelf, { queue, receipt, visibilityTimeoutMs }),
    depth: (queue) => depth(shelf, queue),
    peek: (queue, limit) => rows(shelf.statements.newest.all(queueOf(shelf, queue).name, limit)).map(peeked),
    redrive: (deadLetterQueue, to) => atomically(db, () => redrive(shelf, deadLetterQueue, () => to)),
    redriveToSources: (deadLetterQueue) =>
      atomically(db, () => redrive(shelf, deadLetterQueue, (message) => message.sourceQueue)),
    purge: (queue) => void shelf.statements.purge.run(queueOf(shelf, queue).name),
    names: () => shelf.statements.queueNames.all().map((row) => String(row.name)),
    sourcesOf: (queue) => shelf.statements.queueNamesByDeadLetterQueue.all(queue).map((row) => String(row.name)),
    describe: (queue) => describe(shelf, queue),
    subscribe: subscriptions.subscribe,
  };
}

function create({ statements, clock }: Shelf, queue: QueueOptions): void {
  if (!QUEUE_NAME.test(queue.name)) throw new Error(`"${queue.name}" is no name for a queue: 1 to 80 of A-Z a-z 0-9 _ -.`);
  statements.putQueue.run({
    name: queue.name,
    visibilityTimeoutMs: queue.visibilityTimeoutMs,
    delayMs: queue.delayMs ?? 0,
    deadLetterQueue: queue.redrive?.deadLetterQueue ?? null,
    receivesMax: queue.redrive?.receivesMax ?? null,
    now: clock.now(),
  });
  // A template may name its queues in any order; the dead-letter queue gets its own options when its turn comes.
  if (queue.redrive) statements.putQueueIfMissing.run({ name: queue.redrive.deadLetterQueue, now: clock.now() });
}

type Outgoing = {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly delayMs: number | undefined;
};

function send(shelf: Shelf, queue: string, { body, attributes, delayMs }: Outgoing): string {
  const { delayMs: usualDelayMs } = queueOf(shelf, queue);
  if (Buffer.byteLength(body) > BODY_BYTES_MAX) throw new Error(`A message may have ${BODY_BYTES_MAX} bytes at most.`);
  const id = randomUUID();
  const sentAt = shelf.clock.now();
  const visibleAt = sentAt + (delayMs ?? usualDelayMs);
  shelf.statements.add.run({ id, queue, body, attributes: JSON.stringify(attributes), sentAt, visibleAt });
  shelf.notify(queue);
  return id;
}

function receive(shelf: Shelf, name: string, limit: number, visibilityTimeoutMs?: number): LocalMessage[] {
  const queue = queueOf(shelf, name);
  const now = shelf.clock.now();
  const visibleAt = now + (visibilityTimeoutMs ?? queue.visibilityTimeoutMs);
  const received: LocalMessage[] = [];
  // A message that is buried instead of received makes room for the next one: hence the loop.
  while (received.length < limit) {
    const candidates = rows(shelf.statements.visible.all({ queue: name, now, limit: limit - received.length }));
    const kept = candidates.filter((message) => !buryIfUsedUp(shelf, queue, message, timedOut(queue, message)));
    for (const message of kept) received.push(take(shelf, message, { visibleAt, now, cause: timedOut(queue, message) }));
    // With a time-out of 0 what was just taken is visible still, and must not be taken twice.
    if (kept.length === candidates.length) break;
  }
  return received;
}

function take(shelf: Shelf, message: MessageRow, stay: { visibleAt: number; now: number; cause: string | null }): LocalMessage {
  const receipt = randomUUID();
  shelf.statements.take.run({ id: message.id, receipt, ...stay });
  return {
    id: message.id,
    body: message.body,
    receiveCount: message.receiveCount + 1,
    receipt,
    sentAt: message.sentAt,
    attributes: JSON.parse(message.attributes) as Record<string, string>,
    firstReceivedAt: message.firstReceivedAt ?? stay.now,
    sourceQueue: message.sourceQueue ?? undefined,
  };
}

type Failure = { readonly queue: string; readonly receipt: string; readonly cause: string; readonly delayMs: number };

function giveBack(shelf: Shelf, { queue, receipt, cause, delayMs }: Failure): void {
  const message = rows(shelf.statements.byReceipt.all(queue, receipt))[0];
  if (!message || buryIfUsedUp(shelf, queueOf(shelf, queue), message, cause)) return;
  shelf.statements.giveBack.run({ id: message.id, visibleAt: shelf.clock.now() + delayMs, cause });
  shelf.notify(queue);
}

/** Moves a message that failed as often as its queue allows. Told to whoever waits at the dead-letter queue. */
function buryIfUsedUp(shelf: Shelf, queue: QueueRow, message: MessageRow, cause: string | null): boolean {
  const { deadLetterQueue, receivesMax } = queue;
  if (deadLetterQueue === null || receivesMax === null || message.receiveCount < receivesMax) return false;
  shelf.statements.bury.run({ id: message.id, queue: deadLetterQueue, now: shelf.clock.now(), cause, source: queue.name });
  shelf.notify(deadLetterQueue);
  return true;
}

/** A message that shows again while its receipt stands was neither deleted nor given back: its receiver hung or died. */
function timedOut(queue: QueueRow, message: MessageRow): string | null {
  if (message.receipt === null) return message.cause;
  return `No answer within the visibility time-out of ${queue.visibilityTimeoutMs} ms (receive ${message.receiveCount}).`;
}

function hide(shelf: Shelf, stay: { queue: string; receipt: string; visibilityTimeoutMs: number }): boolean {
  const { queue, receipt } = stay;
  const { changes } = shelf.statements.hideByReceipt.run({
    queue,
    receipt,
    visibleAt: shelf.clock.now() + stay.visibilityTimeoutMs,
  });
  if (stay.visibilityTimeoutMs === 0) shelf.notify(queue);
  return changes > 0;
}

function depth(shelf: Shelf, name: string): ReturnType<Queues['depth']> {
  const { messages } = queueOf(shelf, name);
  const { hidden, nextVisibleAt } = hiddenOf(shelf, name);
  return { visible: messages - hidden, hidden, nextVisibleAt: nextVisibleAt ?? undefined };
}

function redrive(shelf: Shelf, from: string, destination: (message: MessageRow) => string | null): number {
  let moved = 0;
  for (const message of rows(shelf.statements.oldest.all(queueOf(shelf, from).name))) {
    const to = destination(message);
    if (to === null) continue;
    shelf.statements.revive.run({ id: message.id, queue: queueOf(shelf, to).name, now: shelf.clock.now() });
    shelf.notify(to);
    moved += 1;
  }
  return moved;
}

function describe(shelf: Shelf, name: string): QueueDescription | undefined {
  const queue = shelf.statements.queue.get(name) as QueueRow | undefined;
  if (!queue) return undefined;
  const { hidden, inFlight } = hiddenOf(shelf, name);
  const { visibilityTimeoutMs, delayMs, deadLetterQueue, receivesMax, createdAt } = queue;
  const described = { name, visibilityTimeoutMs, delayMs, createdAt, inFlight, delayed: hidden - inFlight };
  return deadLetterQueue === null || receivesMax === null
    ? described
    : { ...described, redrive: { deadLetterQueue, receivesMax } };
}

function hiddenOf(shelf: Shelf, name: string): { hidden: number; inFlight: number; nextVisibleAt: number | null } {
  return shelf.statements.hidden.get(name, shelf.clock.now()) as {
    hidden: number;
    inFlight: number;
    nextVisibleAt: number | null;
  };
}

function queueOf(shelf: Shelf, name: string): QueueRow {
  const queue = shelf.statements.queue.get(name) as QueueRow | undefined;
  if (!queue) throw new Error(`There is no queue "${name}".`);
  return queue;
}

function peeked(message: MessageRow): ReturnType<Queues['peek']>[number] {
  const { id, body, receiveCount, sentAt, cause } = message;
  const attributes = JSON.parse(message.attributes) as Record<string, string>;
  const shown = { id, body, receiveCount, receipt: message.receipt ?? '', sentAt, attributes };
  return cause === null ? shown : { ...shown, cause };
}

function rows(found: readonly unknown[]): MessageRow[] {
  return found as MessageRow[];
}
