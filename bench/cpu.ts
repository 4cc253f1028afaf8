import type { Bench } from './bench.ts';
import type { Usage } from './functions/usage.ts';
import { openWorld, type World } from './functions/world.ts';
import { median } from './measure.ts';
import type { Row } from './report.ts';

const BATCH = 10;

/** Processor time that the deployed bundles take, from a form post to the mail and what SES says about it. */
export const cpuBench: Bench = async ({ quick, progress }) => {
  const events = quick ? 200 : 2000;
  const world = await openWorld();
  try {
    progress('warming up');
    await leads(world, quick ? 200 : 500, 1);
    await leads(world, quick ? 100 : 500, BATCH);
    const single: Usage[] = [];
    const batched: Usage[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      progress(`round ${round} of ${ROUNDS}`);
      single.push(await leads(world, events / ROUNDS, 1));
      batched.push(await leads(world, events / ROUNDS, BATCH));
    }
    return rows(single, batched);
  } finally {
    await world.close();
  }
};

const ROUNDS = 5;

/** So many form posts by new people; each group of them is seen through to the end before the next one comes. */
async function leads(world: World, count: number, together: number): Promise<Usage> {
  world.takeUsage();
  for (let done = 0; done < count; done += together) {
    for (let one = 0; one < together; one += 1) await world.post('/f/newsletter', lead());
    await world.drain();
  }
  return world.takeUsage();
}

let made = 0;

function lead(): object {
  made += 1;
  return {
    email: `person-${made}@example.com`,
    firstName: 'Ana',
    consent: true,
    _page: 'https://shop.example/autumn?utm_source=search',
    _anonymousId: `visitor-${made}`,
  };
}

function rows(single: readonly Usage[], batched: readonly Usage[]): Row[] {
  for (const { mails, functions } of single)
    if (mails !== functions.get('capture')?.invocations)
      throw new Error(`${mails} mails for ${functions.get('capture')?.invocations} posts`);
  const perMail = (all: readonly Usage[], of: (usage: Usage) => number): number =>
    median(all.map((usage) => of(usage) / usage.mails / 1000));
  const own = ({ functions }: Usage): number => [...functions.values()].reduce((sum, { cpuUs }) => sum + cpuUs, 0);
  const [first] = single;
  const steps = [...(first?.functions.keys() ?? [])];
  const invocations = steps.map((name) => `${(first?.functions.get(name)?.invocations ?? 0) / (first?.mails ?? 1)} × ${name}`);
  const notes = [
    `a form post through the bundles that are deployed (${invocations.join(', ')}: the welcome mail, and what SES says about it), each with its SDK clients, in one process on Node's HTTP without TLS; DynamoDB is the local engine, bus and SES take everything, all in another process; process.cpuUsage() of the functions' process with nothing taken off, so what hands invocations over is in it; ${single.reduce((sum, { mails }) => sum + mails, 0)} mails one at a time, batches of one everywhere; median of ${ROUNDS} rounds`,
  ];
  return [
    {
      what: 'processor time, one event to one mail, all functions',
      figure: perMail(single, ({ processCpuUs }) => processCpuUs),
      unit: 'ms',
      bound: { atMost: 2.5 },
      notes,
    },
    { what: 'of it inside the handlers', figure: perMail(single, own), unit: 'ms' },
    ...steps.map((name) => ({
      what: `of it ${name}`,
      figure: perMail(single, ({ functions }) => functions.get(name)?.cpuUs ?? 0),
      unit: 'ms',
    })),
    { what: `the same with ${BATCH} events at a time`, figure: perMail(batched, ({ processCpuUs }) => processCpuUs), unit: 'ms' },
    { what: `of it inside the handlers, ${BATCH} at a time`, figure: perMail(batched, own), unit: 'ms' },
  ];
}
