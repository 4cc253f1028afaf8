/** Moves runs: on, when a wait ends; out, when an exit rule holds; and notes goals. */
import type { RunOutcome } from '../customer.ts';
import { type Draft, type DraftRun, note } from '../draft.ts';
import type { TimelineEvent } from '../event.ts';
import { MACHINE } from '../human.ts';
import { add, type Instant } from '../instant.ts';
import { earliestKnown } from './known.ts';
import type { LinkedJourney, Node } from './linked.ts';
import { enter, facts, type Move } from './steps.ts';

/** Steps that one run may take without waiting; more means a loop, and ends the run with a reason. */
const STEPS_MAX = 200;

/** Goes on from a step until the run waits or ends. In a paused journey it is held before the step instead. */
export function proceed(draft: Draft, run: DraftRun, from: string | undefined, at: Instant): void {
  const linked = draft.catalogue.versions.get(run.version);
  if (linked === undefined) return end(draft, run, 'failed', at, 'its version of the journey is not there any more');
  if (isPaused(draft, run)) return hold(draft, run, from, at);
  let to = from;
  for (let taken = 0; to !== undefined; taken += 1) {
    const node = linked.nodes.get(to);
    if (node === undefined) return end(draft, run, 'failed', at, `the step ${to} is not in the journey`);
    if (taken === STEPS_MAX) return end(draft, run, 'failed', at, `${STEPS_MAX} steps without a wait`);
    const move = enter({ draft, run, linked, node, at });
    note(draft, at, move.type === 'hold' ? 'held' : 'step', move.why, about(run, node.step.id));
    if (move.type === 'exit') return end(draft, run, move.outcome ?? 'exited', at, move.why);
    if (move.type !== 'go') return stand(run, node.step.id, at, move);
    to = move.to;
  }
  end(draft, run, 'completed', at, 'came to the end');
}

/** Something that a run waits for may have come with time: its wait is over, or its condition may hold now. */
export function timeIsUp(draft: Draft, run: DraftRun, at: Instant): void {
  const node = standing(draft, run);
  if (node === undefined) return proceed(draft, run, run.step, at);
  switch (node.step.type) {
    case 'wait_until':
      return recheck(draft, run, at);
    case 'wait_for_event':
      note(draft, at, 'step', 'the time-out came first', about(run, run.step));
      return proceed(draft, run, node.branches.timeout, at);
    case 'delay':
    case 'time_window':
      note(draft, at, 'step', 'the wait is over', about(run, run.step));
      return proceed(draft, run, node.next, at);
    default:
      // What stands here was held back, by quiet hours for instance, and is entered again.
      return proceed(draft, run, run.step, at);
  }
}

/** Asks the condition of a `wait_until` again, after something has changed or time has passed. */
export function recheck(draft: Draft, run: DraftRun, at: Instant): void {
  const node = standing(draft, run);
  if (node?.step.type !== 'wait_until' || run.held !== undefined) return;
  const deadline = run.deadline ?? run.until;
  const truth = node.tests.when?.(facts({ draft, run, at })) ?? { is: false, until: deadline };
  if (truth.is && at < deadline) {
    note(draft, at, 'step', 'it is so now', about(run, run.step));
    return proceed(draft, run, node.branches.met, at);
  }
  if (at >= deadline) {
    note(draft, at, 'step', 'the time-out came first', about(run, run.step));
    return proceed(draft, run, node.branches.timeout, at);
  }
  run.until = Math.min(truth.until, deadline);
}

/** Lets a run react to an event: goal first, then exit rules, then the wait that it stands at. */
export function react(draft: Draft, run: DraftRun, event: TimelineEvent): void {
  const linked = draft.catalogue.versions.get(run.version);
  if (linked === undefined) return;
  hearOfMail(run, event);
  if (!linked.listens.has(event.name) || !concerns(linked, run, event.at) || !isMeant(run, event)) return;
  const at = Math.max(event.at, run.since);
  reachGoal(draft, run, linked, event);
  if (exits(draft, run, linked, event)) return end(draft, run, 'exited', at, `${event.name} happened`);
  const node = standing(draft, run);
  if (node?.step.type !== 'wait_for_event' || run.held !== undefined || event.at < run.since || event.at >= run.until) return;
  const index = node.step.events.findIndex((awaited, i) => {
    const where = node.tests[`event ${i}`];
    return (
      awaited.event === event.name &&
      (where === undefined || where({ ...facts({ draft, run, at }), properties: event.properties }).is)
    );
  });
  if (index < 0) return;
  note(draft, at, 'step', `${event.name} came`, about(run, run.step));
  proceed(draft, run, node.branches[`event ${index}`], at);
}

/** Whether an exit rule holds already when a run begins, by events that are known though they happened after its trigger. */
export function knownExit(draft: Draft, run: DraftRun, linked: LinkedJourney): string | undefined {
  const time = { from: run.trigger.at, to: Number.POSITIVE_INFINITY };
  return linked.exits.find(({ event, where }) => earliestKnown({ draft, run }, event, where, time) !== undefined)?.event;
}

/** Ends a run; how it ended stays in `entries`. */
export function end(draft: Draft, run: DraftRun, outcome: RunOutcome, at: Instant, why: string): void {
  const { customer } = draft;
  customer.runs = customer.runs.filter((one) => one.id !== run.id);
  const entries = customer.entries[run.journey];
  if (entries !== undefined) customer.entries = { ...customer.entries, [run.journey]: { ...entries, lastOutcome: outcome } };
  draft.changed.add(`journey:${run.journey}`);
  note(draft, at, 'left', `${outcome}: ${why}`, about(run));
}

/** Whether the present release has paused the journey of a run. */
export function isPaused({ catalogue }: Draft, run: DraftRun): boolean {
  return catalogue.current.get(run.journey)?.journey.status === 'paused';
}

function about(run: DraftRun, step?: string): { journey: string; run: string; step?: string } {
  return { journey: run.journey, run: run.id, ...(step !== undefined && { step }) };
}

function hold(draft: Draft, run: DraftRun, to: string | undefined, at: Instant): void {
  run.held = to === undefined ? {} : { to };
  note(draft, at, 'held', 'the journey is paused: it goes on when it is active again', about(run, to));
}

function stand(run: DraftRun, step: string, since: Instant, move: Extract<Move, { readonly until: Instant }>): void {
  run.step = step;
  run.since = since;
  run.until = Math.max(move.until, since);
  if (move.type === 'wait' && move.deadline !== undefined) run.deadline = move.deadline;
  else delete run.deadline;
}

function standing(draft: Draft, run: DraftRun): Node | undefined {
  return draft.catalogue.versions.get(run.version)?.nodes.get(run.step);
}

/** Mail feedback and answers to webhooks name their run: another run of the same journey is not meant. */
function isMeant(run: DraftRun, { origin, properties }: TimelineEvent): boolean {
  if (origin !== 'feedback' && origin !== 'journey') return true;
  return properties.journey !== run.journey || typeof properties.run !== 'string' || properties.run === run.id;
}

/** An event from before the trigger says nothing about this run, unless no event started it: then whatever arrives late counts. */
function concerns(linked: LinkedJourney, run: DraftRun, at: Instant): boolean {
  return at >= run.trigger.at || linked.journey.trigger.type === 'segment_entry';
}

function exits(draft: Draft, run: DraftRun, linked: LinkedJourney, event: TimelineEvent): boolean {
  const known = { ...facts({ draft, run, at: event.at }), properties: event.properties };
  return linked.exits.some((exit) => exit.event === event.name && (exit.where === undefined || exit.where(known).is));
}

function reachGoal(draft: Draft, run: DraftRun, linked: LinkedJourney, event: TimelineEvent): void {
  const { goal } = linked.journey;
  if (goal === undefined || goal.event !== event.name || run.goalAt !== undefined) return;
  if (event.at >= add(run.enteredAt, goal.window)) return;
  const known = { ...facts({ draft, run, at: event.at }), properties: event.properties };
  if (linked.goalWhere !== undefined && !linked.goalWhere(known).is) return;
  run.goalAt = event.at;
  note(draft, event.at, 'goal_reached', `${event.name} within ${goal.window}`, about(run));
}

const STATUS: Readonly<Record<string, string>> = {
  'Email Delivered': 'delivered',
  'Email Opened': 'opened',
  'Email Link Clicked': 'clicked',
  'Email Bounced': 'bounced',
};
const ORDER = ['delivered', 'opened', 'clicked', 'bounced'];

function hearOfMail(run: DraftRun, event: TimelineEvent): void {
  const status = event.origin === 'feedback' ? STATUS[event.name] : undefined;
  if (status === undefined || event.properties.run !== run.id || event.properties[MACHINE] === true) return;
  const step = String(event.properties.step);
  if (ORDER.indexOf(status) > ORDER.indexOf(run.messages[step] ?? '')) run.messages = { ...run.messages, [step]: status };
}
