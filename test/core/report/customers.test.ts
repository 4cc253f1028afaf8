import { expect, test } from 'vitest';
import type { Customer } from '#core/customer.ts';
import { added, bounded } from '#core/report/added.ts';
import { customerFigures, sourceFigures } from '#core/report/customer-figures.ts';
import { cohortTally, monthOf, sourceTally } from '#core/report/customer-tally.ts';
import { ann, instant } from '../../support/shop.ts';

const always = (): boolean => true;
const person = (...orders: readonly (readonly [at: string, minor: number])[]) => ({
  customer: ann(),
  orders: { orders: orders.map(([at, minor]) => ({ at: instant(at), minor })), withoutAmount: 0 },
});
const cohorts = [
  person(['2026-01-05', 1000], ['2026-01-20', 500], ['2026-03-01', 2000]),
  person(['2026-01-09', 4000]),
  person(['2026-02-02', 1000], ['2026-03-09', 1000]),
  person(['2026-03-30', 700]),
  person(),
]
  .map((one) => cohortTally(one, 'UTC', always))
  .reduce(added, {});

test('retention and churn are of the months that are over, value is all that was paid', () => {
  const figures = customerFigures(cohorts, '2026-04', 2);
  expect(figures).toMatchObject({ customers: 4, repeatCustomers: 2, orders: 7, revenue: 102, valuePerCustomer: 25.5 });
  expect(figures.cohorts).toEqual([
    { month: '2026-01', customers: 2, valuePerCustomer: 37.5, retained: [0, 0.5] },
    { month: '2026-02', customers: 1, valuePerCustomer: 20, retained: [1] },
    { month: '2026-03', customers: 1, valuePerCustomer: 7, retained: [] },
  ]);
  expect(figures.retention).toEqual([
    { months: 1, customers: 3, retained: 1, retention: 1 / 3, churn: 1 - 1 / 3 },
    { months: 2, customers: 2, retained: 1, retention: 0.5, churn: 0.5 },
  ]);
});

test('a month is one of the brand’s wall clock', () => {
  expect(monthOf(instant('2026-03-31T23:30:00Z'), 'Europe/Lisbon')).toBe('2026-04');
  expect(monthOf(instant('2026-03-31T23:30:00Z'), 'UTC')).toBe('2026-03');
});

const from = (source: string, campaign: string | undefined, minor?: number) => {
  const touch = { at: 5, event: 'e', source, ...(campaign !== undefined && { campaign }) };
  const customer: Customer = ann({ touches: { first: touch, last: { ...touch, source: 'other' } } });
  return { customer, orders: { orders: minor === undefined ? [] : [{ at: 9, minor }], withoutAmount: 0 } };
};
const leads = [
  from('google', 'spring', 5000),
  from('google', 'spring'),
  from('google', undefined),
  from('__proto__', 'constructor', 100),
  { customer: ann(), orders: { orders: [], withoutAmount: 0 } },
];
const sources = leads.map((one) => sourceTally(one, always)).reduce(added, {});

test('leads and customers are told by the first touch; whoever has none is of unknown origin', () => {
  expect(sourceFigures(sources, 2).map(({ interval: _, rate: __, ...one }) => one)).toEqual([
    { source: 'google', campaign: 'spring', leads: 2, customers: 1, revenue: 50 },
    { source: '__proto__', campaign: 'constructor', leads: 1, customers: 1, revenue: 1 },
    { source: 'google', campaign: '', leads: 1, customers: 0, revenue: 0 },
    { source: 'unknown', campaign: '', leads: 1, customers: 0, revenue: 0 },
  ]);
});

test('names beyond the bound go together, and nothing is lost', () => {
  const counts = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`name ${index}`, index + 1]));
  const fewer = bounded(counts, 10, 'others');
  expect(Object.keys(fewer)).toHaveLength(10);
  expect(Object.values(fewer).reduce((sum, one) => sum + one, 0)).toBe(465);
  expect(bounded(added(fewer, { new: 1 }), 10, 'others')).toMatchObject({ others: (fewer.others ?? 0) + 1 });
});
