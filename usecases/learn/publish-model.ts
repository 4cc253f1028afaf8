import type { Release } from '#core/catalogue.ts';
import type { PredictionModel } from '#core/prediction/model.ts';
import type { LearnDependencies } from '../learn.ts';
import { alone, type Moved, moveTo, store } from '../publish/current-release.ts';
import { learnsAlike, withModel } from '../publish/with-model.ts';
import { releaseItems } from '../store/catalogue.ts';

/** Somebody publishes a catalogue right now; that takes a minute at most. */
const ATTEMPTS_MAX = 10;
const PAUSE_MS = 10_000;

/**
 * Makes the release that is current, with this model, the current one. The events that a release mentions do not depend on its
 * model, so the rules of the bus stay as they are. Where somebody publishes meanwhile, it is done again on top of that.
 */
export async function publishModel(
  dependencies: LearnDependencies,
  { model, under }: { readonly model: PredictionModel; readonly under: Release },
  author: string,
): Promise<{ readonly release: string } | { readonly refused: string }> {
  const { catalogues, pause, table } = dependencies;
  let refused = 'no release is published';
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (attempt > 0) await pause(PAUSE_MS);
    const moved = await alone({ ...dependencies, rules: UNCHANGED }, async (current): Promise<Moved> => {
      const release = current === undefined ? undefined : await catalogues.release(current);
      if (release === undefined || !learnsAlike(under, release)) return { outcome: 'unchanged', id: '' };
      const learnt = withModel(release, model);
      await store(table, releaseItems(learnt));
      const note = `forecasts learnt from ${model.customers} customers who ordered`;
      return moveTo({ ...dependencies, rules: UNCHANGED }, learnt, current, { author, note });
    });
    if (moved.outcome === 'published') return { release: moved.release.id };
    if (moved.outcome === 'unchanged') return { refused: 'the catalogue has changed: it no longer asks for this model' };
    refused = moved.reason;
  }
  return { refused };
}

const UNCHANGED = { replace: async () => {} };
