/** What each step does when a run comes to it, and where the run goes from there. */
import type { Step } from '../catalogue.ts';
import { type Draft, type DraftRun, note } from '../draft.ts';
import { eventKey } from '../event.ts';
import { digest } from '../hash.ts';
import { add, fromIso, type Instant } from '../instant.ts';
import type { LinkedJourney, Node } from '../linked.ts';
import { book } from '../loyalty.ts';
import { setAttribute, setConsent } from '../profile.ts';
import type { Facts } from '../test.ts';
import { earliestKnown } from './known.ts';
import { queueMail } from './mail.ts';

/** Where a run goes: on to another step (or past the last one), into waiting, or out. */
export type Move =
  | { readonly type: 'go'; readonly to: string | undefined; readonly why: string }
  | { readonly type: 'wait'; readonly until: Instant; readonly why: string }
  | { readonly type: 'exit'; readonly why: string };

export type Place = {
  readonly draft: Draft;
  readonly run: DraftRun;
  readonly linked: LinkedJourney;
  readonly node: Node;
  readonly at: Instant;
};

/** How often one thing may follow from another by `emit_event` before the chain is cut. */
export const HOPS_MAX = 8;

type Of<T extends Step['type']> = Extract<Step, { type: T }>;

type Enter = { readonly [T in Step['type']]: (step: Of<T>, place: Place) => Move };

/** Enters a step. Everything that it does goes into the draft; nothing is carried out here. */
export function enter(place: Place): Move {
  const { step } = place.node;
  return (enters[step.type] as (step: Step, place: Place) => Move)(step, place);
}

const enters: Enter = {
  send_email: (step, place) => go(place, queueMail(step, place)),
  delay: (step, { at }) => {
    const until = step.until === undefined ? add(at, step.for ?? 'PT0S') : (fromIso(step.until) ?? at);
    return { type: 'wait', until, why: step.until === undefined ? `wait for ${step.for}` : `wait until ${step.until}` };
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
    const source = digest(10, place.run.id, step.id);
    book(place.draft, { points: step.points, type: 'award', reason: step.reason, source }, place.at);
    return go(place, `${step.points} points`);
  },
  emit_event: (step, place) => emit(step, place),
  webhook: (step, { draft, run, node, at }) => {
    const id = `call_${digest(20, run.id, step.id)}`;
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
    id: `emit-${digest(20, run.id, step.id)}`,
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
