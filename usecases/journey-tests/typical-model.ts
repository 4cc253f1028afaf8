import type { PredictionModel } from '#core/prediction/model.ts';

/**
 * A shop in which most people order once and a few keep coming back: the customers of CDNOW, as they were after 39 weeks. The
 * parameters are the maximum likelihood estimates of MBG/NBD and Gamma-Gamma; the data are Fader and Hardie's.
 */
export const typicalModel: PredictionModel = {
  version: 1,
  kind: 'mbgnbd',
  params: { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 },
  fittedAt: '1997-10-01T00:00:00.000Z',
  untilDay: 10_134,
  unit: 'P7D',
  customers: 2357,
  repeatBuyers: 946,
  logLikelihood: -9582.14,
  prior: false,
  worth: { confidence: 'good', yearError: 0.046 },
  spend: { p: 6.25, q: 3.744, v: 15.44 },
  calibration: {
    days: 90,
    points: [
      { predicted: 0, observed: 0 },
      { predicted: 0.083, observed: 0.076 },
      { predicted: 0.105, observed: 0.144 },
      { predicted: 0.174, observed: 0.22 },
      { predicted: 0.332, observed: 0.331 },
      { predicted: 0.447, observed: 0.381 },
      { predicted: 0.659, observed: 0.675 },
      { predicted: 1, observed: 1 },
    ],
  },
  rfm: { silentDays: [242, 219, 197, 99], orderDays: [1, 2, 2, 3], revenue: [14.97, 27.99, 46.04, 94] },
  notes: [],
};
