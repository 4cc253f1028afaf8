import type { Release } from '#core/catalogue.ts';
import { canonical, type Json } from '#core/json.ts';
import type { PredictionModel } from '#core/prediction/model.ts';
import { kindOf, orderReading } from '#core/prediction/settings.ts';
import { hash } from '../compile-catalogue/hash.ts';

/** The same release with a model: a new one, since a release is what it decides with. */
export function withModel(release: Release, model: PredictionModel): Release {
  const { id: _, prediction, ...content } = release;
  if (prediction === undefined) return release;
  const learnt = { ...content, prediction: { settings: prediction.settings, model } };
  return { id: `rel_${hash(learnt)}`, ...learnt };
}

/** A draft holds no model: it goes on with that of the release before it, as long as both read orders alike. */
export function withModelOf(before: Release | undefined, after: Release): Release {
  const model = before?.prediction?.model;
  return before !== undefined && model !== undefined && learnsAlike(before, after) ? withModel(after, model) : after;
}

/** Whether what was learnt under one release is true under the other: the same model, of the same orders. */
export function learnsAlike(one: Release, other: Release): boolean {
  const learning = ({ prediction, loyalty }: Release): string | undefined =>
    prediction && canonical([kindOf(prediction.settings), orderReading(prediction.settings, loyalty)] as unknown as Json);
  const [first, second] = [learning(one), learning(other)];
  return first !== undefined && first === second;
}
