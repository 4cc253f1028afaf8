/**
 * The real use cases under a simulated clock, table, bus, queues and mail system, with everything going wrong that may:
 * deliveries twice, late and out of order, calls that fail before or after they took effect, senders cut off, SES events
 * lost. One seed gives one history.
 */
import type { CompiledTemplate, Release } from '#core/catalogue.ts';
import type { Decision } from '#core/decision.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { alwaysEvaluated } from '#core/event.ts';
import { HOUR_MS, MINUTE_MS } from '#core/instant.ts';
import { versioned } from '#core/journey/linked.ts';
import { linkRelease, mentionedEvents } from '#core/linked.ts';
import { evaluate, type Task } from '#usecases/evaluate.ts';
import { type FeedbackTask, feedback } from '#usecases/feedback.ts';
import { fill, fillState, resumeFill } from '#usecases/fill.ts';
import { type LearnState, learn } from '#usecases/learn.ts';
import type { Bus, Handed, Item, Line, Mail, Mailer, Table } from '#usecases/ports.ts';
import { eventOfDetail, type NewItem, relay } from '#usecases/relay.ts';
import { releaseNoteItem } from '#usecases/releases.ts';
import { type SendTask, send } from '#usecases/send.ts';
import { journeyItem, releaseItems, templateItems } from '#usecases/store/catalogue.ts';
import { personOf } from '#usecases/store/customers.ts';
import { append } from '#usecases/store/events.ts';
import { currentKey, releasePk } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { wake } from '#usecases/wake.ts';
import { type MemoryTable, memoryTable } from '../support/memory-table.ts';
import { type Random, random } from '../support/random.ts';

/** How often each thing goes wrong, from 0 to 1. */
export type Faults = {
  readonly crash: number;
  readonly duplicate: number;
  readonly busRefuses: number;
  readonly mailUnknown: number;
  readonly mailLater: number;
  readonly mailBounces: number;
  readonly sesEventLost: number;
};

export const calm: Faults = {
  crash: 0,
  duplicate: 0,
  busRefuses: 0,
  mailUnknown: 0,
  mailLater: 0,
  mailBounces: 0,
  sesEventLost: 0,
};
export const rough: Faults = {
  crash: 0.04,
  duplicate: 0.15,
  busRefuses: 0.1,
  mailUnknown: 0.1,
  mailLater: 0.1,
  mailBounces: 0.02,
  sesEventLost: 0.2,
};

type Handover = { readonly mail: Mail; readonly at: number; readonly taken: boolean };

/** `events`: so many stood on timelines by then. */
type Commit = { readonly customer: CustomerId; readonly at: number; readonly release: string; readonly events: number };

export type World = {
  readonly table: MemoryTable;
  /** As it was published first. */
  readonly release: Release;
  /** The release that counts now. */
  current(): Release;
  readonly random: Random;
  readonly handovers: readonly Handover[];
  /** Events that were answered with success. */
  readonly accepted: readonly TimelineEvent[];
  /** Decisions in the order in which they were committed. */
  readonly decided: readonly Item[];
  /** All commits of customers, in their order, also those of a new release that led to no decision. */
  readonly commits: ReadonlyMap<string, Commit>;
  /** What stands on timelines, in the order in which it came there. */
  readonly events: readonly Item[];
  now(): number;
  /** Posts events as a client does: again and again until it is told that they are safe. */
  post(...events: readonly TimelineEvent[]): Promise<void>;
  /** Lets time pass and deliveries happen, some of them. */
  pass(ms: number): Promise<void>;
  /** Lets everything that is under way arrive. */
  settle(): Promise<void>;
  /** Learns a model, and publishes it where that is not refused; tried again until it comes to an end. */
  learn(): Promise<LearnState>;
};

type Pending =
  | { readonly kind: 'fill'; readonly release: string }
  | { readonly kind: 'stream'; readonly news: NewItem }
  | { readonly kind: 'task'; readonly task: Task }
  | SendPending
  | SesPending;
type SendPending = { readonly kind: 'send'; readonly task: SendTask };
type SesPending = { readonly kind: 'ses'; readonly task: FeedbackTask };

export async function world(seed: number, faults: Faults, release: Release, start: number): Promise<World> {
  const chance = random(seed);
  const table = memoryTable();
  const pending: Pending[] = [];
  const handovers: Handover[] = [];
  const accepted: TimelineEvent[] = [];
  const decided: Item[] = [];
  const commits = new Map<string, Commit>();
  const events: Item[] = [];
  const noteCommit = commitLog(commits);
  let time = start;
  let streamed = 0;
  const now = (): number => time;

  await install(table, release, start);
  table.onChange = ({ kind, item }) => {
    const published =
      kind === 'INSERT' ? /^[EMX]#/.test(item.sk) : kind === 'MODIFY' && item.sk.startsWith('M#') && item.status === 'queued';
    if (published) pending.push({ kind: 'stream', news: { id: `s${++streamed}`, item } });
    if (kind === 'INSERT' && item.sk.startsWith('D#')) decided.push(item);
    if (kind === 'INSERT' && item.sk.startsWith('E#')) events.push(item);
    noteCommit(item, { at: time, events: events.length });
  };

  const ruled = new Set<string>([...mentionedEvents(release), ...alwaysEvaluated]);
  const shaky = shakyTable(table, chance, faults.crash);
  const bus = simulatedBus(pending, ruled, chance, faults.busRefuses);
  const mailer = simulatedMailer({ pending, handovers, chance, faults, now });
  const dependencies = {
    table: shaky,
    catalogues: linkedCatalogues(shaky),
    bus,
    mailer,
    now,
    random: (bytes: number) => new Uint8Array(bytes).fill(seed % 256),
    pause: async () => {},
    line: lineInto(pending),
    warn: () => {},
    ring: () => {},
    links: async () => ({ unsubscribe: 'https://u', view: 'https://v' }),
  };

  /** Carries one delivery out; what fails comes again. */
  async function deliver(one: Pending): Promise<void> {
    if (chance.chance(faults.duplicate)) pending.push(one);
    try {
      if (one.kind === 'stream') {
        const refused = await relay(dependencies, [one.news]);
        if (refused.length > 0) pending.push(one);
      } else if (one.kind === 'fill') {
        await fill(dependencies, one.release);
      } else if (one.kind === 'task') {
        await evaluateBatch([one.task, ...takeTasks()]);
      } else if (one.kind === 'send') await send(dependencies, one.task);
      else await feedback({ ...dependencies, line: clicksInto(pending) }, one.task);
    } catch (error) {
      pending.push(one);
      if (one.kind !== 'send' && !isTriedAgain(error)) rethrowUnlessCrash(error);
    }
  }

  /** What fails goes back to the queue, the whole batch where the function itself was cut off. */
  async function evaluateBatch(batch: readonly Task[]): Promise<void> {
    let failed: ReadonlyMap<string, unknown>;
    try {
      failed = await evaluate(dependencies, batch);
    } catch (error) {
      failed = new Map(batch.map(({ id }) => [id, error]));
    }
    for (const task of batch) {
      if (!failed.has(task.id)) continue;
      rethrowUnlessCrash(failed.get(task.id));
      pending.push({ kind: 'task', task });
    }
  }

  function takeTasks(): Task[] {
    const tasks: Task[] = [];
    for (let i = pending.length - 1; i >= 0 && tasks.length < 8; i -= 1) {
      const one = pending[i];
      if (one?.kind !== 'task' || !chance.chance(0.5)) continue;
      pending.splice(i, 1);
      tasks.push(one.task);
    }
    return tasks;
  }

  async function tick(): Promise<void> {
    try {
      await wake(dependencies);
      await resumeFill(dependencies);
    } catch (error) {
      // Whom the bus did not take is claimed again after the lease, and a release that stopped half way goes on.
      if (!isTriedAgain(error)) rethrowUnlessCrash(error);
    }
  }

  async function deliverSome(count: number): Promise<void> {
    for (let i = 0; i < count && pending.length > 0; i += 1) {
      const [one] = pending.splice(chance.below(pending.length), 1);
      if (one !== undefined) await deliver(one);
    }
  }

  return {
    table,
    release,
    current: () => currentOf(table),
    random: chance,
    handovers,
    accepted,
    decided,
    commits,
    events,
    now,
    post: async (...events) => {
      for (;;) {
        try {
          await append(shaky, events);
          if (chance.chance(faults.duplicate)) await append(shaky, events);
          accepted.push(...events);
          return;
        } catch (error) {
          rethrowUnlessCrash(error);
        }
      }
    },
    pass: async (ms) => {
      time += ms;
      await tick();
      await deliverSome(chance.below(pending.length + 4));
    },
    settle: async () => {
      for (let rounds = 0; rounds < SETTLE_ROUNDS_MAX; rounds += 1) {
        await tick();
        await deliverSome(pending.length * 3);
        if (pending.length === 0 && isAtRest(table, time) && (await dueNow(table, time)) === 0 && (await isFilled(table))) return;
        time += rounds % 10 === 9 ? HOUR_MS : MINUTE_MS;
      }
      throw new Error(`seed ${seed}: ${pending.length} deliveries never came to rest`);
    },
    learn: async () => {
      for (let attempt = 0; attempt < 50; attempt += 1) {
        const state = await learn(dependencies, 'the schedule').catch((error: unknown) => {
          if (!isTriedAgain(error)) rethrowUnlessCrash(error);
        });
        if (state?.status === 'published' || state?.status === 'refused') return state;
        // One that was cut off counts as running for a while.
        time += HOUR_MS;
      }
      throw new Error(`seed ${seed}: nothing was learnt in 50 attempts`);
    },
  };
}

function currentOf({ items }: MemoryTable): Release {
  const id = String(items.get(JSON.stringify([currentKey.pk, currentKey.sk]))?.release);
  const parts = [...items.values()].filter(({ pk }) => pk === releasePk(id)).sort((one, other) => (one.sk < other.sk ? -1 : 1));
  return JSON.parse(parts.map(({ body }) => body).join('')) as Release;
}

async function isFilled(table: Table): Promise<boolean> {
  const job = await fillState(table);
  return job === undefined || job.doneAt !== undefined;
}

/** Somebody who was folded into another and is set free again begins with the versions anew. */
export const commitKey = (customer: unknown, version: unknown, at: number): string => `${customer} ${version} ${at}`;

const NO_COUNTS = { journeys: 0, segments: 0, templates: 0, forms: 0, topics: 0 };

/** Notes who was committed when under which release: once for each transaction, whichever of its items comes first. */
function commitLog(commits: Map<string, Commit>): (item: Item, now: Pick<Commit, 'at' | 'events'>) => void {
  const versions = new Map<CustomerId, unknown>();
  return (item, now) => {
    const { sk, body, version, decidedFor } = item;
    if (sk !== 'STATE' && !sk.startsWith('D#')) return;
    const state = sk === 'STATE' ? personOf(item).customer : undefined;
    const customer = state?.id ?? (decidedFor as CustomerId);
    const release = sk === 'STATE' ? state?.release : (JSON.parse(String(body)) as Decision).release;
    // A claim moves the index and leaves the version.
    if (release === undefined || versions.get(customer) === version) return;
    versions.set(customer, version);
    commits.set(commitKey(customer, version, now.at), { customer, release, ...now });
  };
}

/** A release in the table, as publishing leaves it. */
async function install(table: Table, release: Release, at: number): Promise<void> {
  const mail = { subject: 'Hello {{ customer.firstName | default: "you" }}', preheader: '', html: '<p>Hi</p>', text: 'Hi' };
  const templates: CompiledTemplate[] = release.templates.map(({ name, version, locales }) => ({
    name,
    version,
    required: [],
    locales: Object.fromEntries(locales.map((locale) => [locale, mail])),
  }));
  for (const item of [
    ...releaseItems(release),
    releaseNoteItem({ id: release.id, at, author: 'test', counts: NO_COUNTS, awaits: [] }),
    ...templates.flatMap(templateItems),
    ...release.journeys.map((journey) => journeyItem(versioned(journey, release.templates))),
  ]) {
    await table.write({ put: item });
  }
  linkRelease(release);
  await table.write({ put: { ...currentKey, release: release.id } });
}

/** Somebody whose evaluation fails again and again is tried once a day in the end. */
const SETTLE_ROUNDS_MAX = 1500;

class Crash extends Error {}

/** What the bus did not take, in the words of those who gave it: each says who takes care of it. */
const isTriedAgain = (error: unknown): boolean =>
  /claimed again after the lease|the next minute goes on|the page is tried again/.test(String(error));

function rethrowUnlessCrash(error: unknown): void {
  if (!(error instanceof Crash)) throw error;
}

/** A table whose calls fail, before or after they took effect. */
function shakyTable(table: Table, chance: Random, crash: number): Table {
  const shaky = async <T>(call: () => Promise<T>): Promise<T> => {
    if (chance.chance(crash / 2)) throw new Crash('before the call');
    const result = await call();
    if (chance.chance(crash / 2)) throw new Crash('after the call');
    return result;
  };
  return {
    get: (key) => shaky(() => table.get(key)),
    batchGet: (keys) => shaky(() => table.batchGet(keys)),
    query: (pk, options) => shaky(() => table.query(pk, options)),
    write: (write) => shaky(() => table.write(write)),
    transact: (writes) => shaky(() => table.transact(writes)),
    customers: (shard, cursor, limit) => shaky(() => table.customers(shard, cursor, limit)),
    due: (shard, until, limit) => shaky(() => table.due(shard, until, limit)),
  };
}

function simulatedBus(pending: Pending[], ruled: ReadonlySet<string>, chance: Random, refuses: number): Bus {
  let count = 0;
  return {
    publish: async (entries) =>
      entries.flatMap(({ source, type, detail }, index) => {
        if (chance.chance(refuses)) return [index];
        const id = `r${++count}`;
        if (source === 'rekindle') {
          // The detail travels as JSON, as it does on the bus.
          const event = eventOfDetail(JSON.parse(JSON.stringify(detail)) as Record<string, unknown>);
          if (ruled.has(type)) pending.push({ kind: 'task', task: { id, customer: event.customer, event } });
        } else if (type === 'Wake Due') pending.push({ kind: 'task', task: { id, customer: (detail as SendTask).customer } });
        else if (type === 'Fill Due') pending.push({ kind: 'fill', release: String((detail as { release: string }).release) });
        else if (type === 'Message Queued') pending.push({ kind: 'send', task: detail as SendTask });
        return [];
      }),
  };
}

/** What `send` puts back comes again, whenever: that it may come too early is part of the chaos. */
function lineInto(pending: Pending[]): Line {
  return {
    add: async (entries) => {
      for (const { body } of entries) pending.push({ kind: 'send', task: (body as { detail: SendTask }).detail });
    },
  };
}

function clicksInto(pending: Pending[]): Line {
  return {
    add: async (entries) => {
      for (const { body } of entries) pending.push({ kind: 'ses', task: body as FeedbackTask });
    },
  };
}

type MailWorld = { pending: Pending[]; handovers: Handover[]; chance: Random; faults: Faults; now: () => number };

function simulatedMailer({ pending, handovers, chance, faults, now }: MailWorld): Mailer {
  let sent = 0;
  const report = (type: string, object: string, mail: Mail, id: string, more: object = {}): void => {
    if (chance.chance(faults.sesEventLost)) return;
    const timestamp = new Date(now()).toISOString();
    const tags = Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]]));
    pending.push({
      kind: 'ses',
      task: { detail: { eventType: type, mail: { messageId: id, timestamp, tags }, [object]: { timestamp, ...more } } },
    });
  };
  return {
    limits: async () => ({ perSecond: 100, perDay: -1, sentLastDay: 0 }),
    hand: async (mail): Promise<Handed> => {
      if (chance.chance(faults.mailLater)) return { outcome: 'later', reason: 'too fast' };
      const id = `ses-${++sent}`;
      const unknown = chance.chance(faults.mailUnknown);
      const taken = !unknown || chance.chance(0.5);
      handovers.push({ mail, at: now(), taken });
      if (taken) {
        report('Send', 'send', mail, id);
        if (chance.chance(faults.mailBounces)) report('Bounce', 'bounce', mail, id, { bounceType: 'Permanent' });
        else report('Delivery', 'delivery', mail, id);
        if (chance.chance(0.2))
          report('Click', 'click', mail, id, { link: 'https://shop', timestamp: new Date(now() + MINUTE_MS).toISOString() });
      }
      if (unknown) return { outcome: 'unknown', reason: 'the line broke' };
      // A sender that is cut off after the call: the outcome is never written down by it.
      if (chance.chance(faults.crash)) throw new Crash('after SES took the mail');
      return { outcome: 'sent', id };
    },
  };
}

/** Nobody was claimed by a wake that was cut off and comes again later, and no message is in doubt until its time. */
function isAtRest({ items }: MemoryTable, now: number): boolean {
  return [...items.values()].every(({ sk, status, dueAt }) => {
    if (sk === 'STATE') return dueAt === undefined || String(dueAt) > new Date(now).toISOString();
    return !sk.startsWith('M#') || !['queued', 'claimed', 'waiting', 'unknown'].includes(String(status));
  });
}

async function dueNow(table: Table, now: number): Promise<number> {
  let due = 0;
  for (let shard = 0; shard < 16; shard += 1) due += (await table.due(String(shard), now, 100)).length;
  return due;
}
