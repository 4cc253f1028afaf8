import type { Customer, Metric } from './customer.ts';
import { eventKey, type TimelineEvent } from './event.ts';
import { HOUR_MS, type Instant } from './instant.ts';
import { canonical, type Json } from './json.ts';
import type { Catalogue, LinkedMetric } from './linked.ts';
import { counted } from './metrics.ts';
import { type OrdersState, orderTaken } from './prediction/orders.ts';
import type { OrderReading } from './prediction/settings.ts';
import { touchesWith } from './touches.ts';

/** Events that were received this long ago have been evaluated, or lie in a dead-letter queue. */
const UNDERWAY_MS = HOUR_MS;

/** Metrics of a release that an earlier one did not keep; all of them, where there was none. */
export function newMetrics(catalogue: Catalogue, earlier: Catalogue | undefined): LinkedMetric[] {
  const known = new Set([...(earlier?.metrics.values() ?? [])].flat().map(({ id }) => id));
  return [...catalogue.metrics.values()].flat().filter(({ id }) => !known.has(id));
}

/** Whether a release looks at where people come from, and the earlier one did not. */
export function newTouches(catalogue: Catalogue, earlier: Catalogue | undefined): boolean {
  return catalogue.release.scoring !== undefined && earlier?.release.scoring === undefined;
}

/** How a release reads orders, where an earlier one kept none or read them otherwise. */
export function newOrders(catalogue: Catalogue, earlier: Catalogue | undefined): OrderReading | undefined {
  const [now, before] = [catalogue.prediction?.reading, earlier?.prediction?.reading];
  if (now === undefined || before === undefined) return now;
  return canonical(now as unknown as Json) === canonical(before as unknown as Json) ? undefined : now;
}

type Filling = {
  readonly metrics: readonly LinkedMetric[];
  /** How orders are read, where they are filled, too. */
  readonly orders?: OrderReading | undefined;
  /** Whether it is looked at where people come from. */
  readonly touches: boolean;
  readonly open: ReadonlySet<string>;
  readonly now: Instant;
};

/**
 * Fills metrics, where people come from and the history of orders from a person's timeline. Events that are being evaluated right now (`open`, by key) are left to their
 * evaluation; those of the last hour that are counted here are remembered, since theirs may be still to come.
 */
export function backfill(
  customer: Customer,
  timeline: readonly TimelineEvent[],
  { metrics, orders, touches, open, now }: Filling,
): Customer {
  const events = timeline.filter((event) => !open.has(eventKey(event))).sort((one, other) => one.at - other.at);
  const filled: Record<string, Metric> = {};
  for (const definition of metrics) {
    const metric = events.reduce<Metric | undefined>((before, event) => {
      if (event.name !== definition.event) return before;
      const about = { customer, now: event.at, properties: event.properties, trigger: event.properties };
      if (definition.where !== undefined && !definition.where(about).is) return before;
      return counted(before, definition, event, event.at);
    }, undefined);
    if (metric !== undefined) filled[definition.id] = metric;
  }
  const ids = new Set(metrics.map(({ id }) => id));
  const kept = Object.entries(customer.metrics).filter(([id]) => !ids.has(id));
  const recent = events.filter(({ receivedAt }) => receivedAt > now - UNDERWAY_MS).map(eventKey);
  const came = touches ? events.reduce(touchesWith, customer.touches) : undefined;
  return {
    ...(orders === undefined ? customer : withOrders(customer, events, orders)),
    ...(came && { touches: came }),
    metrics: { ...Object.fromEntries(kept), ...filled },
    filled: { metrics: [...ids], events: recent },
  };
}

/** An order that is counted here is known by its id when its own evaluation comes. */
function withOrders({ orders: _, ...customer }: Customer, events: readonly TimelineEvent[], reading: OrderReading): Customer {
  const orders = events.reduce<OrdersState | undefined>(
    (before, event) => orderTaken(before, reading, event).state ?? before,
    undefined,
  );
  return { ...customer, ...(orders && { orders }) };
}
