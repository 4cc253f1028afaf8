/** What it cost to win people, by source and campaign. */
import type { SourceFigures } from './customer-figures.ts';

/** A cost without a campaign is one of the source as a whole. */
export type Cost = { readonly source: string; readonly campaign: string; readonly month: string; readonly amount: number };

export type CostFigures = {
  readonly source: string;
  readonly leads: number;
  readonly customers: number;
  readonly rate: number;
  readonly revenue: number;
  readonly cost: number;
  /** Null where nobody came. */
  readonly costPerLead: number | null;
  /** Acquisition cost of a customer. */
  readonly costPerCustomer: number | null;
  /** Revenue so far less the cost, for each unit of the cost; null where it cost nothing. */
  readonly returnOnCost: number | null;
};

/** Sources with the costs of these months; also those that cost something and brought nobody. */
export function withCosts(sources: readonly SourceFigures[], costs: readonly Cost[]): CostFigures[] {
  const names = new Set([...sources.map(({ source }) => source), ...costs.map(({ source }) => source)]);
  return [...names]
    .map((source) => {
      const own = sources.filter((one) => one.source === source);
      const sum = (of: (one: SourceFigures) => number): number => own.reduce((total, one) => total + of(one), 0);
      const [leads, customers, revenue] = [sum((one) => one.leads), sum((one) => one.customers), sum((one) => one.revenue)];
      const cost = costs.filter((one) => one.source === source).reduce((total, { amount }) => total + amount, 0);
      return {
        source,
        leads,
        customers,
        rate: leads === 0 ? 0 : customers / leads,
        revenue,
        cost,
        costPerLead: leads === 0 ? null : cost / leads,
        costPerCustomer: customers === 0 ? null : cost / customers,
        returnOnCost: cost === 0 ? null : (revenue - cost) / cost,
      };
    })
    .sort((one, other) => other.leads - one.leads || other.cost - one.cost || (one.source < other.source ? -1 : 1));
}
