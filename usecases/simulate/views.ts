/** What a replay saw, as people and tools read it: times are ISO 8601, people are called as the history calls them. */
import type { Customer } from '#core/customer.ts';
import type { Message } from '#core/decision.ts';
import { type Instant, NEVER, toIso } from '#core/instant.ts';
import type { Live } from './live.ts';
import type { Recorder, RunRecord } from './record.ts';

type SimulatedRun = {
  readonly journey: string;
  /** By e-mail address, user id or anonymous id, as the history names them; `customerId` is the id in Rekindle. */
  readonly customer: string;
  readonly enteredAt: string;
  readonly endedAt: string | null;
  readonly outcome: RunRecord['outcome'];
  readonly steps: readonly {
    readonly id: string;
    readonly at: string;
    readonly outcome: string;
    readonly endedAt: string | null;
  }[];
  readonly trigger: string;
  readonly reason: string | null;
  readonly goalAt: string | null;
  /** Of a run that is still active: where it stands, and until when at the latest. */
  readonly waits: { readonly step: string; readonly until: string | null } | null;
  readonly run: string;
  readonly customerId: string;
};

type SimulatedMail = {
  readonly customer: string;
  readonly journey: string;
  readonly step: string;
  readonly template: string;
  readonly at: string;
  readonly status: 'sent' | 'skipped';
  readonly reason: string | null;
  readonly topic: string;
  readonly locale: string;
  readonly message: string;
  readonly run: string;
  readonly customerId: string;
};

type SimulatedRefusal = {
  readonly journey: string;
  readonly customer: string;
  readonly at: string;
  readonly reason: string;
  readonly customerId: string;
};

export type Views = {
  readonly runs: readonly SimulatedRun[];
  readonly messages: readonly SimulatedMail[];
  readonly notEntered: readonly SimulatedRefusal[];
};

export function viewsOf(record: Recorder, world: Live): Views {
  const who = (id: RunRecord['customer']): { customer: string; customerId: string } => {
    const customer = world.find(id);
    return { customer: customer === undefined ? id : nameOf(customer), customerId: customer?.id ?? id };
  };
  const waits = new Map(
    world.people().flatMap(({ runs }) => runs.map(({ id, step, until }) => [id, { step, until: iso(until) }])),
  );
  return {
    runs: record.runs
      .map((run) => ({
        ...who(run.customer),
        ...runView(run),
        waits: run.outcome === 'active' ? (waits.get(run.run) ?? null) : null,
      }))
      .sort((one, other) => order(one.enteredAt, other.enteredAt) || order(one.customer, other.customer)),
    messages: record.mails
      .map(({ message, status, reason = null }) => ({ ...who(message.customer), ...mailView(message), status, reason }))
      .sort((one, other) => order(one.at, other.at) || order(one.customer, other.customer)),
    notEntered: record.refusals
      .map(({ journey, customer, at, reason }) => ({ journey, ...who(customer), at: toIso(at), reason }))
      .sort((one, other) => order(one.at, other.at) || order(one.customer, other.customer)),
  };
}

function runView(run: RunRecord): Omit<SimulatedRun, 'customer' | 'customerId' | 'waits'> {
  const isOpen = run.outcome === 'active';
  return {
    run: run.run,
    journey: run.journey,
    trigger: run.trigger,
    enteredAt: toIso(run.enteredAt),
    endedAt: run.endedAt === undefined ? null : toIso(run.endedAt),
    outcome: run.outcome,
    reason: run.reason ?? null,
    goalAt: run.goalAt === undefined ? null : toIso(run.goalAt),
    steps: run.steps.map(({ id, at, endedAt, outcome }, index) => {
      const standsHere = isOpen && index === run.steps.length - 1;
      return { id, at: toIso(at), outcome, endedAt: standsHere ? null : toIso(endedAt) };
    }),
  };
}

function mailView({
  id,
  journey,
  run,
  step,
  template,
  at,
  topic,
  locale,
}: Message): Omit<SimulatedMail, 'customer' | 'customerId' | 'status' | 'reason'> {
  return { journey, step, template, at: toIso(at), topic, locale, message: id, run };
}

/** As a history names people: by address, by user id, by a browser's id. */
function nameOf({ email, userId, anonymousIds, id }: Customer): string {
  return email ?? userId ?? anonymousIds[0] ?? id;
}

const iso = (at: Instant): string | null => (at === NEVER ? null : toIso(at));
const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
