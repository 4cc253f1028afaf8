import type { PredictionModel } from '#core/prediction/model.ts';
import { typicalModel } from '#usecases/journey-tests/typical-model.ts';

/** The typical model, as a shop has learnt it at the beginning of 2026, with round numbers where tests reckon with them. */
export function predictionModel(parts: Partial<PredictionModel> = {}): PredictionModel {
  return {
    ...typicalModel,
    fittedAt: '2026-01-01T00:00:00.000Z',
    untilDay: 20_454,
    worth: { confidence: 'good', yearError: 0.05 },
    calibration: {
      days: 90,
      points: [
        { predicted: 0, observed: 0 },
        { predicted: 0.1, observed: 0.2 },
        { predicted: 0.6, observed: 0.55 },
        { predicted: 1, observed: 1 },
      ],
    },
    rfm: { silentDays: [300, 200, 100, 30], orderDays: [1, 2, 3, 5], revenue: [10, 50, 100, 300] },
    ...parts,
  };
}
