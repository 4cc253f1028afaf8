/** Writes down, from the decisions, who went which way through which journey, and which mails there were. */
import type { Customer, RunOutcome } from '#core/customer.ts';
import type { Decision, Message, Note } from '#core/decision.ts';
import type { CustomerId } from '#core/event.ts';
import type { Instant } from '#core/instant.ts';

type StepRecord = { readonly id: string; readonly at: Instant; endedAt: Instant; outcome: string };

export type RunRecord = {
  readonly run: string;
  readonly journey: string;
  readonly customer: CustomerId;
  readonly enteredAt: Instant;
  /** What let the person enter. */
  readonly trigger: string;
  readonly steps: StepRecord[];
  endedAt: Instant | undefined;
  /** `merged`: two histories turned out to be one person's, and the run that began first goes on. */
  outcome: RunOutcome | 'active' | 'merged';
  reason: string | undefined;
  goalAt: Instant | undefined;
};

export type MailRecord = {
  readonly message: Message;
  readonly status: 'sent' | 'skipped';
  readonly reason: string | undefined;
};

/** Somebody whom a trigger concerned, and who did not enter. */
type RefusalRecord = {
  readonly journey: string;
  readonly customer: CustomerId;
  readonly at: Instant;
  readonly reason: string;
};

/** Something that was not as expected: a zone that is none, an attribute too long, an order that earns nothing. */
export type Remark = { readonly what: 'refused' | 'zone'; readonly why: string };

export type Recorder = {
  readonly runs: readonly RunRecord[];
  readonly mails: readonly MailRecord[];
  readonly refusals: readonly RefusalRecord[];
  readonly remarks: readonly Remark[];
  decided(customer: Customer, decisions: readonly Decision[]): void;
  mailed(message: Message, skip?: string): void;
  merged(runs: readonly string[], at: Instant): void;
};

export function recorder(): Recorder {
  const runs = new Map<string, RunRecord>();
  const mails: MailRecord[] = [];
  const refusals: RefusalRecord[] = [];
  const remarks: Remark[] = [];

  function read(customer: CustomerId, note: Note): void {
    const { at, what, why, journey = '' } = note;
    if (what === 'entered' && note.run !== undefined) runs.set(note.run, begun(customer, note, note.run));
    else if (what === 'not_entered') refusals.push({ journey, customer, at, reason: why });
    else if (what === 'refused' || what === 'zone') remarks.push({ what, why });
    const run = note.run === undefined ? undefined : runs.get(note.run);
    if (run !== undefined) follow(run, note);
  }

  return {
    get runs() {
      return [...runs.values()];
    },
    mails,
    refusals,
    remarks,
    decided: (customer, decisions) => {
      for (const { notes } of decisions) for (const note of notes) read(customer.id, note);
    },
    mailed: (message, skip) => {
      const reason = message.reason ?? skip;
      mails.push({ message, status: reason === undefined ? 'sent' : 'skipped', reason });
    },
    merged: (ids, at) => {
      for (const id of ids) {
        const run = runs.get(id);
        if (run !== undefined) Object.assign(run, { endedAt: at, outcome: 'merged', reason: 'two histories are one now' });
      }
    },
  };
}

function begun(customer: CustomerId, { at, why, journey = '' }: Note, run: string): RunRecord {
  return {
    run,
    journey,
    customer,
    enteredAt: at,
    trigger: why,
    steps: [],
    endedAt: undefined,
    outcome: 'active',
    reason: undefined,
    goalAt: undefined,
  };
}

/** A step that waits is decided on twice, when it is come to and when it is left: that is one step, with the later words. */
function follow(run: RunRecord, { at, what, why, step }: Note): void {
  if ((what === 'step' || what === 'held') && step !== undefined) {
    const last = run.steps.at(-1);
    if (last?.id === step) Object.assign(last, { endedAt: at, outcome: why });
    else run.steps.push({ id: step, at, endedAt: at, outcome: why });
  } else if (what === 'goal_reached') run.goalAt = at;
  else if (what === 'left') {
    const [outcome = ''] = why.split(':', 1);
    Object.assign(run, { endedAt: at, outcome, reason: why.slice(outcome.length + 2) });
  }
}
