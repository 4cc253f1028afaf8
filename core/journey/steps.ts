/** What each step does when a run comes to it, and where the run goes from there. */
import type { Step } from '../catalogue.ts';
import { type Draft, type DraftRun, note } from '../draft.ts';
import { eventKey } from '../event.ts';
import { digest, share } from '../hash.ts';
import { add, fromIso, type Instant, NEVER } from '../instant.ts';
import { award } from '../loyalty/award.ts';
import { passTime } from '../loyalty/time.ts';
import { setAttribute, setConsent } from '../profile.ts';
import { attributeAt, type Facts } from '../test.ts';
import { windowEnd, windowStart, zoneOf } from '../wall-clock.ts';
import { whyNot } from '../why-not.ts';
import { earliestKnown } from './known.ts';
import type { LinkedJourney, Node } from './linked.ts';
import { queueMail } from './mail.ts';
import { issueVoucher } from './voucher.ts';

/** Where a run goes: on to another step (or past the last one), into waiting, or out. */
export type Move =
  | { readonly type: 'go'; readonly to: string | undefined; readonly why: string }
  | { readonly type: 'wait'; readonly until: Instant; readonly deadline?: Instant; readonly why: string }
  | { readonly type: 'hold'; readonly until: Instant; readonly why: string }
  | { readonly type: 'exit'; readonly why: string; readonly outcome?: 'holdout' };

export type Place = {
  readonly draft: Draft;
  readonly run: DraftRun;
  readonly linked: LinkedJourney;
  readonly node: Node;
  readonly at: Instant;
};

/** How often one thing may follow from another by `emit_event` before the chain is cut. */
const HOPS_MAX = 8;

type Of<T extends Step['type']> = Extract<Step, { type: T }>;

type Enter = { readonly [T in Step['type']]: (step: Of<T>, place: Place) => Move };

/** Enters a step. Everything that it does goes into the draft; nothing is carried out here. */
export function enter(place: Place): Move {
  const { step } = place.node;
  return (enters[step.type] as (step: Step, place: Place) => Move)(step, place);
}

const enters: Enter = {
  send_email: (step, place) => {
    const quiet = quietUntil(step, place);
    if (quiet !== undefined) return { type: 'hold', until: quiet, why: 'quiet hours: it waits for their end' };
    return go(place, queueMail(step, place));
  },
  delay: (step, place) => delayed(step, place),
  time_window: (step, place) => {
    const { zone } = zoneFor(step.zone, place);
    const from = windowStart(place.at, step, zone);
    if (from === place.at) return go(place, 'inside the window');
    if (from === NEVER) return go(place, 'the window never opens');
    return { type: 'wait', until: from, why: `wait for the window from ${step.from} to ${step.to} in ${zone}` };
  },
  wait_until: (step, place) => {
    const deadline = add(place.at, step.timeout);
    const truth = place.node.tests.when?.(facts(place)) ?? { is: false, until: NEVER };
    if (truth.is) return { type: 'go', to: place.node.branches.met, why: 'it is so already' };
    return {
      type: 'wait',
      until: Math.min(truth.until, deadline),
      deadline,
      why: `wait until it is so, at most ${step.timeout}`,
    };
  },
  random_split: (step, { draft, run, node }) => {
    const part = share('split', run.journey, step.id, draft.customer.id) * 100;
    let below = 0;
    const found = step.branches.find(({ percent }) => {
      below += percent;
      return part < below;
    });
    const name = (found ?? step.branches.at(-1))?.name ?? '';
    return { type: 'go', to: node.branches[`branch ${name}`], why: `falls to “${name}”` };
  },
  holdout: (step, place) => {
    const held = share('holdout', place.run.journey, step.id, place.draft.customer.id) * 100 < step.percent;
    return held ? { type: 'exit', outcome: 'holdout', why: 'held out, to measure what comes after' } : go(place, 'not held out');
  },
  start_journey: (step, place) => {
    const hops = (place.run.hops ?? 0) + 1;
    const { draft, at, run } = place;
    if (hops > HOPS_MAX) {
      note(draft, at, 'refused', `${step.journey} was not started: ${HOPS_MAX} journeys have set each other off already`, {
        journey: run.journey,
      });
      return go(place, 'not started');
    }
    draft.starts.push({
      key: `journey:${step.journey}`,
      at,
      name: 'Journey Started',
      why: `started by the journey ${run.journey}`,
      hops,
    });
    return go(place, `starts ${step.journey}`);
  },
  repeat: (step, place) => {
    const { run, node } = place;
    const round = run.rounds?.[step.id] ?? 0;
    if (round >= step.times) return go(place, `${step.times} rounds are over`);
    if (node.tests.until?.(facts(place)).is === true) return go(place, `it is so after ${round} rounds`);
    run.rounds = { ...run.rounds, [step.id]: round + 1 };
    return { type: 'go', to: node.branches.round, why: `round ${round + 1} of at most ${step.times}` };
  },
  wait_for_event: (step, place) => {
    const until = add(place.at, step.timeout);
    const known = step.events.flatMap((event, index) => {
      const found = earliestKnown(place, event.event, place.node.tests[`event ${index}`], { from: place.at, to: until });
      return found === undefined ? [] : [{ index, at: found.at, name: event.event }];
    });
    const first = known.sort((one, other) => one.at - other.at)[0];
    if (first !== undefined)
      return { type: 'go', to: place.node.branches[`event ${first.index}`], why: `${first.name} was there already` };
    return {
      type: 'wait',
      until,
      why: `wait for ${step.events.map(({ event }) => event).join(' or ')}, at most ${step.timeout}`,
    };
  },
  condition: (_, place) => {
    const is = place.node.tests.when?.(facts(place)).is === true;
    return { type: 'go', to: place.node.branches[is ? 'yes' : 'no'], why: is ? 'yes' : 'no' };
  },
  branch: (step, place) => {
    const found = step.cases.find(({ name }) => place.node.tests[`case ${name}`]?.(facts(place)).is === true);
    if (found === undefined) return { type: 'go', to: place.node.branches.default, why: 'no case applies' };
    return { type: 'go', to: place.node.branches[`case ${found.name}`], why: `the case “${found.name}” applies` };
  },
  update_profile: (step, place) => {
    for (const [name, value] of Object.entries(step.set)) setAttribute(place.draft, name, value, place.at);
    return go(place, `set ${Object.keys(step.set).join(', ')}`);
  },
  subscribe: (step, place) => changeTopic(step, place, 'subscribed'),
  unsubscribe: (step, place) => changeTopic(step, place, 'unsubscribed'),
  award_points: (step, place) => {
    const source = digest(10, place.run.id, step.id, roundOf(place.run));
    award(place.draft, { points: step.points, reason: step.reason, source }, place.at);
    const { loyalty } = place.draft.catalogue;
    if (loyalty !== undefined) passTime(place.draft, loyalty, place.at);
    return go(place, `${step.points} points`);
  },
  issue_voucher: (step, place) => issueVoucher(step, place),
  emit_event: (step, place) => emit(step, place),
  webhook: (step, { draft, run, node, at }) => {
    const id = `call_${digest(20, run.id, step.id, roundOf(run))}`;
    const { journey } = run;
    const call = {
      id,
      customer: draft.customer.id,
      at,
      journey,
      run: run.id,
      step: step.id,
      url: step.url,
      body: step.body ?? {},
    };
    draft.effects.push({ type: 'call', call });
    return { type: 'go', to: node.next, why: `call ${id} is queued` };
  },
  exit: (step) => ({ type: 'exit', why: step.reason }),
};

/** What conditions inside a run look at. */
export function facts({ draft, run, at }: Pick<Place, 'draft' | 'run' | 'at'>): Facts {
  const { properties } = run.trigger;
  return { customer: draft.customer, now: at, properties, trigger: properties, run };
}

const go = ({ node }: Place, why: string): Move => ({ type: 'go', to: node.next, why });

/** Tells what a step does in one round of a repetition from what it does in the next; empty outside of one. */
export function roundOf({ rounds }: Pick<DraftRun, 'rounds'>): string {
  return rounds === undefined ? '' : Object.values(rounds).join('.');
}

/** The zone of a step: the one that it names, else the person's own. An invalid or missing one is noted, never silent. */
function zoneFor(named: string | undefined, { draft, at, run }: Place): { zone: string } {
  if (named !== undefined && named !== 'customer') return { zone: named };
  const { zone, why } = zoneOf(draft.customer, draft.catalogue.release.policy.zone);
  if (why !== undefined) note(draft, at, 'zone', why, { journey: run.journey, run: run.id });
  return { zone };
}

function delayed(step: Of<'delay'>, place: Place): Move {
  const { at, draft } = place;
  if (step.untilAttribute === undefined) {
    const until = step.until === undefined ? add(at, step.for ?? 'PT0S') : (fromIso(step.until) ?? at);
    return { type: 'wait', until, why: step.until === undefined ? `wait for ${step.for}` : `wait until ${step.until}` };
  }
  const value = attributeAt(draft.customer, step.untilAttribute);
  const stated = typeof value === 'string' ? fromIso(value) : undefined;
  if (stated === undefined) return go(place, `${step.untilAttribute} is not an instant: no wait`);
  const offset = step.offset ?? 'PT0S';
  const until = offset.startsWith('-') ? add(stated, offset.slice(1), -1) : add(stated, offset);
  return { type: 'wait', until, why: `wait until ${new Date(until).toISOString()}, by ${step.untilAttribute}` };
}

/** The end of the quiet hours that hold a mail back; undefined where it may go at once. Service mail goes at any hour. */
function quietUntil(step: Of<'send_email'>, place: Place): Instant | undefined {
  const { draft, linked, at } = place;
  const own = linked.journey.quietHours;
  const topic = draft.catalogue.topics.get(step.topic);
  const ofAll = topic?.type === 'transactional' ? undefined : draft.catalogue.release.policy.quietHours;
  const hours = own === undefined ? ofAll : own;
  if (hours === undefined || hours === false || hours.from === hours.to) return undefined;
  if (whyNot(draft.customer, topic, step.topic) !== undefined) return undefined;
  const sentAt = linked.journey.onLate?.mode === 'next_window' ? Math.max(at, draft.now) : at;
  return windowEnd(sentAt, hours, zoneFor('customer', place).zone);
}

function changeTopic(step: Of<'subscribe' | 'unsubscribe'>, place: Place, status: 'subscribed' | 'unsubscribed'): Move {
  const { draft, run, at } = place;
  setConsent(draft, step.topic, { status, at, event: run.id, source: `the journey ${run.journey}` });
  return go(place, status);
}

function emit(step: Of<'emit_event'>, place: Place): Move {
  const { draft, run, at } = place;
  const hops = (run.hops ?? 0) + 1;
  if (hops > HOPS_MAX) {
    note(draft, at, 'refused', `${step.event} was not emitted: ${HOPS_MAX} journeys have set each other off already`, {
      journey: run.journey,
    });
    return go(place, 'not emitted');
  }
  const { customer } = draft;
  const event = {
    id: `emit-${digest(20, run.id, step.id, roundOf(run))}`,
    customer: customer.id,
    kind: 'track' as const,
    name: step.event,
    at,
    receivedAt: at,
    keyTime: new Date(at).toISOString(),
    identities: {
      ...(customer.userId !== undefined && { userId: customer.userId }),
      ...(customer.email !== undefined && { email: customer.email }),
    },
    properties: { ...step.properties, journey: run.journey, step: step.id },
    trust: 'system' as const,
    origin: 'journey' as const,
    hops,
  };
  draft.effects.push({ type: 'event', event });
  return go(place, `emitted ${eventKey(event)}`);
}
