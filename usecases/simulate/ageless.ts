import type { Release } from '#core/catalogue.ts';
import { fromIso, type Instant, toIso } from '#core/instant.ts';

/**
 * The same release with a model that counts at least until an instant: in truth a model is learnt anew each week, and a replay
 * or a test cannot know what would have been learnt then.
 */
export function ageless(release: Release, until: Instant): Release {
  const { prediction } = release;
  if (prediction?.model === undefined || (fromIso(prediction.model.fittedAt) ?? 0) >= until) return release;
  return { ...release, prediction: { ...prediction, model: { ...prediction.model, fittedAt: toIso(until) } } };
}
