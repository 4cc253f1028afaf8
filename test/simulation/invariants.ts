/** What must always hold, checked on a world that has come to rest. Each names the invariant of the design by number. */
import { expect } from 'vitest';
import type { Customer, Metric } from '#core/customer.ts';
import { wakeAt } from '#core/customer.ts';
import type { Decision, LedgerEntry, Message } from '#core/decision.ts';
import { confirmJourneyId } from '#core/double-opt-in.ts';
import { alwaysEvaluated, type CustomerId, eventKey, isConfirmation } from '#core/event.ts';
import { FAR } from '#core/instant.ts';
import { linkRelease, mentionedEvents } from '#core/linked.ts';
import { differences } from '#core/loyalty/audit.ts';
import { counted } from '#core/metrics.ts';
import { scoreAt } from '#core/scoring.ts';
import { touchesWith } from '#core/touches.ts';
import type { Item, Mail } from '#usecases/ports.ts';
import { personOf } from '#usecases/store/customers.ts';
import { eventOf } from '#usecases/store/events.ts';
import { customerPk, decisionSk } from '#usecases/store/keys.ts';
import { budgetsAreKept } from './budgets.ts';
import type { World } from './world.ts';

export function checkAll(world: World): void {
  acceptedEventsStandOnceAndAreEvaluatedOnce(world);
  decisionsAndEffectsStandTogether(world);
  noMessageWasHandedOverTwice(world);
  whoHasNotConfirmedGetsNothingElse(world);
  everyMessageHasAnEnd(world);
  nothingWaitsForEver(world);
  if (world.release.prediction !== undefined) segmentsAreAsTheirConditionsSay(world);
  balancesAreTheSumOfTheirLedgers(world);
  scoresAndTouchesAreWhatTheTimelinesSay(world);
  budgetsAreKept(world);
}

const itemsOf = (world: World, prefix: string): Item[] =>
  [...world.table.items.values()].filter(({ sk }) => sk.startsWith(prefix));

export function customersOf(world: World): Customer[] {
  return itemsOf(world, 'STATE').flatMap((item) => personOf(item).customer ?? []);
}

/** I1 */
function acceptedEventsStandOnceAndAreEvaluatedOnce(world: World): void {
  const ruled = new Set<string>([...mentionedEvents(world.release), ...alwaysEvaluated]);
  for (const event of world.accepted) {
    const pk = customerPk(event.customer);
    expect(world.table.items.has(JSON.stringify([pk, eventKey(event)])), `I1: ${event.name} ${event.id} stands`).toBe(true);
    const decision = world.table.items.has(JSON.stringify([pk, decisionSk(eventKey(event))]));
    expect(decision, `I1: ${event.name} ${event.id} is evaluated`).toBe(ruled.has(event.name));
  }
  const orders = new Map<string, Set<string>>();
  for (const { name, id, customer } of world.accepted) if (name === 'Order Completed') orders.set(id, new Set([customer]));
  const counted = customersOf(world).reduce((sum, { metrics }) => sum + orderCount(world, metrics), 0);
  expect(counted, 'I1: every order is counted once').toBe(orders.size);
}

/** The count of all orders ever: the metric without a window and without a sum. */
function orderCount(_: World, metrics: Customer['metrics']): number {
  const unbounded = Object.values(metrics).filter(({ t, s }) => t === undefined && s === undefined);
  return unbounded[0]?.n ?? 0;
}

/** I2 */
function decisionsAndEffectsStandTogether(world: World): void {
  const noted = new Set<string>();
  for (const item of itemsOf(world, 'D#')) {
    for (const { what, message } of (JSON.parse(String(item.body)) as Decision).notes) {
      if ((what === 'message' || what === 'message_skipped') && message !== undefined) noted.add(message);
    }
  }
  const stored = new Set(itemsOf(world, 'M#').map(({ sk }) => sk.slice(2)));
  expect([...noted].sort(), 'I2: each decided message is stored, and each stored one was decided').toEqual([...stored].sort());
}

/** I4, of a topic that is asked for by double opt-in alone: its mails come after somebody pressed the button, or never. */
function whoHasNotConfirmedGetsNothingElse({ table, handovers, release, accepted }: World): void {
  const asking = new Set(release.forms.filter(({ optIn }) => optIn === 'double').map(({ id }) => confirmJourneyId(id)));
  const topics = new Set(release.forms.flatMap(({ optIn, consent }) => (optIn === 'double' ? (consent?.topics ?? []) : [])));
  const messageOf = ({ tags }: Mail): Message =>
    JSON.parse(String(table.items.get(JSON.stringify([`C#${tags.customer}`, `M#${tags.message}`]))?.body)) as Message;
  const person = whoIsWho(table);
  const confirmed = accepted.filter(isConfirmation);
  const asked = new Map<string, number>();
  for (const { mail, at } of handovers) {
    const { customer, journey, topic } = messageOf(mail);
    if (asking.has(journey)) asked.set(`${journey} ${customer}`, (asked.get(`${journey} ${customer}`) ?? 0) + 1);
    if (!topics.has(topic)) continue;
    const before = confirmed.filter((event) => person(event.customer) === person(customer) && event.at <= at);
    expect(before.length, `I4: ${mail.tags.message} of ${topic} went to somebody who had not confirmed`).toBeGreaterThan(0);
  }
  for (const [who, times] of asked) expect(times, `I4: ${who} is asked within bounds`).toBeLessThanOrEqual(30);
}

/** Of each id the one that it was folded into, at the end of all pointers. */
function whoIsWho(table: World['table']): (id: string) => string {
  const pointers = new Map(
    [...table.items.values()].flatMap(({ pk, sk, mergedInto }) =>
      sk === 'STATE' && mergedInto !== undefined ? [[pk, customerPk(String(mergedInto) as CustomerId)] as const] : [],
    ),
  );
  const end = (pk: string): string => {
    const next = pointers.get(pk);
    return next === undefined ? pk : end(next);
  };
  return (id) => end(customerPk(id as CustomerId));
}

/** I3: with the policy `assume_sent`, whatever happens. */
function noMessageWasHandedOverTwice(world: World): void {
  const times = new Map<string, number>();
  for (const { mail } of world.handovers) times.set(mail.tags.message ?? '', (times.get(mail.tags.message ?? '') ?? 0) + 1);
  expect(
    [...times].filter(([, count]) => count > 1),
    'I3: handed over twice',
  ).toEqual([]);
}

/** I3, I8: nothing stays in doubt, and what was not sent says why. */
function everyMessageHasAnEnd(world: World): void {
  for (const item of itemsOf(world, 'M#')) {
    const { sk, status, reason } = item;
    expect(
      ['sent', 'delivered', 'opened', 'clicked', 'bounced', 'complained', 'skipped', 'failed'],
      `${sk} ended as ${status}`,
    ).toContain(status);
    if (status === 'skipped' || status === 'failed') expect(reason, `I8: ${sk} says why`).toBeTruthy();
    expect((JSON.parse(String(item.body)) as Message).id).toBe(sk.slice(2));
  }
}

/** I6 */
function nothingWaitsForEver(world: World): void {
  for (const item of itemsOf(world, 'STATE')) {
    const { customer } = personOf(item);
    if (customer === undefined) continue;
    const next = wakeAt(customer);
    for (const run of customer.runs) expect(next, `I6: ${run.id} is woken in time`).toBeLessThanOrEqual(run.until);
    expect(next, `I6: ${customer.id} is not overdue`).toBeGreaterThan(world.now());
    const due = next === Number.POSITIVE_INFINITY ? FAR : new Date(next).toISOString();
    expect(String(item.wakeAt) <= due, `I6: the index wakes ${customer.id} in time`).toBe(true);
    expect(item.dueAt).toBe(due);
  }
}

/**
 * I6 of forecasts: whoever is at rest under the current release is in a segment exactly if its condition holds, by the model or by
 * the plain rule, and is woken at or before the instant at which that next may change.
 */
function segmentsAreAsTheirConditionsSay(world: World): void {
  const current = linkRelease(world.current());
  for (const customer of customersOf(world)) {
    if (Object.keys(customer.segments).length === 0 && customer.release === undefined) continue;
    expect(customer.release, `I6: ${customer.id} has the current release`).toBe(current.id);
    for (const [id, { test }] of current.segments) {
      const truth = test({ customer, now: world.now(), properties: {}, trigger: {} });
      expect(id in customer.segments, `I6: ${customer.id} in ${id}`).toBe(truth.is);
      expect(wakeAt(customer), `I6: ${customer.id} is woken when ${id} may change`).toBeLessThanOrEqual(truth.until);
    }
  }
}

/** I5 */
function balancesAreTheSumOfTheirLedgers(world: World): void {
  for (const customer of customersOf(world)) {
    const ids = [customer.id, ...customer.merged];
    const entries = ids.flatMap((id) => itemsOf(world, 'L#').filter(({ pk }) => pk === customerPk(id)));
    const ledger = entries.map(({ body }) => JSON.parse(String(body)) as LedgerEntry);
    expect(differences(customer.loyalty, ledger, { allowDebt: false }), `I5: the points of ${customer.id}`).toEqual([]);
  }
}

/** I7: whatever was late, came twice, or came to two who are one, the score is that of the events in their order. */
function scoresAndTouchesAreWhatTheTimelinesSay(world: World): void {
  const catalogue = linkRelease(world.release);
  const score = catalogue.scores.get('lead');
  if (score === undefined) return;
  const events = itemsOf(world, 'E#').map(eventOf);
  for (const customer of customersOf(world)) {
    const ids = [customer.id, ...customer.merged];
    const own = events.filter((event) => ids.includes(event.customer)).sort((one, other) => one.at - other.at);
    const metrics: Record<string, Metric> = {};
    for (const event of own) {
      for (const metric of catalogue.metrics.get(event.name) ?? []) {
        if (metric.tally !== undefined) metrics[metric.id] = counted(metrics[metric.id], metric, event, event.at);
      }
    }
    const [kept, told] = [customer.metrics, metrics].map((one) => scoreAt(score, { ...customer, metrics: one }, world.now()));
    expect(kept, `I7: the score of ${customer.id}`).toBeCloseTo(told ?? Number.NaN, 2);
    expect(customer.touches, `I7: the touches of ${customer.id}`).toEqual(own.reduce(touchesWith, undefined));
  }
}
