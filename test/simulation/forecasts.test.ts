/** I6 and I7 with forecasts: models come, are refused and grow old in the middle of everything that goes wrong. */
import { describe, expect, test } from 'vitest';
import type { Release } from '#core/catalogue.ts';
import type { Condition } from '#core/condition.ts';
import type { Decision } from '#core/decision.ts';
import { DAY_MS, toIso } from '#core/instant.ts';
import { event, journey, mail } from '../support/shop.ts';
import { checkAll, customersOf } from './invariants.ts';
import { replayed } from './replay.ts';
import { live, shopRelease, start } from './shop-year.ts';
import { rough, type World, world } from './world.ts';

const seeds = process.env.SEED
  ? [Number(process.env.SEED)]
  : Array.from({ length: Number(process.env.SEEDS ?? 12) }, (_, index) => index + 1);

const silent: Condition = { all: [{ event: 'Order Completed' }, { not: { event: 'Order Completed', within: 'P20D' } }] };

function predictingRelease(): Release {
  const shop = shopRelease();
  return {
    ...shop,
    prediction: { settings: { margin: 0.4, maxAge: 'P45D' } },
    segments: [
      ...shop.segments,
      { id: 'fading', name: 'Fading', when: { attribute: 'prediction.pAlive', lt: 0.7 }, fallback: silent },
      {
        id: 'best',
        name: 'Best',
        when: { attribute: 'rfm.group', in: ['champions', 'loyal'] },
        fallback: { event: 'Order Completed', count: { gte: 4 } },
      },
      {
        id: 'worthy',
        name: 'Worthy',
        when: {
          all: [
            { attribute: 'clv.next12Months', gte: 20 },
            { attribute: 'prediction.expectedOrders12Months', gte: 1 },
          ],
        },
        fallback: { event: 'Order Completed', within: 'P120D' },
      },
    ],
    journeys: [
      ...shop.journeys,
      journey({
        id: 'fading',
        trigger: { type: 'segment_entry', segment: 'fading' },
        reentry: { mode: 'after', interval: 'P60D' },
        exitWhen: [{ event: 'Order Completed' }],
        steps: [
          { id: 'while', type: 'delay', for: 'P3D' },
          {
            id: 'worth',
            type: 'branch',
            cases: [
              { name: 'worthy', when: { attribute: 'clv.next12Months', gte: 20 }, steps: [mail('gift', 'gift', 'offers')] },
              {
                name: 'late',
                when: { attribute: 'prediction.nextOrderAt', exists: true },
                steps: [mail('late', 'hello', 'offers')],
              },
            ],
            default: [mail('plain', 'news', 'offers')],
          },
        ],
      }),
      journey({
        id: 'best-again',
        trigger: { type: 'segment_exit', segment: 'best' },
        reentry: { mode: 'always' },
        steps: [mail('best', 'more', 'news')],
      }),
    ],
  };
}

const CROWD = 56;

/** Others order, too, so that there is something to learn from; a model is asked for too early, then learnt, then learnt anew or left to grow old. */
async function lived(seed: number): Promise<{ lives: World; learnt: string[] }> {
  const lives = await world(seed, rough, predictingRelease(), start);
  const learnt: string[] = [];
  let order = 0;
  const buy = () => {
    // All once, and then a few of them again and again.
    const who = order < CROWD ? order : order % 12;
    order += 1;
    const properties = { order_id: `crowd-${order}`, revenue: 10 + ((order * 7) % 60), currency: 'EUR' };
    return event('Order Completed', toIso(lives.now()), properties, {
      id: `crowd-${order}`,
      identities: { email: `crowd${who}@example.com` },
    });
  };
  await live(lives, 6, 120, async (round) => {
    if (round < 60) await lives.post(buy(), buy());
    if (round === 5 || round === 45 || (round === 100 && seed % 2 === 0)) learnt.push((await lives.learn()).status);
  });
  return { lives, learnt };
}

describe.each(seeds)('months of a shop that forecasts, seed %i', { timeout: 120_000 }, (seed) => {
  test('hold every invariant, and can be replayed to the same state, each decision under its own release', async () => {
    const { lives, learnt } = await lived(seed);
    expect(learnt).toEqual(seed % 2 === 0 ? ['refused', 'published', 'published'] : ['refused', 'published']);
    checkAll(lives);
    const decisions = lives.decided.map(({ body }) => JSON.parse(String(body)) as Decision);
    // One that was cut off after it had published is learnt once more.
    expect(new Set(decisions.map(({ release }) => release)).size).toBeGreaterThanOrEqual(learnt.length);
    const whys = decisions.flatMap(({ notes }) =>
      notes.flatMap(({ segment, why }) => (['fading', 'best', 'worthy'].includes(segment ?? '') ? [why] : [])),
    );
    for (const because of [/became (?:true|false)$/, /no model has been learnt yet$/, /is older than P45D$/])
      expect(whys.filter((why) => because.test(why)).length, String(because)).toBeGreaterThan(0);
    const again = await replayed(lives);
    expect(again).toEqual(customersOf(lives).sort((one, other) => (one.id < other.id ? -1 : 1)));
    expect(lives.now() - start).toBeGreaterThan(365 * DAY_MS);
  });
});
