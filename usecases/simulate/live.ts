/** People and their time without a table: every event at its own time, every wake exactly when it is due. */
import { advance } from '#core/advance.ts';
import type { Release } from '#core/catalogue.ts';
import { otherIds } from '#core/claim.ts';
import { type Customer, wakeAt } from '#core/customer.ts';
import type { Decision, LedgerEntry, Message } from '#core/decision.ts';
import { alwaysEvaluated, type CustomerId, type TimelineEvent } from '#core/event.ts';
import type { Release as Claimed, Other, Pointer } from '#core/identified.ts';
import { type Instant, NEVER } from '#core/instant.ts';
import { type Catalogue, linkRelease, mentionedEvents } from '#core/linked.ts';
import { freed, part } from '#core/part.ts';
import { type WhoIsWho, whoIsWho, withNotes } from '../evaluate/who-is-who.ts';
import { agenda } from './agenda.ts';
import { type BudgetUse, offersOf } from './offers.ts';

/** What is told of as it happens. */
export type Witness = {
  readonly took: (event: TimelineEvent) => void;
  readonly decided: (customer: Customer, decisions: readonly Decision[]) => void;
  /** A mail was decided on; answers what comes of it later, if anything is assumed. */
  readonly mailed: (message: Message, customer: Customer) => readonly TimelineEvent[];
  readonly called: () => void;
  /** Points moved. */
  readonly booked?: (entry: LedgerEntry) => void;
  /** Runs that ended because two histories turned out to be one person's, who cannot be in a journey twice. */
  readonly merged: (runs: readonly string[], at: Instant) => void;
};

export type Live = {
  /** Takes an event in, after all that falls due before it. Events must come in the order of their times. */
  take(event: TimelineEvent): void;
  /** Lets time pass for everybody. */
  pass(until: Instant): void;
  /** The person behind an id, whoever that was folded into. */
  find(id: CustomerId): Customer | undefined;
  people(): Customer[];
  /** What journeys have given away of their budgets. */
  budgets(): BudgetUse[];
};

/** Steps at one and the same instant after which a person's time is taken to stand still. */
const STANDSTILL_MAX = 10_000;
/** Addresses and browsers that one event may set free. */
const RELEASES_MAX = 100;

export type Beginning = {
  /**
   * Before it people become known (attributes, consent, counts, segments, points) while no journey runs, as if the journeys
   * had been published then.
   */
  readonly from?: Instant | undefined;
  /** People to begin with. */
  readonly known?: readonly Customer[];
  /** Journeys whose budget is used up. */
  readonly usedUp?: readonly string[];
};

/** Lets a release live through what is taken in. */
export function live(release: Release, witness: Witness, { from, known = [], usedUp = [] }: Beginning = {}): Live {
  const offers = offersOf(release, usedUp);
  const catalogue = linkRelease(release);
  const earlier = from === undefined ? undefined : linkRelease(withoutJourneys(release));
  const heard = heardEvents(release);
  const people = new Map<CustomerId, Other & Partial<Pointer>>(
    known.map((customer) => [customer.id, { id: customer.id, customer }]),
  );
  const coming = new Map<CustomerId, TimelineEvent[]>();
  const taken = new Map<CustomerId, readonly TimelineEvent[]>();
  // Where people compete for a budget, it matters who comes first: then time passes for all of them together.
  const due = offers.areLimited ? agenda<CustomerId>() : undefined;
  let running: Catalogue = earlier ?? catalogue;

  const follow = (id: CustomerId): CustomerId => {
    let at = id;
    for (let next = people.get(at)?.mergedInto; next !== undefined; next = people.get(at)?.mergedInto) at = next;
    return at;
  };
  const withRoot = (other: Other): Other[] => {
    const root = people.get(follow(other.id));
    return other.mergedInto === undefined || root === undefined ? [other] : [{ ...other, mergedInto: root.id }, root];
  };
  const later = (event: TimelineEvent): void => {
    if (!heard.has(event.name)) return;
    const id = follow(event.customer);
    const queue = coming.get(id) ?? [];
    queue.splice(queue.findLastIndex(({ at }) => at <= event.at) + 1, 0, event);
    coming.set(id, queue);
    due?.add(event.at, id);
  };

  function settle(id: CustomerId, customer: Customer): void {
    people.set(id, { id, customer });
    const at = wakeAt(customer);
    if (at !== NEVER) due?.add(at, id);
  }

  function decide(of: CustomerId, events: readonly TimelineEvent[], now: Instant): void {
    const { id, ...who } = resolve(of, events, now);
    const merged = who.pointers.length === 0 ? [] : lostRuns([id, ...who.pointers.map((pointer) => pointer.id)], who.customer);
    const { customer, decisions, effects } = withNotes(advance(who.customer, events, running, now, offers.left(now)), who.notes);
    offers.decided(decisions, now);
    settle(id, customer);
    for (const pointer of who.pointers) pointTo(pointer, id);
    for (const event of events) taken.set(event.customer, [...(taken.get(event.customer) ?? []), event]);
    if (running === earlier) return;
    for (const event of events) witness.took(event);
    if (merged.length > 0) witness.merged(merged, now);
    witness.decided(customer, decisions);
    for (const effect of effects) {
      if (effect.type === 'event') later(effect.event);
      else if (effect.type === 'message') for (const event of witness.mailed(effect.message, customer)) later(event);
      else if (effect.type === 'call') witness.called();
      else if (effect.type === 'ledger') witness.booked?.(effect.entry);
    }
  }

  /** Who is who by now; what belonged to somebody on a weaker word is set free first. */
  function resolve(of: CustomerId, events: readonly TimelineEvent[], now: Instant): WhoIsWho & { readonly id: CustomerId } {
    for (let releases = 0; releases < RELEASES_MAX; releases += 1) {
      // An event may be of the very id that it sets free.
      const id = follow(events[0]?.customer ?? of);
      const mentioned = events.flatMap(otherIds).flatMap((other) => people.get(other) ?? []);
      const others = new Map(mentioned.flatMap(withRoot).map((other) => [other.id, other]));
      const who = whoIsWho(people.get(id) ?? { id }, events, others, now);
      if (who.release === undefined) return { ...who, id };
      setFree(who.release, now);
    }
    throw new Error(`${RELEASES_MAX} addresses and browsers in a row were set free for one event of ${of}`);
  }

  function setFree({ id, from }: Claimed, now: Instant): void {
    const customer = people.get(follow(from))?.customer;
    if (customer === undefined) return;
    const pointers = customer.merged.flatMap((one) => people.get(one) ?? []);
    const free = freed(id, pointers);
    const { left, released } = part(customer, { id, free, timelines: taken, catalogue: running, now });
    settle(left.id, left);
    if (released === undefined) people.delete(id);
    else settle(id, released);
    for (const one of pointers) if (one.id !== id && free.has(one.id)) people.set(one.id, { ...one, mergedInto: id });
  }

  function lostRuns(ids: readonly CustomerId[], into: Customer): string[] {
    const kept = new Set(into.runs.map((run) => run.id));
    return ids.flatMap((id) => people.get(id)?.customer?.runs ?? []).flatMap((run) => (kept.has(run.id) ? [] : [run.id]));
  }

  function pointTo(pointer: Pointer, id: CustomerId): void {
    people.set(pointer.id, { ...pointer, mergedInto: id });
    const queue = coming.get(pointer.id);
    coming.delete(pointer.id);
    for (const event of queue ?? []) later(event);
  }

  /** All that falls due for one person by an instant, each thing at its own time. */
  function catchUp(id: CustomerId, until: Instant): void {
    let last = Number.NEGATIVE_INFINITY;
    for (let still = 0; still < STANDSTILL_MAX; still += 1) {
      const customer = people.get(id)?.customer;
      const event = coming.get(id)?.[0];
      const wake = customer === undefined ? NEVER : wakeAt(customer);
      const at = Math.min(event?.at ?? NEVER, wake);
      if (at > until || at === NEVER) return;
      if (at > last) [last, still] = [at, 0];
      if (event !== undefined && event.at <= wake) {
        coming.get(id)?.shift();
        decide(id, [event], at);
      } else decide(id, [], at);
    }
    throw new Error(`the time of ${id} stands still at ${new Date(last).toISOString()}`);
  }

  /** All that falls due by an instant for those who compete with others; the rest are caught up with when they are needed. */
  function catchUpAll(until: Instant): void {
    for (let one = due?.next(until); one !== undefined; one = due?.next(until)) catchUp(follow(one.id), one.at);
  }

  const everybody = (): CustomerId[] => [...people.values()].flatMap((one) => (one.customer === undefined ? [] : [one.id]));

  /** The journeys begin: whoever is known is looked at again, so that what the calendar starts is set. */
  function begin(at: Instant): void {
    catchUpAll(at - 1);
    for (const id of everybody()) catchUp(id, at - 1);
    running = catalogue;
    for (const id of everybody()) decide(id, [], at);
  }

  const begun = (at: Instant): void => {
    if (running === earlier && from !== undefined && at >= from) begin(from);
  };

  for (const { id, clock } of known) decide(id, [], clock);

  return {
    take: (event) => {
      begun(event.at);
      if (!heard.has(event.name)) return;
      catchUpAll(event.at);
      const id = follow(event.customer);
      catchUp(id, event.at);
      for (const other of otherIds(event)) if (people.has(other)) catchUp(follow(other), event.at);
      decide(id, [event], event.at);
    },
    pass: (until) => {
      begun(until);
      catchUpAll(until);
      for (const id of everybody()) catchUp(id, until);
    },
    find: (id) => people.get(follow(id))?.customer,
    people: () => [...people.values()].flatMap(({ customer }) => customer ?? []),
    budgets: offers.used,
  };
}

/** The events that a release evaluates; others are stored, and start nothing. */
export function heardEvents(release: Release): ReadonlySet<string> {
  return new Set<string>([...mentionedEvents(release), ...alwaysEvaluated]);
}

/** Keeps what is counted and who is in which segment, and starts nothing. */
function withoutJourneys(release: Release): Release {
  const journeys = release.journeys.map((journey) => ({ ...journey, status: 'draft' as const }));
  return { ...release, id: `${release.id}-before`, journeys };
}
