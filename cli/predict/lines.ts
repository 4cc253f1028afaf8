/** What was learnt of the customers, as lines for people. */
import type { Band } from '#core/prediction/calibration.ts';
import type { PredictedCustomer } from '#usecases/predict/customers.ts';
import type { Predicted } from '#usecases/predict.ts';
import { count, plain, table } from '../show.ts';

const CUSTOMERS_SHOWN = 10;

export function predictionLines(predicted: Predicted): string[] {
  const { customers, until, horizon, notes, calibration } = predicted;
  return [
    `${count(customers.length, 'customer')} until ${until}, forecasts for ${horizon} by ${names[predicted.chosen]}.`,
    ...section('Models (weeks of 7 days; standard errors are of the logarithms)', modelTable(predicted)),
    ...section('Back-test', backtestLines(predicted)),
    ...section(
      `What a probability of an order within ${calibration?.days} days has meant`,
      calibration === null ? [] : bandTable(calibration.pOrder, 'ORDERED'),
    ),
    ...section(
      'What P(alive) of people with a repeat order has meant',
      calibration === null ? [] : bandTable(calibration.pAlive, 'CAME BACK'),
    ),
    ...section('Groups', groupTable(customers)),
    ...section(`The ${Math.min(CUSTOMERS_SHOWN, customers.length)} most valuable customers`, customerTable(customers)),
    ...section('To know', notes),
    '',
    'All customers: --json, or --out customers.csv. A picture: --plot prediction.svg.',
  ];
}

const names = { bgnbd: 'BG/NBD', mbgnbd: 'MBG/NBD' } as const;

function modelTable({ model, chosen }: Predicted): string[] {
  const lifetimes = (['bgnbd', 'mbgnbd'] as const).map((kind) => {
    const fit = model[kind];
    const name = `${kind === chosen ? '▸' : ' '} ${names[kind]}`;
    if ('refused' in fit) return [name, fit.refused];
    const error = fit.standardErrors;
    const parts = (['r', 'alpha', 'a', 'b'] as const).map(
      (key) => `${key} ${digits(fit[key])}${error === null ? '' : ` ±${digits(error[key], 2)}`}`,
    );
    const worth = fit.yearError === undefined ? fit.confidence : `${fit.confidence} (a year’s orders ±${percent(fit.yearError)})`;
    return [name, parts.join(', '), fit.logLikelihood.toFixed(1), worth];
  });
  const { gammaGamma } = model;
  const spend =
    'refused' in gammaGamma
      ? ['  Gamma-Gamma', gammaGamma.refused]
      : [
          '  Gamma-Gamma',
          (['p', 'q', 'v'] as const).map((key) => `${key} ${digits(gammaGamma[key])}`).join(', '),
          gammaGamma.logLikelihood.toFixed(1),
          `mean order ${gammaGamma.meanOrder.toFixed(2)}, correlation with frequency ${gammaGamma.correlation.toFixed(2)}`,
        ];
  return table(['  MODEL', 'PARAMETERS', 'LOG-LIKELIHOOD', 'CONFIDENCE'], [...lifetimes, spend]);
}

function backtestLines({ backtest, chosen }: Predicted): string[] {
  if (backtest === null) return [];
  const { revenue, byModel } = backtest;
  const kinds = [chosen, chosen === 'bgnbd' ? 'mbgnbd' : 'bgnbd'] as const;
  const row = (what: string, one: Compared, correlation?: number): string[] => [
    `  ${what}`,
    one.expected.toFixed(0),
    one.actual.toFixed(0),
    signed(one.error),
    correlation?.toFixed(3) ?? '',
  ];
  const rows = kinds.flatMap((kind) => {
    const { orders, correlation, cumulative } = byModel[kind];
    return [
      row(`orders, ${names[kind]}`, orders, correlation),
      ...(cumulative === null ? [] : [row(`repeat orders since the start, ${names[kind]}`, cumulative)]),
    ];
  });
  return [
    `${backtest.from} to ${backtest.until}, ${count(backtest.customers, 'customer')}; the models knew nothing after ${backtest.from}:`,
    ...table(
      ['', 'FORETOLD', 'CAME', 'ERROR', 'CORRELATION'],
      [...rows, ...(revenue === undefined ? [] : [row(`revenue, ${names[chosen]}`, revenue, revenue.correlation)])],
    ),
    `  Off by ${backtest.meanAbsoluteError.toFixed(2)} orders a customer. Of two customers, one who ordered again and one who did not, ${percent(backtest.discrimination)} are ranked right.`,
  ];
}

type Compared = { readonly expected: number; readonly actual: number; readonly error: number | null };

function bandTable(bands: readonly Band[], happened: string): string[] {
  return table(
    ['  PREDICTED', 'CUSTOMERS', 'MEAN', happened, '95 %', ''],
    bands.map(({ from, to, customers, predicted, observed, low, high }) => [
      `  ${percent(from)} to ${percent(to)}`,
      String(customers),
      percent(predicted),
      percent(observed),
      `${percent(low)} to ${percent(high)}`,
      '█'.repeat(Math.round(observed * 20)),
    ]),
  );
}

const groupWords = {
  champions: 'ordered lately, often, and for much',
  loyal: 'come back',
  recent: 'new, or back after long',
  attention: 'were here not long ago, for little',
  'at-risk': 'good customers who have fallen silent',
  lost: 'little, and long ago',
} as const;

function groupTable(customers: readonly PredictedCustomer[]): string[] {
  const groups = Map.groupBy(customers, ({ rfm }) => rfm.group);
  const rows = (Object.keys(groupWords) as (keyof typeof groupWords)[]).flatMap((group) => {
    const those = groups.get(group) ?? [];
    const mean = (of: (one: PredictedCustomer) => number): number => those.reduce((sum, one) => sum + of(one), 0) / those.length;
    if (those.length === 0) return [];
    return [
      [
        `  ${group}`,
        String(those.length),
        percent(mean(({ pAlive }) => pAlive)),
        percent(mean(({ pOrder90Days }) => pOrder90Days)),
        mean(({ clv }) => clv ?? 0).toFixed(2),
        those.reduce((sum, { clv }) => sum + (clv ?? 0), 0).toFixed(0),
        groupWords[group],
      ],
    ];
  });
  return table(['  GROUP', 'CUSTOMERS', 'P(ALIVE)', 'ORDER IN 90 DAYS', 'CLV', 'ALL THEIR CLV', 'WHO'], rows);
}

function customerTable(customers: readonly PredictedCustomer[]): string[] {
  return table(
    ['  CUSTOMER', 'ORDERS', 'LAST', 'P(ALIVE)', 'ORDER IN 90 DAYS', 'EXPECTED', 'ORDER VALUE', 'CLV', 'NEXT ORDER', 'RFM'],
    customers
      .slice(0, CUSTOMERS_SHOWN)
      .map(({ id, orders, lastOrderAt, pAlive, pOrder90Days, expectedOrders, expectedValue, clv, nextOrderAt, rfm }) => [
        `  ${plain(id)}`,
        String(orders),
        lastOrderAt,
        percent(pAlive),
        percent(pOrder90Days),
        expectedOrders.toFixed(2),
        expectedValue?.toFixed(2) ?? '–',
        clv?.toFixed(2) ?? '–',
        nextOrderAt?.slice(0, 10) ?? '–',
        `${rfm.recency}${rfm.frequency}${rfm.monetary} ${rfm.group}`,
      ]),
  );
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function digits(value: number, precision = 4): string {
  return String(Number(value.toPrecision(precision)));
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function signed(share: number | null): string {
  return share === null ? '–' : `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
}
