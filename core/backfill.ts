import type { Customer, Metric } from './customer.ts';
import { eventKey, type TimelineEvent } from './event.ts';
import { HOUR_MS, type Instant } from './instant.ts';
import type { Catalogue, LinkedMetric } from './linked.ts';
import { counted } from './metrics.ts';
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

/**
 * Fills metrics, and where people come from, from a person's timeline. Events that are being evaluated right now (`open`, by key) are left to their
 * evaluation; those of the last hour that are counted here are remembered, since theirs may be still to come.
 */
export function backfill(
  customer: Customer,
  timeline: readonly TimelineEvent[],
  {
    metrics,
    touches,
    open,
    now,
  }: {
    readonly metrics: readonly LinkedMetric[];
    readonly touches: boolean;
    readonly open: ReadonlySet<string>;
    readonly now: Instant;
  },
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
    ...customer,
    ...(came && { touches: came }),
    metrics: { ...Object.fromEntries(kept), ...filled },
    filled: { metrics: [...ids], events: recent },
  };
}
