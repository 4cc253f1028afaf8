/** A learnt model made ready for deciding: what is foretold of somebody, and when that next crosses a bound. */
import type { Comparison } from '../condition.ts';
import type { Customer } from '../customer.ts';
import { add, DAY_MS, fromIso, type Instant, NEVER } from '../instant.ts';
import type { Json } from '../json.ts';
import type { Loyalty } from '../loyalty/programme.ts';
import { compare, type Test, type Truth } from '../test.ts';
import { firstInstant } from './crossing.ts';
import { type Forecast, forecastOf } from './forecasts.ts';
import { maxAgeOf, type OrderReading, orderReading, type ReleasedPrediction } from './settings.ts';

export type LinkedPrediction = {
  /** Events that are orders, refunds and cancellations. */
  readonly events: ReadonlySet<string>;
  readonly reading: OrderReading;
  /** From then on the model is too old to say anything; NEVER where there is none. */
  readonly staleAt: Instant;
  /** A condition on a forecast; undefined where the attribute is none. A forecast that is not to be had compares as no value. */
  readonly test: (path: string, comparison: Comparison) => Test | undefined;
  /** Why one of these attributes has no forecast now; undefined where all forecasts among them have. */
  readonly missing: (paths: readonly string[], customer: Customer, now: Instant) => string | undefined;
  /** What a customer's forecasts are at an instant, by attribute; those that are not to be had are left out. */
  readonly values: (customer: Customer, now: Instant) => Readonly<Record<string, Json>>;
};

/** All attributes that are foretold. Numbers fall while no order comes; the others stand still, or change at midnight UTC. */
export const predictedNumbers = [
  'prediction.pAlive',
  'prediction.pOrder90Days',
  'prediction.expectedOrders12Months',
  'clv.next12Months',
] as const;
export const predictedAttributes = [...predictedNumbers, 'prediction.nextOrderAt', 'rfm.group', 'rfm.score'] as const;

type PredictedAttribute = (typeof predictedAttributes)[number];

export function linkPrediction({ settings, model }: ReleasedPrediction, loyalty: Loyalty | undefined): LinkedPrediction {
  const reading = orderReading(settings, loyalty);
  const { orders } = reading;
  const learntAt = model === undefined ? undefined : (fromIso(model.fittedAt) ?? 0);
  const staleAt = learntAt === undefined ? NEVER : add(learntAt, maxAgeOf(settings));
  const forecasts = new Map(
    predictedAttributes.map((path) => [path as string, model && forecastOf(path, model, settings)] as const),
  );
  const missing = (path: string, { orders: known }: Customer, now: Instant): string | undefined => {
    if (!forecasts.has(path)) return undefined;
    if (model === undefined) return 'no model has been learnt yet';
    if (now >= staleAt) return `the model of ${model.fittedAt.slice(0, 10)} is older than ${maxAgeOf(settings)}`;
    if (known?.history === undefined) return 'no order is known';
    return forecasts.get(path)?.(known.history) === undefined ? `the model does not tell ${path}` : undefined;
  };
  const held = (path: string, customer: Customer, now: Instant): Forecast | undefined => {
    const history = now < staleAt ? customer.orders?.history : undefined;
    return history && forecasts.get(path)?.(history);
  };
  return {
    events: new Set([orders.event, ...orders.refunded, ...orders.cancelled]),
    reading,
    staleAt,
    missing: (paths, customer, now) => {
      for (const path of paths) {
        const why = missing(path, customer, now);
        if (why !== undefined) return why;
      }
      return undefined;
    },
    test: (path, comparison) => {
      if (!forecasts.has(path)) return undefined;
      return ({ customer, now }) => {
        const forecast = held(path, customer, now);
        if (forecast === undefined) return compare(undefined, comparison, now);
        return truthOf(forecast, comparison, { now, staleAt });
      };
    },
    values: (customer, now) =>
      Object.fromEntries(
        predictedAttributes.flatMap((path) => {
          const forecast = held(path, customer, now);
          return forecast === undefined ? [] : [[path, forecast.at(now)]];
        }),
      ),
  };
}

type Span = { readonly now: Instant; readonly staleAt: Instant };

function truthOf(forecast: Forecast, comparison: Comparison, { now, staleAt }: Span): Truth {
  const { is, until } = compare(forecast.at(now), comparison, now);
  const truthAt = (at: Instant): boolean => compare(forecast.at(at), comparison, at).is;
  if (forecast.type === 'fixed') return { is, until: Math.min(until, staleAt) };
  if (forecast.type === 'steps') {
    for (let at = forecast.changesAfter(now); at < staleAt; at = forecast.changesAfter(at))
      if (truthAt(at) !== is) return { is, until: at };
    return { is, until: staleAt };
  }
  return { is, until: Math.min(staleAt, nextFlip(forecast.at, comparison, { now, staleAt })) };
}

/**
 * A value that only falls: what is above an upper bound will get below it, and what has got below a lower one stays there.
 * So there is one next change, solved for to the millisecond. Comparisons other than bounds are looked at again each day.
 */
function nextFlip(valueAt: (at: Instant) => number, comparison: Comparison, { now, staleAt }: Span): Instant {
  const { gt, gte, lt, lte, exists: _, ...rest } = comparison;
  if (Object.keys(rest).some((key) => key !== 'attribute')) return (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  const isLow = (at: Instant): boolean => !compare(valueAt(at), { ...bound('gt', gt), ...bound('gte', gte) }, at).is;
  const isBelow = (at: Instant): boolean => compare(valueAt(at), { ...bound('lt', lt), ...bound('lte', lte) }, at).is;
  if (isLow(now)) return NEVER;
  const turns = isBelow(now) ? isLow : isBelow;
  if (!turns(staleAt)) return NEVER;
  const line = [gt, gte, lt, lte].find((one) => typeof one === 'number') as number;
  return firstInstant(turns, now, near(valueAt, line, { now, staleAt }));
}

function bound(key: 'gt' | 'gte' | 'lt' | 'lte', value: number | string | undefined): Comparison {
  return value === undefined ? {} : { [key]: value };
}

/** About where a falling value meets a line, by the Illinois form of false position: where to begin to look. */
function near(valueAt: (at: Instant) => number, line: number, { now, staleAt }: Span): Instant {
  let [from, to, above, below] = [now, staleAt, valueAt(now) - line, valueAt(staleAt) - line];
  for (let round = 0; round < ROUNDS_MAX && to - from > 1 && above > 0 && below < 0; round += 1) {
    const middle = from + ((to - from) * above) / (above - below);
    const value = valueAt(middle) - line;
    if (value > 0) [from, above, below] = [middle, value, below / 2];
    else if (value < 0) [to, below, above] = [middle, value, above / 2];
    else return Math.round(middle);
    if (Math.abs(value) < 1e-13) return Math.round(middle);
  }
  return Math.round(above > 0 ? from : to);
}

const ROUNDS_MAX = 20;

export function isPredicted(path: string): path is PredictedAttribute {
  return predictedAttributes.some((one) => one === path);
}
