import type { Bench } from './bench.ts';
import { assumptions, type Bill, bill, total } from './cost/bill.ts';
import { leadOf, orderOf, viewOf } from './cost/traffic.ts';
import type { Usage } from './functions/usage.ts';
import { openWorld, type World } from './functions/world.ts';
import type { Row } from './report.ts';

/** Events that arrive one after the other before stream and queues hand them on: the batches that functions get. */
const TOGETHER = 10;
const IN_BATCH = 25;
const LOYAL_FROM = 1_000_000;
const LOYAL_PEOPLE = 25;
const LOYAL_ORDERS = 40;

type Measured = { readonly count: number; readonly usage: Usage; readonly bill: Bill };

/** Dollars for a million, from what the deployed functions really asked for, times list prices. */
export const costBench: Bench = async ({ quick, progress }) => {
  const count = quick ? 100 : 500;
  const world = await openWorld({ reactions: true });
  let person = 0;
  const others = (): number => ++person % count;
  try {
    progress('warming up: a year of orders in short');
    for (let round = 0; round < 4; round += 1) await measure(world, count, (one) => world.post('/v1/track', orderOf(one)));
    await measure(world, count, (one) => world.post('/f/newsletter', leadOf(-1 - one)));

    progress(`${count} events of each kind`);
    const evaluated = await measure(world, count, () => world.post('/v1/track', orderOf(others())));
    const unmentioned = await measure(world, count, (one) => world.post('/v1/track', viewOf(one)));
    const mailed = await measure(world, count, (one) => world.post('/f/newsletter', leadOf(one)));
    const repeated = await measure(world, count, (one) => world.post('/f/newsletter', leadOf(one)));
    const inBatches = (of: (one: number) => object) =>
      measure(world, count / IN_BATCH, () =>
        world.post('/v1/batch', { batch: Array.from({ length: IN_BATCH }, () => of(others())) }),
      );
    const evaluatedInBatches = await inBatches(orderOf);
    const unmentionedInBatches = await inBatches(viewOf);
    progress('customers with many orders');
    const loyal = await measureLoyal(world, count);
    if (mailed.usage.mails !== count || repeated.usage.mails + evaluated.usage.mails !== 0)
      throw new Error('mails were sent by other events than those that should send them');
    return [
      row('million evaluated events, one in each request, of customers with 5 orders', evaluated, { atMost: 10 }),
      row('million events that no rule mentions, one in each request', unmentioned, { atMost: 5 }),
      mailRow(mailed, repeated),
      row(`million evaluated events of customers with ${LOYAL_ORDERS} orders or more`, loyal),
      row(`million evaluated events, ${IN_BATCH} in each request`, { ...evaluatedInBatches, count }),
      row(`million events that no rule mentions, ${IN_BATCH} in each request`, { ...unmentionedInBatches, count }),
    ];
  } finally {
    await world.close();
  }
};

/** The item of somebody who orders a lot is larger, and so is each write of it. */
async function measureLoyal(world: World, count: number): Promise<Measured> {
  const order = (index: number): object => orderOf(LOYAL_FROM + (index % LOYAL_PEOPLE));
  for (let done = 0; done < LOYAL_PEOPLE * LOYAL_ORDERS; done += IN_BATCH) {
    await world.post('/v1/batch', { batch: Array.from({ length: IN_BATCH }, (_, index) => order(done + index)) });
    await world.drain();
  }
  return measure(world, count, (index) => world.post('/v1/track', order(index)));
}

/** Sends one after the other, and lets what is there be handed on now and then. */
async function measure(world: World, count: number, send: (one: number) => Promise<void>): Promise<Measured> {
  world.takeUsage();
  for (let one = 0; one < count; one += 1) {
    await send(one);
    if ((one + 1) % TOGETHER === 0 || one + 1 === count) await world.drain();
  }
  const usage = world.takeUsage();
  return { count, usage, bill: bill(usage, count) };
}

function row(what: string, { count, usage, bill: one }: Measured, bound?: Row['bound']): Row {
  const million = 1e6 / count;
  const notes = [`${what}: ${lines(one, million)}; ${unitsText(usage, count)}`, ...assumptions];
  return {
    what: `a ${what}`,
    figure: total(one) * million,
    unit: '$',
    ...(bound && { bound }),
    notes: bound ? notes : notes.slice(0, 1),
  };
}

/** What a mail adds: the same sign-up costs so much less when the person has had the mail already. */
function mailRow(mailed: Measured, repeated: Measured): Row {
  const million = 1e6 / mailed.count;
  const added = Object.fromEntries(
    Object.entries(mailed.bill).map(([name, usd]) => [name, usd - repeated.bill[name as keyof Bill]]),
  ) as Bill;
  const notes = [
    `a million mails: ${lines(added, million)}; a sign-up that leads to a mail, less one that does not; with what SES reports: sent, delivered, one open and one click in ten mails each; with the event: ${unitsText(mailed.usage, mailed.count)}`,
    ...assumptions,
  ];
  return { what: 'a million mails, on top of SES', figure: total(added) * million, unit: '$', bound: { atMost: 15 }, notes };
}

const NAMES: Readonly<Record<keyof Bill, string>> = {
  dynamodbWriteUnit: 'DynamoDB writes',
  dynamodbReadUnit: 'reads',
  busEvent: 'bus',
  queueRequest: 'queues',
  lambdaRequest: 'Lambda requests',
  lambdaGbSecond: 'Lambda time',
  httpRequest: 'HTTP API',
};

function lines(one: Bill, million: number): string {
  return Object.entries(one)
    .map(([name, usd]) => `${NAMES[name as keyof Bill]} $${(usd * million).toFixed(2)}`)
    .join(', ');
}

function unitsText({ functions }: Usage, count: number): string {
  return [...functions]
    .map(([name, { invocations, records, readUnits, writeUnits, indexUnits, cpuUs }]) => {
      const each = (value: number): string => (value / count).toFixed(1).replace('.0', '');
      return `${name} ${(records / invocations).toFixed(0)} at a time, ${each(writeUnits)} write${indexUnits > 0 ? ` (${each(indexUnits)} of them the index)` : ''} and ${each(readUnits)} read units, ${(cpuUs / 1000 / count).toFixed(2)} ms`;
    })
    .join('; ');
}
