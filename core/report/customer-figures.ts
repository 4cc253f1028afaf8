/** Retention, churn, value and origin of customers, out of what people added up to. */
import { type CohortTally, monthsBetween, type SourceTally } from './customer-tally.ts';
import { type Interval, wilsonInterval } from './proportions.ts';

type CohortFigures = {
  readonly month: string;
  readonly customers: number;
  /** Historic customer lifetime value: mean revenue so far, refunds taken off, in units of the currency. */
  readonly valuePerCustomer: number;
  /** The share that ordered in the first, second … month after; only months that are over. */
  readonly retained: readonly number[];
};

type RetentionFigures = {
  readonly months: number;
  /** Customers whose month is over, of all cohorts. */
  readonly customers: number;
  readonly retained: number;
  readonly retention: number;
  readonly churn: number;
};

export type CustomerFigures = {
  readonly customers: number;
  readonly repeatCustomers: number;
  readonly repeatRate: number;
  readonly orders: number;
  readonly revenue: number;
  readonly valuePerCustomer: number;
  readonly retention: readonly RetentionFigures[];
  readonly cohorts: readonly CohortFigures[];
};

export type SourceFigures = {
  readonly source: string;
  readonly campaign: string;
  readonly leads: number;
  readonly customers: number;
  /** The share of leads that ordered. */
  readonly rate: number;
  readonly interval: Interval;
  readonly revenue: number;
};

type Cohorts = Readonly<Record<string, CohortTally>>;

/** `month` is the one that the report was begun in, which is not over; `digits` those behind the point of the currency. */
export function customerFigures(cohorts: Cohorts, month: string, digits: number): CustomerFigures {
  const all = Object.entries(cohorts).sort(([one], [other]) => (one < other ? -1 : 1));
  const sum = (of: (cohort: CohortTally) => number): number => all.reduce((total, [, cohort]) => total + of(cohort), 0);
  const customers = sum(({ people }) => people);
  const revenue = sum(({ minor }) => minor) / 10 ** digits;
  const longest = Math.max(0, ...all.map(([cohort]) => monthsBetween(cohort, month) - 1));
  const repeatCustomers = sum(({ repeated }) => repeated);
  return {
    customers,
    repeatCustomers,
    repeatRate: share(repeatCustomers, customers),
    orders: sum(({ orders }) => orders),
    revenue,
    valuePerCustomer: share(revenue, customers),
    retention: Array.from({ length: longest }, (_, index) => retentionAfter(index + 1, all, month)),
    cohorts: all.map(([cohort, { people, minor, active }]) => ({
      month: cohort,
      customers: people,
      valuePerCustomer: share(minor / 10 ** digits, people),
      retained: Array.from({ length: Math.max(0, monthsBetween(cohort, month) - 1) }, (_, index) =>
        share(active[index + 1] ?? 0, people),
      ),
    })),
  };
}

/** Of the cohorts for which this month is over. */
function retentionAfter(months: number, all: readonly (readonly [string, CohortTally])[], month: string): RetentionFigures {
  const old = all.filter(([cohort]) => monthsBetween(cohort, month) > months);
  const customers = old.reduce((total, [, { people }]) => total + people, 0);
  const retained = old.reduce((total, [, { active }]) => total + (active[months] ?? 0), 0);
  const retention = share(retained, customers);
  return { months, customers, retained, retention, churn: 1 - retention };
}

/** Those with the most leads first. */
export function sourceFigures(
  sources: Readonly<Record<string, Readonly<Record<string, SourceTally>>>>,
  digits: number,
): SourceFigures[] {
  return Object.entries(sources)
    .flatMap(([source, campaigns]) =>
      Object.entries(campaigns).map(([campaign, { leads, customers, minor }]) => ({
        source,
        campaign,
        leads,
        customers,
        rate: share(customers, leads),
        interval: wilsonInterval({ people: leads, converted: customers }),
        revenue: minor / 10 ** digits,
      })),
    )
    .sort(
      (one, other) => other.leads - one.leads || (`${one.source} ${one.campaign}` < `${other.source} ${other.campaign}` ? -1 : 1),
    );
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
