import { DAY_MS } from '#core/instant.ts';
import { type BuyerDays, type BuyerGroups, groupBuyers } from '#core/prediction/buyer-groups.ts';
import { type Silence, whenPAliveFallsBelow, whenPOrderFallsBelow } from '#core/prediction/crossing.ts';
import { fitLifetime, type LifetimeFit } from '#core/prediction/fit-lifetime.ts';
import { fitSpend } from '#core/prediction/fit-spend.ts';
import { type Buyer, expectedOrders, type Lifetime, probabilityAlive } from '#core/prediction/lifetime.ts';
import { customerValue } from '#core/prediction/value.ts';
import { cdnowThere, cdnowTrials } from '#test/support/cdnow.ts';
import { seenOn, simulatedShop } from '#test/support/simulated-shop.ts';
import type { Bench } from './bench.ts';
import { cpuInTurns, median } from './measure.ts';
import type { Row } from './report.ts';

const truth: Lifetime = { kind: 'mbgnbd', params: { r: 0.5248, alpha: 6.1831, a: 0.8914, b: 1.614 } };
const spend = { p: 6.25, q: 3.74, v: 15.44 };
const UNTIL_DAY = 1095;

/** Learning from the customers of a shop, and asking what was learnt about single ones. */
export const predictionBench: Bench = async ({ quick, progress }) => {
  const customers = quick ? 100_000 : 1_000_000;
  progress('the CDNOW sample');
  const cdnow = cdnowRows(quick ? 5 : 15);
  progress(`${customers.toLocaleString('en')} synthetic customers, three years of orders`);
  const buyers = syntheticBuyers(customers);
  const many = manyRows(buyers);
  progress('single customers');
  return [...cdnow, ...many, ...(await customerRows(buyers.slice(0, 10_000), quick))];
};

function cdnowRows(rounds: number): Row[] {
  if (!cdnowThere) {
    process.stderr.write('  no CDNOW data: set CDNOW_DIR to the folder with CDNOW_sample.txt\n');
    return [];
  }
  const trials = cdnowTrials();
  const groups = groupBuyers(trials.map(({ before }) => before));
  const spenders = trials.flatMap(({ spender }) => spender ?? []);
  const note = (peer: string): string[] => [`from several starts, processor time, median of ${rounds}; ${peer}`];
  const measured = (what: string, run: () => unknown, peer: string): Row => {
    const times = Array.from({ length: rounds }, () => cpuMs(run));
    return { what: `CDNOW sample, 2,357 customers: ${what}`, figure: median(times), unit: 'ms', notes: note(peer) };
  };
  return [
    measured(
      'BG/NBD',
      () => fitLifetime('bgnbd', groups),
      'in Python with scipy on a like machine 50–180 ms by L-BFGS-B, 430 ms by Nelder–Mead and BFGS',
    ),
    measured(
      'MBG/NBD',
      () => fitLifetime('mbgnbd', groups),
      'in Python with scipy on a like machine 50–180 ms by L-BFGS-B, 430 ms by Nelder–Mead and BFGS',
    ),
    measured('Gamma-Gamma, 946 repeat customers', () => fitSpend(spenders), 'in Python with scipy on a like machine 100 ms'),
  ];
}

function syntheticBuyers(customers: number): BuyerDays[] {
  const shop = { lifetime: truth, customers, arrivalDays: UNTIL_DAY, untilDay: UNTIL_DAY, endDay: UNTIL_DAY };
  const buyers: BuyerDays[] = [];
  for (const one of simulatedShop(shop, 1)) {
    const days = seenOn(one, UNTIL_DAY);
    if (days !== undefined) buyers.push(days);
  }
  return buyers;
}

function manyRows(buyers: readonly BuyerDays[]): Row[] {
  const many = `${buyers.length.toLocaleString('en')} customers`;
  let groups: BuyerGroups | undefined;
  const grouping = cpuMs(() => {
    groups = groupBuyers(buyers);
  });
  let fit: LifetimeFit | undefined;
  const fitting = cpuMs(() => {
    const found = groups && fitLifetime('mbgnbd', groups);
    if (found !== undefined && 'params' in found) fit = found;
  });
  const off = Math.max(
    ...Object.entries(truth.params).map(([name, value]) => Math.abs((fit?.params[name as 'r'] ?? Number.NaN) / value - 1)),
  );
  const notes = [
    `MBG/NBD from ${groups?.size.toLocaleString('en')} groups of customers with equal numbers, nothing binned; ${fit?.search.evaluations} evaluations, ${fit?.search.status}; no parameter farther than ${(100 * off).toFixed(1)} % from the truth, which knows instants where the fit knows days`,
  ];
  return [
    { what: `${many}: counted by their numbers`, figure: grouping / 1000, unit: 's' },
    { what: `${many}: fitted`, figure: fitting / 1000, unit: 's', notes },
  ];
}

async function customerRows(days: readonly BuyerDays[], quick: boolean): Promise<Row[]> {
  const buyers = days.map(({ repeats, lastDay, ageDay }): Buyer => ({ repeats, lastWeek: lastDay / 7, ageWeeks: ageDay / 7 }));
  const silences = days.map(({ repeats, lastDay }): Silence => ({ repeats, firstOrderAt: 0, lastOrderAt: lastDay * DAY_MS }));
  // What is computed must be used, or it may be left out.
  let largest = 0;
  const each = <One>(all: readonly One[], ask: (one: One) => number) => ({
    run: (): void => {
      for (const one of all) largest = Math.max(largest, ask(one));
    },
    units: all.length,
  });
  const year = { weeks: 52, yearlyDiscount: 0.15 };
  const cost = await cpuInTurns(
    {
      alive: each(buyers, (one) => probabilityAlive(truth, one)),
      orders: each(buyers, (one) => expectedOrders(truth, one, 52)),
      value: each(buyers, (buyer) => customerValue({ lifetime: truth, spend }, { buyer, spender: undefined }, year)),
      aliveCrossing: each(silences, (one) => whenPAliveFallsBelow(truth, one, 0.3)),
      orderCrossing: each(silences, (silence) => whenPOrderFallsBelow(truth, { silence, weeks: 90 / 7 }, 0.1)),
    },
    { rounds: quick ? 3 : 9, roundMs: 200, warmUpMs: 200 },
  );
  if (Number.isNaN(largest)) throw new Error('an answer was no number');
  const row = (what: string, us: number): Row => ({ what, figure: 1e6 / us, unit: '/s' });
  return [
    row('P(alive) of a customer', cost.alive),
    row('expected orders in a year', cost.orders),
    row('discounted value of a year, 52 weeks', cost.value),
    row('instants at which P(alive) falls below a line', cost.aliveCrossing),
    row('instants at which the probability of an order within 90 days does', cost.orderCrossing),
  ];
}

function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
