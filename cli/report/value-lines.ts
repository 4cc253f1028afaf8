import type { KpiReport } from '#usecases/report/views.ts';
import { count, plain, table, time } from '../show.ts';
import { money, percent } from './figures.ts';

const COHORTS_MAX = 12;

/** What customers have brought and what is expected of them, and how far that can be trusted. */
export function valueLines({ value }: KpiReport): string[] {
  if (value === null) return ['The release asks for no forecasts: catalogue/prediction.json, {} is enough (docs/prediction.md).'];
  const { all, groups, cohorts, missing, currency, margin, yearlyDiscount, keepingCostPerYear } = value;
  if (all.customers === 0) return ['nobody has ordered yet'];
  const cell = (amount: number | null): string => (amount === null ? '–' : money(amount, currency));
  const shown = cohorts.slice(-COHORTS_MAX);
  return [
    `So far ${cell(all.historic)}, ${cell(all.historicMean)} each: ${percent(margin, 0)} of revenue${keepingCostPerYear === 0 ? '' : ` less ${cell(keepingCostPerYear)} a year`}, discounted by ${percent(yearlyDiscount, 0)} a year to the first order.`,
    ...(all.foretold === 0
      ? []
      : [
          `In the next twelve months ${cell(all.predicted)} of ${count(all.foretold, 'customer')}: ${cell(all.predictedMean)} each, half of them ${cell(all.predictedMedian)} or more.`,
        ]),
    ...modelLines(value.model),
    ...Object.entries(missing).map(([why, people]) => `${count(people, 'customer')} without a forecast: ${plain(why)}.`),
    ...(groups.length === 0 ? [] : ['', ...groupTable(groups, cell)]),
    '',
    ...table(
      ['FIRST ORDER', 'CUSTOMERS', 'SO FAR EACH', 'FORETOLD', 'NEXT 12 MONTHS', 'EACH'],
      shown.map((one) => [
        one.month,
        String(one.customers),
        cell(one.historicMean),
        String(one.foretold),
        cell(one.predicted),
        cell(one.predictedMean),
      ]),
    ),
    ...(shown.length < cohorts.length ? [`and ${cohorts.length - shown.length} earlier months: --json`] : []),
  ];
}

type Value = NonNullable<KpiReport['value']>;

function groupTable(groups: Value['groups'], cell: (amount: number | null) => string): string[] {
  return table(
    ['GROUP (RFM)', 'CUSTOMERS', 'SO FAR EACH', 'NEXT 12 MONTHS', 'MEAN', 'MEDIAN'],
    groups.map(({ group, customers, historicMean, predicted, predictedMean, predictedMedian }) => [
      group,
      String(customers),
      cell(historicMean),
      cell(predicted),
      cell(predictedMean),
      cell(predictedMedian),
    ]),
  );
}

function modelLines(model: Value['model']): string[] {
  if (model === null) return ['Segments go by their plain rule until a model is learnt: "rekindle learn".'];
  const { learntAt, ageDays, staleAt, confidence, notes } = model;
  const age = ageDays === 0 ? 'today' : ageDays === 1 ? 'a day before' : `${ageDays} days before`;
  return [
    `The model was learnt ${age} (${time(learntAt).slice(0, 10)}) and counts until ${time(staleAt).slice(0, 10)}; confidence: ${confidence}.`,
    ...notes.map(plain),
  ];
}
