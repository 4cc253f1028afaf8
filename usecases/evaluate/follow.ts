/** From an id to the person: whoever was folded into another is found there. */
import { formerUser } from '#core/claim.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import type { Table } from '../ports.ts';
import { type Commit, loadPeople, type People, type Person, POINTERS_MAX } from '../store/customers.ts';

/** Whoever an id stands for by now, over the pointers that folding leaves behind. */
export async function follow(
  table: Table,
  people: People,
  id: CustomerId,
): Promise<{ person: Person; byId: ReadonlyMap<CustomerId, Person>; hops: number }> {
  let { byId } = people;
  let person = byId.get(id) ?? { id, version: 0 };
  let hops = 0;
  for (; person.mergedInto !== undefined; hops += 1) {
    if (hops === POINTERS_MAX) throw new Error(`the pointers from ${id} do not end within ${POINTERS_MAX}`);
    const next = person.mergedInto;
    if (!byId.has(next)) byId = new Map([...byId, ...(await loadPeople(table, [next])).byId]);
    person = byId.get(next) ?? { id: next, version: 0 };
  }
  return { person, byId, hops };
}

/** Who came here over several pointers points straight from now on. */
export function shortcut(person: Person | undefined, hops: number, found: readonly Pick<Person, 'id'>[]): Commit['pointers'] {
  return person === undefined || hops < 2 || found.some(({ id }) => id === person.id) ? [] : [person];
}

/** An alias makes two users one: whoever the former id belongs to by now is needed, too. */
export async function withFormer(table: Table, people: People, events: readonly TimelineEvent[]): Promise<People> {
  let { byId } = people;
  for (const event of events) {
    const former = formerUser(event);
    if (former === undefined) continue;
    const root = await follow(table, { ...people, byId }, former);
    byId = new Map([
      ...root.byId,
      [
        former,
        root.hops < 2 ? (root.byId.get(former) as Person) : { ...(root.byId.get(former) as Person), mergedInto: root.person.id },
      ],
    ]);
  }
  return { ...people, byId };
}
