import type { Release } from '#core/catalogue.ts';
import type { Customer } from '#core/customer.ts';
import type { Instant } from '#core/instant.ts';
import type { Json } from '#core/json.ts';
import { linkPrediction } from '#core/prediction/linked.ts';

export type ForecastsView = {
  /** By attribute, as conditions see them now. */
  readonly forecasts?: Readonly<Record<string, Json>>;
};

/** What is foretold of somebody; nothing where there is no model, or no order. */
export function forecastsView(customer: Customer, release: Release | undefined, now: Instant): ForecastsView {
  if (release?.prediction === undefined) return {};
  const forecasts = linkPrediction(release.prediction, release.loyalty).values(customer, now);
  return Object.keys(forecasts).length === 0 ? {} : { forecasts };
}
