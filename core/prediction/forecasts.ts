import { DAY_MS, type Instant, NEVER, toIso } from '../instant.ts';
import { type OrderHistory, spenderOf } from './buyers.ts';
import { nextOrderAt, pAliveAt, pOrderAt, type Silence } from './crossing.ts';
import { type Buyer, expectedOrders } from './lifetime.ts';
import type { PredictionModel } from './model.ts';
import { type RfmFacts, rfmOf, whenRfmChanges } from './rfm.ts';
import { type Prediction, valueTermsOf } from './settings.ts';
import { customerValue } from './value.ts';

/** A value as it is until the next order: one that only falls, one that does not change, or one that changes at instants. */
export type Forecast =
  | { readonly type: 'falls'; readonly at: (at: Instant) => number }
  | { readonly type: 'fixed'; readonly at: (at: Instant) => string }
  | {
      readonly type: 'steps';
      readonly at: (at: Instant) => string;
      readonly changesAfter: (at: Instant) => Instant;
    };

/** The next order is expected within so many years, or its date is not worth telling. */
const YEARS_10_MS = 3652 * DAY_MS;
const WEEKS_OF_YEAR = 52;

/** How one attribute is foretold of a customer; the inner answer is undefined where the model does not tell it. */
export function forecastOf(
  attribute: string,
  model: PredictionModel,
  settings: Prediction,
): (history: OrderHistory) => Forecast | undefined {
  const { calibration, spend } = model;
  const terms = { weeks: WEEKS_OF_YEAR, ...valueTermsOf(settings) };
  switch (attribute) {
    case 'prediction.pAlive':
      return (history) => falling(history, (silence, at) => pAliveAt(model, silence, at));
    case 'prediction.pOrder90Days':
      if (calibration === undefined) return () => undefined;
      return (history) =>
        falling(history, (silence, at) => pOrderAt(model, { silence, at, weeks: calibration.days / 7, calibration }));
    case 'prediction.expectedOrders12Months':
      return (history) => falling(history, (silence, at) => expectedOrders(model, buyerOf(silence, at), WEEKS_OF_YEAR));
    case 'clv.next12Months':
      if (spend === undefined) return () => undefined;
      return (history) => {
        const spender = spenderOf(history);
        return falling(history, (silence, at) =>
          customerValue({ lifetime: model, spend }, { buyer: buyerOf(silence, at), spender }, terms),
        );
      };
    case 'prediction.nextOrderAt':
      return (history) => promised(model, silenceOf(history));
    default:
      return (history) => rfm(attribute, model, history);
  }
}

function falling(history: OrderHistory, valueAt: (silence: Silence, at: Instant) => number): Forecast {
  const silence = silenceOf(history);
  // Between the start of an order's day and the order itself nobody is silent.
  return { type: 'falls', at: (at) => valueAt(silence, Math.max(at, silence.lastOrderAt)) };
}

/** The date that the customer's own rhythm promised at the last order: it stands until the next one. */
function promised(model: PredictionModel, silence: Silence): Forecast | undefined {
  const at = nextOrderAt(model, silence, silence.lastOrderAt);
  if (at === NEVER || at - silence.lastOrderAt > YEARS_10_MS) return undefined;
  const text = toIso(at);
  return { type: 'fixed', at: () => text };
}

function rfm(attribute: string, model: PredictionModel, { lastDay, orderDays, revenue }: OrderHistory): Forecast {
  const facts: RfmFacts = { lastOrderDay: lastDay, orderDays, revenue };
  return {
    type: 'steps',
    at: (at) => {
      const { recency, frequency, monetary, group } = rfmOf(model.rfm, facts, at / DAY_MS);
      return attribute === 'rfm.group' ? group : `${recency}${frequency}${monetary}`;
    },
    changesAfter: (at) => whenRfmChanges(model.rfm, facts, at),
  };
}

function silenceOf({ firstDay, lastDay, orderDays }: OrderHistory): Silence {
  return { repeats: orderDays - 1, firstOrderAt: firstDay * DAY_MS, lastOrderAt: lastDay * DAY_MS };
}

function buyerOf({ repeats, firstOrderAt, lastOrderAt }: Silence, at: Instant): Buyer {
  return { repeats, lastWeek: (lastOrderAt - firstOrderAt) / (7 * DAY_MS), ageWeeks: (at - firstOrderAt) / (7 * DAY_MS) };
}
