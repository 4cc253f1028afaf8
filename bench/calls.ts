import { randomUUID } from 'node:crypto';
import type { Bench } from './bench.ts';
import type { Spent } from './functions/usage.ts';
import { openWorld } from './functions/world.ts';
import type { Row } from './report.ts';

const EVENTS = 25;
const READS = /^(?:GetItem|BatchGetItem|Query)$/;

/** What capture and evaluate ask of AWS for one batch of a customer's events, once they know the catalogue and the key. */
export const callsBench: Bench = async ({ progress }) => {
  const world = await openWorld();
  try {
    progress('warming up: catalogue and key');
    for (let round = 0; round < 3; round += 1) {
      await world.post('/v1/batch', batch('ann'));
      await world.drain();
    }
    world.takeUsage();
    progress(`a batch of ${EVENTS} events`);
    await world.post('/v1/batch', batch('ann'));
    await world.drain();
    const { functions } = world.takeUsage();
    return [
      ...rowsOf('capture', functions.get('capture'), { reads: 0, writes: 1 }),
      ...rowsOf('evaluate', functions.get('evaluate'), { reads: 1, writes: 1 }),
    ];
  } finally {
    await world.close();
  }
};

function rowsOf(name: string, spent: Spent | undefined, most: { readonly reads: number; readonly writes: number }): Row[] {
  if (spent?.invocations !== 1) throw new Error(`${name} ran ${spent?.invocations ?? 0} times instead of once`);
  const calls = [...spent.calls];
  const count = (reads: boolean): number =>
    calls.filter(([operation]) => READS.test(operation) === reads).reduce((sum, [, one]) => sum + one, 0);
  const notes = [
    `${name}: ${calls.map(([operation, one]) => `${one} × ${operation}`).join(', ')}; counted at the SDK client's endpoint`,
  ];
  const what = (kind: string): string => `${name}: ${kind} for ${EVENTS} events of one customer`;
  return [
    { what: what('reads'), figure: count(true), unit: '', bound: { atMost: most.reads }, notes },
    { what: what('writes'), figure: count(false), unit: '', bound: { atMost: most.writes }, notes },
  ];
}

/** Orders, each of which is evaluated: points, spend, segments. */
function batch(userId: string): object {
  const order = (index: number) => ({
    type: 'track',
    messageId: randomUUID(),
    userId,
    event: 'Order Completed',
    timestamp: new Date(Date.now() - (EVENTS - index) * 1000).toISOString(),
    properties: { order_id: randomUUID(), revenue: 1.5, currency: 'EUR' },
  });
  return { batch: Array.from({ length: EVENTS }, (_, index) => order(index)) };
}
