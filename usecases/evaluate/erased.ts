/** What erasures mean for deciding: events of people who were erased are dropped, and nobody is made anew behind its back. */
import { type CustomerId, eventKey, type TimelineEvent } from '#core/event.ts';
import { type Instant, toIso } from '#core/instant.ts';
import { rememberedSecret, tombstoneKey, verdict } from '../erasure/tombstones.ts';
import type { Table, Write } from '../ports.ts';
import type { Commit, People } from '../store/customers.ts';
import { customerPk } from '../store/keys.ts';

/** The events that count. Those of erased people are removed from the table, where they came after everything else was. */
export async function withoutErased(
  table: Table,
  events: readonly TimelineEvent[],
  { erased }: People,
): Promise<readonly TimelineEvent[]> {
  if (erased.size === 0) return events;
  const dropped = events.filter((event) => verdict(event, (id) => erased.get(id)).type === 'dropped');
  await Promise.all(dropped.map((event) => table.write({ delete: { pk: customerPk(event.customer), sk: eventKey(event) } })));
  return dropped.length === 0 ? events : events.filter((event) => !dropped.includes(event));
}

/**
 * What must hold when a decision is committed: nobody who is new to the table was erased since it was read, and a fresh
 * sign-up lifts the tombstones in its way.
 */
export function erasureWrites(
  table: Table,
  { erased }: People,
  { events, commit, now }: { readonly events: readonly TimelineEvent[]; readonly commit: Commit; readonly now: Instant },
): readonly Write[] {
  const { customer, version, pointers } = commit;
  const secret = rememberedSecret(table);
  if (secret === undefined) return [];
  const fresh = new Set(
    events.flatMap((event) => {
      const found = verdict(event, (id) => erased.get(id));
      return found.type === 'fresh' ? found.ids : [];
    }),
  );
  const made: CustomerId[] = [{ id: customer.id, version }, ...pointers].flatMap((one) => (one.version === 0 ? [one.id] : []));
  return [...new Set([...fresh, ...made])].flatMap((id): Write[] => {
    const key = tombstoneKey(secret, id);
    const known = erased.get(id);
    if (known === undefined) return [{ check: key, if: 'absent' }];
    const asRead = { at: toIso(known.at), lifted: known.lifted };
    if (!fresh.has(id)) return [{ check: key, if: asRead }];
    return [{ update: key, set: { lifted: true, liftedAt: toIso(now) }, if: asRead }];
  });
}
