import { describe, expect, test } from 'vitest';
import { checkAll, customersOf } from './invariants.ts';
import { replayed } from './replay.ts';
import { live, shopRelease, start } from './shop-year.ts';
import { calm, type Faults, rough, world } from './world.ts';

/** A seed that fails is printed with its test; SEED=n runs one alone, SEEDS=n so many. */
const seeds = process.env.SEED
  ? [Number(process.env.SEED)]
  : Array.from({ length: Number(process.env.SEEDS ?? 12) }, (_, index) => index + 1);

async function lived(seed: number, faults: Faults) {
  const lives = await world(seed, faults, shopRelease(), start);
  await live(lives, 6, 120);
  return lives;
}

describe.each(seeds)('months of a shop, seed %i', { timeout: 60_000 }, (seed) => {
  test('hold every invariant while everything goes wrong that may', async () => {
    checkAll(await lived(seed, rough));
  });

  test('can be replayed from the timelines to the same state (I7)', async () => {
    const lives = await lived(seed, rough);
    const again = await replayed(lives);
    expect(again).toEqual(customersOf(lives).sort((one, other) => (one.id < other.id ? -1 : 1)));
  });
});

test('a calm world holds them too, and mails go out in it', { timeout: 60_000 }, async () => {
  const lives = await lived(1, calm);
  checkAll(lives);
  expect(lives.handovers.length).toBeGreaterThan(10);
  const journeys = lives.handovers.map(({ mail }) => mail.tags.journey ?? '');
  for (const journey of ['welcome', 'confirm-deals', 'deals-welcome', 'deals-monthly']) expect(journeys).toContain(journey);
});

test('one seed gives one history', { timeout: 60_000 }, async () => {
  const [one, other] = [await lived(7, rough), await lived(7, rough)];
  const told = (lives: typeof one) => lives.decided.map(({ pk, sk }) => `${pk} ${sk}`);
  expect(told(one)).toEqual(told(other));
});

/** I4, at the very instant of sending. */
test.each(seeds)('nobody is sent what they have not consented to, seed %i', { timeout: 60_000 }, async (seed) => {
  const lives = await lived(seed, rough);
  const states = customersOf(lives);
  const unsubscribed = states.filter(({ consents }) => consents.offers?.status === 'unsubscribed');
  for (const { id, merged, consents } of unsubscribed) {
    const since = consents.offers?.at ?? 0;
    const sent = lives.handovers.filter(
      ({ mail, at }) =>
        [id, ...merged].includes(mail.tags.customer as typeof id) &&
        mail.tags.journey === 'win-back' &&
        at > since + 30 * 86_400_000,
    );
    expect(sent, `seed ${seed}: ${id} unsubscribed`).toEqual([]);
  }
});
