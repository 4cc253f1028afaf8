/** What a new release counts, for somebody whom it finds there. */
import { backfill, newMetrics, newOrders, newTouches } from '#core/backfill.ts';
import type { Customer } from '#core/customer.ts';
import { eventKey, type TimelineEvent } from '#core/event.ts';
import type { Catalogue } from '#core/linked.ts';
import type { EvaluateDependencies } from '../evaluate.ts';
import type { Person } from '../store/customers.ts';
import { readEvents } from '../store/events.ts';

/**
 * A release that is new to this person may count what none before it counted: that is filled from the timeline. Under a
 * shop's first release there is nothing to fill.
 */
export async function filled(
  { table, catalogues, now }: EvaluateDependencies,
  about: { person: Person; folded: Customer; catalogue: Catalogue; open: readonly TimelineEvent[] },
): Promise<Customer> {
  const { person, folded, catalogue, open } = about;
  const before = person.customer?.release;
  // Somebody who was parted from another was counted anew just then.
  const isCounted = person.customer !== undefined && before === undefined;
  if (before === catalogue.id || isCounted || (before === undefined && !(await catalogues.hasEarlier(catalogue.id))))
    return folded;
  const earlier = before === undefined ? undefined : await catalogues.linked(before);
  const metrics = newMetrics(catalogue, earlier);
  const orders = newOrders(catalogue, earlier);
  const touches = newTouches(catalogue, earlier);
  if (metrics.length === 0 && orders === undefined && !touches) return folded;
  const timeline = await Promise.all([folded.id, ...folded.merged].map((id) => readEvents(table, id)));
  return backfill(folded, timeline.flat(), { metrics, orders, touches, open: new Set(open.map(eventKey)), now: now() });
}
