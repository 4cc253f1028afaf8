import type { Customer } from '#core/customer.ts';
import type { Decision, LedgerEntry } from '#core/decision.ts';
import type { CustomerId } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import type { Release as Claimed } from '#core/identified.ts';
import { type Instant, toIso } from '#core/instant.ts';
import type { Catalogue } from '#core/linked.ts';
import { freed, part } from '#core/part.ts';
import type { Table, Write } from '../ports.ts';
import { ledgerItem, loadPeople, loadPerson, type Person, pointerItem, stateItem } from '../store/customers.ts';
import { evaluatedEvents, readAll, TRANSACTION_MAX } from '../store/events.ts';
import { itemKey, stateKey } from '../store/keys.ts';

/**
 * Sets an address or a browser free that was folded into a person on a weaker word than the one that is known now: both
 * are what they would be had it never been. What was decided meanwhile (journeys, mails, points) stays with the person;
 * the rest is read anew from the two timelines. Nothing happens where what was seen is not so any more: whoever asked for
 * it decides again.
 */
export async function setFree(
  table: Table,
  { id, from, seen }: Claimed & Seen,
  catalogue: Catalogue,
  now: Instant,
): Promise<void> {
  const person = await loadPerson(table, from);
  const { customer } = person;
  if (customer === undefined || !customer.merged.includes(id)) return;
  const { byId } = await loadPeople(table, customer.merged);
  const isStale = (one: Person | undefined): boolean => one !== undefined && (seen.get(one.id) ?? one).version !== one.version;
  if (isStale(person) || isStale(byId.get(id))) return;
  const free = freed(id, byId.values());
  const ids = [customer.id, ...customer.merged];
  const timelines = new Map(await Promise.all(ids.map(async (one) => [one, await evaluatedEvents(table, one)] as const)));
  const { left, released } = part(customer, { id, free, timelines, catalogue, now });
  const version = person.version + 1;
  const here = byId.get(id)?.version ?? 0;
  const writes: Write[] = [
    { put: stateItem(left, version, toIso(now)), if: { version: person.version } },
    released === undefined
      ? { delete: stateKey(id), if: { version: here } }
      : { put: stateItem(released, here + 1, toIso(now)), if: { version: here } },
    {
      put: {
        ...itemKey(customer.id, `D#${toIso(now)}#wake-${version}`),
        version,
        decidedFor: customer.id,
        body: told(id, catalogue, now),
      },
    },
    ...[...free].flatMap((one) => (one === id ? [] : pointTo(id, byId.get(one)))),
    ...(await movedPoints(table, free, left, now)),
  ];
  const { ok } = await table.transact(writes.slice(0, TRANSACTION_MAX));
  for (let at = TRANSACTION_MAX; ok && at < writes.length; at += TRANSACTION_MAX)
    await table.transact(writes.slice(at, at + TRANSACTION_MAX));
}

/** Points stay where they were counted: what was booked under an id that is free now is booked to the person instead. */
async function movedPoints(
  table: Table,
  free: ReadonlySet<CustomerId>,
  { id, loyalty }: Customer,
  now: Instant,
): Promise<Write[]> {
  const writes = [...free].map(async (from): Promise<Write[]> => {
    const entries = (await readAll(table, from, 'L#')).map(({ body }) => JSON.parse(String(body)) as LedgerEntry);
    const points = entries.reduce((sum, entry) => sum + entry.points, 0);
    const pending = entries.reduce((sum, entry) => sum + (entry.pending ?? 0), 0);
    if (points === 0 && pending === 0) return [];
    const base = { at: now, type: 'adjust', source: `${from} ${entries.length}` } as const;
    const reason = 'booked while two were taken for one person';
    const all: LedgerEntry[] = [
      {
        ...base,
        id: `led_${digest(20, from, 'from', base.source)}`,
        customer: from,
        points: 0 - points,
        pending: 0 - pending,
        balance: 0,
        reason,
      },
      {
        ...base,
        id: `led_${digest(20, from, 'to', base.source)}`,
        customer: id,
        points,
        pending,
        balance: loyalty?.points ?? 0,
        reason,
      },
    ];
    return all.map((entry) => ({ put: ledgerItem(entry), if: 'absent' }));
  });
  return (await Promise.all(writes)).flat();
}

type Seen = { readonly seen: ReadonlyMap<CustomerId, Person> };

function pointTo(id: CustomerId, person: Person | undefined): Write[] {
  if (person === undefined) return [];
  return [{ put: pointerItem({ ...person, version: person.version + 1 }, id), if: { version: person.version } }];
}

function told(id: CustomerId, { id: release }: Catalogue, now: Instant): string {
  const why = `a better word says that ${id} is somebody else: what happened under it is theirs again`;
  const decision: Decision = { at: now, now, release, notes: [{ at: now, what: 'identity', why }] };
  return JSON.stringify(decision);
}
