import { add, fromIso, toIso } from '#core/instant.ts';
import { maxAgeOf } from '#core/prediction/settings.ts';
import { LearnState, PredictionState } from '#schemas/prediction-api.ts';
import { type LearnDependencies, learnState, requestLearn } from '#usecases/learn.ts';
import { currentRelease } from '#usecases/store/catalogue.ts';
import { problem } from '../edge/problem.ts';
import type { AdminRoute } from './route.ts';

export function predictionRoutes(dependencies: LearnDependencies): AdminRoute[] {
  const { table } = dependencies;
  return [
    {
      method: 'GET',
      path: '/admin/v1/prediction',
      summary: 'The forecasts of the current release: settings, the model with what it is worth, and the latest learning',
      scope: 'releases:read',
      answers: {
        200: { description: 'How it stands.', schema: PredictionState },
        404: { description: 'The current release has no prediction.json.' },
      },
      handle: async () => {
        const { settings, model } = await predictionOf(dependencies);
        const fittedAt = model && fromIso(model.fittedAt);
        const staleAt = fittedAt === undefined ? null : toIso(add(fittedAt, maxAgeOf(settings)));
        return { status: 200, body: { settings, model: model ?? null, staleAt, learning: (await learnState(table)) ?? null } };
      },
    },
    {
      method: 'POST',
      path: '/admin/v1/prediction/learn',
      summary: 'Learn the forecasts anew from all orders, and publish them with the current release',
      scope: 'releases:write',
      answers: {
        202: {
          description: 'It is asked for, or is running already; GET /admin/v1/prediction tells how it stands.',
          schema: LearnState,
        },
        404: { description: 'The current release has no prediction.json.' },
      },
      handle: async (_, { name }) => {
        await predictionOf(dependencies);
        return { status: 202, body: await requestLearn(dependencies, name) };
      },
    },
  ];
}

async function predictionOf({ catalogues }: LearnDependencies) {
  const prediction = (await currentRelease(catalogues))?.prediction;
  if (prediction !== undefined) return prediction;
  throw problem(404, 'No forecasts', {
    detail:
      'The current release has no catalogue/prediction.json; {} is enough, and publishing it fills the orders of everybody.',
  });
}
