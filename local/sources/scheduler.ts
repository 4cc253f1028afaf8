import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { TooManySteps } from '../advance.ts';
import type { Clock, Deliver } from '../ports.ts';
import { account, region } from '../stack/names.ts';
import { text } from '../stack/template.ts';
import type { SchedulePlan } from '../stack/triggers.ts';
import { createAlarm } from './alarm.ts';
import { type NextTick, parseSchedule } from './schedule-expression.ts';

export type SchedulerOptions = {
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly deliver: Deliver;
  /** For a schedule that has nothing to do at most of its ticks: the earliest instant at which it has. */
  readonly busyFrom: (plan: SchedulePlan) => (() => Promise<number | undefined>) | undefined;
};

export type Scheduler = {
  poke(): void;
  /**
   * The next tick that has something to do. While the clock is being moved, ticks that have nothing to do are passed over;
   * `resume` takes up every tick again.
   */
  nextBusyTickAt(): Promise<number | undefined>;
  resume(): void;
  stop(): void;
};

type Entry = {
  readonly plan: SchedulePlan;
  readonly next: NextTick;
  readonly busyFrom: (() => Promise<number | undefined>) | undefined;
  nextAt: number | undefined;
  /** Ticks in a row after which the same instant was still due. */
  inVain: { readonly from: number; readonly lastTickAt: number; readonly ticks: number } | undefined;
};

/** So many ticks may leave the same work undone before it counts as work that never ends. */
const TICKS_IN_VAIN_MAX = 200;

/** EventBridge Scheduler on the virtual clock. A tick that was due while the process was not running is made up for, once. */
export function startScheduler(plans: readonly SchedulePlan[], { db, clock, deliver, busyFrom }: SchedulerOptions): Scheduler {
  const ticks = openTicks(db);
  const entries = plans.map((plan): Entry => {
    const next = parseSchedule(plan.expression, plan.zone);
    const lastAt = ticks.read(plan.name);
    return {
      plan,
      next,
      busyFrom: busyFrom(plan),
      nextAt: next(lastAt === undefined ? clock.now() : lastAt + 1),
      inVain: undefined,
    };
  });
  const alarm = createAlarm(clock, poke);
  let stopped = false;
  poke();

  function poke(): void {
    if (stopped) return;
    for (const entry of entries) if (entry.nextAt !== undefined && entry.nextAt <= clock.now()) tick(entry, entry.nextAt);
    alarm.set(earliest(entries.map((entry) => entry.nextAt)));
  }

  /** Handing over comes first: a tick that is written down and lost would be worse than one that comes twice. */
  function tick(entry: Entry, at: number): void {
    deliver(text(entry.plan.target.Arn) ?? '', payloadOf(entry.plan, at));
    ticks.write(entry.plan.name, clock.now());
    entry.nextAt = entry.next(clock.now() + 1);
  }

  async function plan(entry: Entry): Promise<number | undefined> {
    if (entry.busyFrom === undefined) return entry.nextAt;
    const from = await entry.busyFrom();
    const lastTickAt = ticks.read(entry.plan.name) ?? 0;
    countInVain(entry, from, lastTickAt);
    const regular = entry.next(Math.max(clock.now(), lastTickAt + 1));
    entry.nextAt = from === undefined || regular === undefined ? undefined : entry.next(Math.max(from, regular));
    return entry.nextAt;
  }

  return {
    poke,
    async nextBusyTickAt() {
      const due = await Promise.all(entries.map(plan));
      alarm.set(earliest(entries.map((entry) => entry.nextAt)));
      return earliest(due);
    },
    resume() {
      for (const entry of entries) {
        entry.inVain = undefined;
        if (entry.busyFrom !== undefined) entry.nextAt = entry.next(clock.now() + 1);
      }
      poke();
    },
    stop() {
      stopped = true;
      alarm.set(undefined);
    },
  };
}

function countInVain(entry: Entry, from: number | undefined, lastTickAt: number): void {
  if (from === undefined || from > lastTickAt) {
    entry.inVain = undefined;
  } else if (entry.inVain?.from !== from) {
    entry.inVain = { from, lastTickAt, ticks: 1 };
  } else if (entry.inVain.lastTickAt !== lastTickAt) {
    entry.inVain = { from, lastTickAt, ticks: entry.inVain.ticks + 1 };
  }
  if ((entry.inVain?.ticks ?? 0) <= TICKS_IN_VAIN_MAX) return;
  const due = new Date(from ?? 0).toISOString();
  throw new TooManySteps(`${entry.plan.name}: what was due at ${due} is still not done after ${TICKS_IN_VAIN_MAX} ticks.`);
}

function openTicks(db: DatabaseSync): { read(name: string): number | undefined; write(name: string, at: number): void } {
  db.exec('CREATE TABLE IF NOT EXISTS schedule_tick (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT');
  const select = db.prepare('SELECT at FROM schedule_tick WHERE name = ?');
  const upsert = db.prepare(
    'INSERT INTO schedule_tick (name, at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at',
  );
  return {
    read(name) {
      const row = select.get(name);
      return row === undefined ? undefined : Number(row.at);
    },
    write: (name, at) => void upsert.run(name, at),
  };
}

/** The target's input with Scheduler's context attributes filled in; without one, the event that Scheduler makes by itself. */
function payloadOf({ arn, target }: SchedulePlan, at: number): string {
  const input = text(target.Input);
  const time = new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
  if (input !== undefined) {
    return input
      .replaceAll('<aws.scheduler.schedule-arn>', arn)
      .replaceAll('<aws.scheduler.scheduled-time>', time)
      .replaceAll('<aws.scheduler.execution-id>', randomUUID())
      .replaceAll('<aws.scheduler.attempt-number>', '1');
  }
  const detail = { version: '0', id: randomUUID(), 'detail-type': 'Scheduled Event', source: 'aws.scheduler' };
  return JSON.stringify({ ...detail, account, time, region, resources: [arn], detail: '{}' });
}

export function earliest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
