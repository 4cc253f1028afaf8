import type { Release } from '#core/catalogue.ts';
import { DAY_MS, fromIso, toIso } from '#core/instant.ts';
import { CALIBRATED_DAYS } from '#core/prediction/learn-model.ts';
import type { PredictionModel } from '#core/prediction/model.ts';
import { kindOf } from '#core/prediction/settings.ts';
import type { TestCase } from '#schemas/journey-test.ts';
import type { ModelParameters } from '#schemas/prediction-model.ts';
import { withModel } from '../publish/with-model.ts';
import { ageless } from '../simulate/ageless.ts';
import { typicalModel } from './typical-model.ts';

/** The release that a case runs under; or why it cannot be run, or why it is left out. */
type Under = { readonly release: Release } | { readonly fault: string } | { readonly leftOut: string };

/** The release with the model that a case states; as it is where the case states none, without any forecast. */
export function withForecasts(release: Release, { given, until }: TestCase, learnt: PredictionModel | undefined): Under {
  const stated = given?.prediction;
  if (stated === undefined) return { release };
  if (release.prediction === undefined) return { fault: 'the catalogue has no prediction.json: {} is enough' };
  if (stated.model === 'learnt' && learnt === undefined)
    return { leftOut: 'it goes by the learnt model: give --model FILE, or --url for that of a running system' };
  const model = modelOf(stated.model, learnt);
  const kind = kindOf(release.prediction.settings);
  if (model.kind !== kind) return { fault: `the model is of the kind ${model.kind}, and prediction.json asks for ${kind}` };
  const learntAt = fromIso(stated.learntAt ?? '');
  return learntAt === undefined
    ? { release: ageless(withModel(release, model), fromIso(until) ?? 0) }
    : { release: withModel(release, { ...model, fittedAt: toIso(learntAt), untilDay: Math.floor(learntAt / DAY_MS) }) };
}

function modelOf(stated: 'typical' | 'learnt' | ModelParameters, learnt: PredictionModel = typicalModel): PredictionModel {
  if (stated === 'typical') return typicalModel;
  return stated === 'learnt' ? learnt : written(stated);
}

/** A model of the stated parameters alone; scores that nothing is said of are those of the typical shop. */
function written({ kind = 'mbgnbd', spend, calibration, rfm, r, alpha, a, b }: ModelParameters): PredictionModel {
  const { spend: _, calibration: __, ...typical } = typicalModel;
  return {
    ...typical,
    kind,
    params: { r, alpha, a, b },
    ...(spend !== undefined && { spend }),
    ...(calibration !== undefined && { calibration: { points: calibration, days: CALIBRATED_DAYS } }),
    ...(rfm !== undefined && { rfm }),
  };
}
