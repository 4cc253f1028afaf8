import type { PredictionModel } from '#core/prediction/model.ts';

/** The published estimates of the CDNOW sample under MBG/NBD and Gamma-Gamma, as a model that a shop has learnt. */
export function predictionModel(parts: Partial<PredictionModel> = {}): PredictionModel {
  return {
    kind: 'mbgnbd',
    params: { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 },
    version: 1,
    fittedAt: '2026-01-01T00:00:00.000Z',
    untilDay: 20_454,
    unit: 'P7D',
    customers: 2357,
    repeatBuyers: 1000,
    logLikelihood: -9530,
    prior: false,
    worth: { confidence: 'good', yearError: 0.05 },
    spend: { p: 6.25, q: 3.744, v: 15.44 },
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
    notes: [],
    ...parts,
  };
}
