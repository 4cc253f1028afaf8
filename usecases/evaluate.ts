import { type Advanced, advance } from '#core/advance.ts';
import { otherIds } from '#core/claim.ts';
import type { Customer } from '#core/customer.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { eventKey } from '#core/event.ts';
import { type Instant, toIso } from '#core/instant.ts';
import type { Catalogue } from '#core/linked.ts';
import { trimmed } from '#core/metrics.ts';
import type { OffersLeft } from '#core/offer-budget.ts';
import { erasureWrites, withoutErased } from './evaluate/erased.ts';
import { filled } from './evaluate/filled.ts';
import { follow, shortcut, withFormer } from './evaluate/follow.ts';
import { setFree } from './evaluate/set-free.ts';
import { whoIsWho, withNotes } from './evaluate/who-is-who.ts';
import type { Clock, Write } from './ports.ts';
import { takeReferrals } from './referrals.ts';
import { type Commit, commit, loadPeople, type People, type Person, wakeIso, writesOf } from './store/customers.ts';
import { append, TRANSACTION_MAX } from './store/events.ts';
import { customerPk, decisionSk } from './store/keys.ts';
import type { LinkedCatalogues } from './store/linked-catalogues.ts';
import { type AssignDependencies, voucherWrites } from './vouchers/assign.ts';
import { type BudgetDependencies, withinBudgets } from './vouchers/budgets.ts';
import { takeRedemptions } from './vouchers/told.ts';

/** One thing to evaluate: an event of a customer, or, without one, a customer whose time has come. */
export type Task = { readonly id: string; readonly customer: CustomerId; readonly event?: TimelineEvent };

export type EvaluateDependencies = AssignDependencies &
  BudgetDependencies & { readonly catalogues: LinkedCatalogues; readonly now: Clock };

/** Lost races in a row before a batch is given back to its queue. */
const ATTEMPTS_MAX = 8;

/**
 * Evaluates a batch: one read for all its customers, one transaction for each. Answers the tasks that failed, with the
 * cause; the others stand. An event that was evaluated before is left alone, however often it comes.
 */
export async function evaluate(
  dependencies: EvaluateDependencies,
  tasks: readonly Task[],
): Promise<ReadonlyMap<string, unknown>> {
  const groups = Map.groupBy(tasks, ({ customer }) => customer);
  const people = await loadPeople(dependencies.table, [
    ...groups.keys(),
    ...tasks.flatMap(({ event }) => (event ? otherIds(event) : [])),
  ]);
  const failed = new Map<string, unknown>();
  await Promise.all(
    [...groups.values()].map(async (group) => {
      try {
        await evaluateOne(dependencies, group, people);
      } catch (cause) {
        for (const { id } of group) failed.set(id, cause);
      }
    }),
  );
  return failed;
}

async function evaluateOne(dependencies: EvaluateDependencies, tasks: readonly Task[], first: People): Promise<void> {
  const customer = tasks[0]?.customer;
  if (customer === undefined) return;
  let open = [...new Map(tasks.flatMap(({ event }) => (event ? [[eventKey(event), event] as const] : []))).values()];
  // Before anything is told of them: a late event of somebody erased leaves no trace.
  const known = await withoutErased(dependencies.table, open, first);
  if (known.length === 0 && open.length > 0) return;
  open = [...known];
  await takeRedemptions(dependencies, open);
  await takeReferrals(dependencies, open, first);
  const settled = new Set<string>();
  let people: People | undefined = first;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    people ??= await loadPeople(dependencies.table, [customer, ...open.flatMap(otherIds)]);
    const counting = await withoutErased(dependencies.table, open, people);
    if (counting.length === 0 && open.length > 0) return;
    open = [...counting];
    const outcome = await decideOnce(dependencies, customer, { open, settled, attempt }, people);
    if (outcome.ok) {
      if (outcome.left.length === 0) return;
      open = outcome.left;
      attempt = -1;
    } else if (outcome.reason === 'evaluated') {
      const keys = new Set(outcome.keys);
      open = open.filter((event) => !keys.has(`${customerPk(event.customer)} ${decisionSk(eventKey(event))}`));
      if (open.length === 0) return;
    } else if (outcome.reason === 'settled') {
      for (const message of outcome.messages) settled.add(message);
    }
    people = undefined;
  }
  throw new Error(`${ATTEMPTS_MAX} races in a row were lost for ${customer}`);
}

type Outcome = { readonly ok: true; readonly left: TimelineEvent[] } | Extract<Awaited<ReturnType<typeof commit>>, { ok: false }>;

type Asked = {
  readonly open: readonly TimelineEvent[];
  readonly settled: ReadonlySet<string>;
  readonly attempt: number;
};

/** Decides on as many of the events as one transaction holds, and commits. */
async function decideOnce(
  dependencies: EvaluateDependencies,
  id: CustomerId,
  { open, settled, attempt }: Asked,
  people: People,
): Promise<Outcome> {
  let events = open;
  const { table, catalogues, now } = dependencies;
  if (people.release === undefined) throw new Error('no release is published: events wait until there is one');
  const { person, byId, hops } = await follow(table, await withFormer(table, people, events), id);
  // Somebody who is not there, or not any more, has no time that could have come.
  if (events.length === 0 && person.customer === undefined) return { ok: true, left: [] };
  const at = now();
  let taken = events;
  for (;;) {
    const folded = whoIsWho(person, taken, byId, at);
    // What was read is taken as it is in the end, however odd.
    if (folded.isStale && attempt < ATTEMPTS_MAX / 2) return { ok: false, reason: 'version' };
    const catalogue = await catalogues.linked(people.release, [...new Set(folded.customer.runs.map(({ version }) => version))]);
    if (folded.release !== undefined) {
      const { before } = folded.release;
      if (before.length === 0) {
        await setFree(table, { ...folded.release, seen: byId }, catalogue, at);
        return { ok: false, reason: 'version' };
      }
      [taken, events] = [before, [...before, ...events.filter((event) => !before.includes(event))]];
      continue;
    }
    const one = folded.pointers.length === 0 ? folded.customer : inBounds(folded.customer, catalogue);
    const customer = await filled(dependencies, { person, folded: one, catalogue, open: events });
    const settle = async (decision: Advanced, spending: readonly Write[]): Promise<Outcome | 'too big'> => {
      const advanced = withNotes(decision, folded.notes);
      // A message that this very decision makes cannot be in doubt: its event was evaluated before, and the commit will say so.
      const made = new Set(advanced.effects.flatMap((effect) => (effect.type === 'message' ? [effect.message.id] : [])));
      const isOpen = (message: string): boolean => !settled.has(message) && !made.has(message);
      const effects = advanced.effects.filter((effect) => effect.type !== 'settle' || isOpen(effect.message));
      const found = folded.pointers.map((pointer) => ({ ...pointer, version: byId.get(pointer.id)?.version ?? 0 }));
      const pointers = [...found, ...shortcut(byId.get(id), hops, found)];
      const decided = { ...advanced, effects, version: person.version, pointers };
      const erasures = erasureWrites(table, people, { events: taken, commit: decided, now: at });
      const vouchers = await voucherWrites(dependencies, effects, { pools: catalogue.pools, attempt });
      const change: Commit = { ...decided, also: [...erasures, ...vouchers, ...spending], ...keptIndex(events, person, at) };
      if (events.length === 0 && isIdle(change, person)) return { ok: true, left: [] };
      if (writesOf(change).length > TRANSACTION_MAX) return 'too big';
      const committed = await commit(table, change);
      return committed.ok ? { ok: true, left: events.slice(taken.length) } : committed;
    };
    const decide = (left: OffersLeft): Advanced => advance(customer, taken, catalogue, at, left);
    const outcome = await withinBudgets(dependencies, { catalogue, now: at, attempt }, { decide, settle });
    if (outcome !== 'too big') return outcome ?? { ok: false, reason: 'version' };
    if (taken.length <= 1) throw new Error(`one event of ${id} leads to more than ${TRANSACTION_MAX} writes`);
    taken = [...events].sort((one, other) => one.at - other.at).slice(0, Math.floor(taken.length / 2));
    events = [...taken, ...events.filter((event) => !taken.includes(event))];
  }
}

const inBounds = (customer: Customer, { metrics }: Catalogue): Customer => ({
  ...customer,
  metrics: trimmed(customer.metrics, [...metrics.values()].flat()),
});

/** With an event the index entry may stay where it is, if it is still to come; a wake puts it right. */
function keptIndex(events: readonly TimelineEvent[], { indexAt }: Person, now: Instant): Pick<Commit, 'indexAt'> {
  return events.length > 0 && indexAt !== undefined && indexAt > toIso(now) ? { indexAt } : {};
}

/** A wake that came twice finds nothing to do, and costs no write; one that came too early still has the index to put right. */
function isIdle({ decisions, customer }: Commit, { customer: before, indexAt }: Person): boolean {
  if (decisions.length > 0) return false;
  return before === undefined || (indexAt === wakeIso(customer) && before.release === customer.release);
}

/** Writes events and evaluates them at once, for callers that must not answer before they have taken effect. */
export async function record(dependencies: EvaluateDependencies, events: readonly TimelineEvent[]): Promise<void> {
  if (events.length === 0) return;
  await append(dependencies.table, events);
  const failed = await evaluate(
    dependencies,
    events.map((event) => ({ id: event.id, customer: event.customer, event })),
  );
  for (const cause of failed.values()) throw cause;
}
