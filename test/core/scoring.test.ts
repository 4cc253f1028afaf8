import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Score, ScoreRule } from '#core/catalogue.ts';
import type { Condition, Range } from '#core/condition.ts';
import { type Customer, wakeAt } from '#core/customer.ts';
import type { TimelineEvent } from '#core/event.ts';
import { fold } from '#core/fold.ts';
import { add, DAY_MS, HOUR_MS, NEVER } from '#core/instant.ts';
import { type Catalogue, mentionedEvents } from '#core/linked.ts';
import { trimmed } from '#core/metrics.ts';
import { explainScore, type LinkedScore, scoreAt } from '#core/scoring.ts';
import { given } from '../support/given.ts';
import { ann, catalogue, event, instant, release } from '../support/shop.ts';

const score = (rules: readonly ScoreRule[], more: Partial<Score> = {}): Score => ({ id: 'lead', name: 'Lead', rules, ...more });
const viewed: ScoreRule = { id: 'viewed', event: 'Product Viewed', points: 10 };

/** The catalogue of a shop with one score, and what Ann's score is after a story. */
function scored(one: Score, when?: Condition) {
  const segments = when === undefined ? [] : [{ id: 'hot', name: 'Hot', when }];
  const shop = catalogue({ scoring: { scores: [one] }, segments });
  const valueAt = (customer: Customer, at: number): number => scoreAt(scoreOf(shop), customer, at);
  return { shop, valueAt, story: given(ann(), shop) };
}

function scoreOf(shop: Catalogue): LinkedScore {
  const linked = shop.scores.get('lead');
  if (linked === undefined) throw new Error('the catalogue has the score');
  return linked;
}

const view = (at: string, properties = {}): TimelineEvent => event('Product Viewed', at, properties);

describe('a score', () => {
  test('adds up the points of events and of conditions that hold, and takes away the negative ones', () => {
    const { story, valueAt } = scored(
      score([
        viewed,
        { id: 'portugal', when: { attribute: 'country', is: 'PT' }, points: 7 },
        { id: 'spam', event: 'Email Marked as Spam', points: -50 },
      ]),
    );
    const after = story.when(view('2026-01-02'), event('Identify', '2026-01-03', {}, { traits: { country: 'PT' } }));
    expect(valueAt(after.customer, instant('2026-01-04'))).toBe(17);
    expect(valueAt(after.when(event('Email Marked as Spam', '2026-01-05')).customer, instant('2026-01-06'))).toBe(-33);
  });

  test('counts only the events that its rule means', () => {
    const { story, valueAt } = scored(score([{ ...viewed, where: { property: 'price', gte: 100 } }]));
    const after = story.when(view('2026-01-02', { price: 99 }), view('2026-01-03', { price: 100 }));
    expect(valueAt(after.customer, instant('2026-01-04'))).toBe(10);
  });

  test('stays within its min and max', () => {
    const { story, valueAt } = scored(score([viewed, { id: 'left', event: 'Unsubscribed', points: -100 }], { min: 0, max: 15 }));
    const warm = story.when(view('2026-01-02'), view('2026-01-03'));
    expect(valueAt(warm.customer, instant('2026-01-04'))).toBe(15);
    expect(valueAt(warm.when(event('Unsubscribed', '2026-01-05')).customer, instant('2026-01-06'))).toBe(0);
  });

  test('fades by its half-life, but for what lasts, what has its own end, and what conditions give', () => {
    const { story, valueAt } = scored(
      score(
        [
          { ...viewed, points: 40 },
          { id: 'ordered', event: 'Order Completed', points: 3, lasts: true },
          { id: 'trial', event: 'Trial Started', points: 500, expires: 'P7D' },
          { id: 'known', when: { attribute: 'email', exists: true }, points: 1 },
        ],
        { halfLife: 'P30D' },
      ),
    );
    const { customer } = story.when(
      view('2026-01-01'),
      event('Order Completed', '2026-01-01'),
      event('Trial Started', '2026-01-01'),
    );
    expect(valueAt(customer, instant('2026-01-01'))).toBe(544);
    expect(valueAt(customer, instant('2026-01-08') - 1)).toBeGreaterThan(504);
    expect(valueAt(customer, instant('2026-01-31'))).toBe(24);
    expect(valueAt(customer, instant('2026-03-02'))).toBe(14);
  });

  test.each<[string, ScoreRule, number]>([
    ['twice in all', { ...viewed, limit: { max: 2 } }, 20],
    ['once a day', { ...viewed, limit: { max: 1, per: 'P1D' } }, 20],
    ['as often as it happens', viewed, 40],
  ])('counts an event %s', (_, rule, expected) => {
    const { story, valueAt } = scored(score([rule]));
    const { customer } = story.when(
      ...['2026-01-02T08:00:00Z', '2026-01-02T23:59:59Z', '2026-01-03T00:00:00Z', '2026-01-03T01:00:00Z'].map((at) => view(at)),
    );
    expect(valueAt(customer, instant('2026-01-04'))).toBe(expected);
  });

  test('its events are ones that must be evaluated, as those by which the company turns to people and those of touches', () => {
    const scoring = {
      scores: [score([viewed])],
      stages: [{ id: 'hot', name: 'Hot', when: { score: 'lead', gte: 10 } }],
      touches: ['Page'],
    };
    expect(mentionedEvents(release({ scoring }))).toEqual(['Lead Contacted', 'Page', 'Product Viewed']);
  });

  test('forgets the events whose points have ended, with their ids', () => {
    const { story, shop } = scored(score([{ ...viewed, expires: 'P3D' }]));
    const late = story
      .when(view('2026-01-02'))
      .arriving('2026-02-01', event('Order Completed', '2026-02-01'))
      .arriving('2026-02-01', view('2026-01-05'));
    expect(Object.values(late.customer.metrics)).toEqual([{ n: 0, t: [], e: [] }]);
    expect(explainScore(scoreOf(shop), late.customer, instant('2026-02-01')).parts).toEqual([]);
  });

  test('says which events gave what, and sums up the earlier ones', () => {
    const { story, shop } = scored(score([{ ...viewed, points: 8 }], { halfLife: 'P10D' }));
    const days = Array.from({ length: 13 }, (_, day) => view(`2026-01-${String(day + 1).padStart(2, '0')}`));
    const { customer } = story.when(...days);
    const { value, parts } = explainScore(scoreOf(shop), customer, instant('2026-01-13'));
    expect(parts).toHaveLength(1);
    const [part] = parts;
    expect(part?.events.map(({ id }) => id)).toEqual(days.slice(3).map(({ id }) => id));
    expect(part?.events.at(-1)).toMatchObject({ points: 8, given: 8, at: instant('2026-01-13') });
    expect(part?.events[0]?.points).toBeCloseTo(8 * 2 ** -0.9, 2);
    expect(part).toMatchObject({ given: 104, points: value, earlier: { count: 3 } });
    expect(part?.earlier.points).toBeCloseTo(8 * (2 ** -1.2 + 2 ** -1.1 + 2 ** -1), 2);
  });
});

describe('a condition on a score', () => {
  const hot: Condition = { score: 'lead', gte: 25 };

  test('changes with the event that lifts it, and to the millisecond when the score has faded', () => {
    const { story, valueAt } = scored(score([{ ...viewed, points: 50 }], { halfLife: 'P10D' }), hot);
    const warm = story.when(view('2026-01-01'));
    expect(warm.noted('segment_entered')).toHaveLength(1);
    const flip = wakeAt(warm.customer);
    expect([valueAt(warm.customer, flip - 1), valueAt(warm.customer, flip)]).toEqual([25, 24.99]);
    // 24.995 is what rounds to 25 at the least.
    expect(Math.abs(flip - (instant('2026-01-01') + 10 * DAY_MS * Math.log2(50 / 24.995)))).toBeLessThan(2);
    expect(warm.until(new Date(flip - 1).toISOString()).noted('segment_left')).toEqual([]);
    expect(warm.until(new Date(flip).toISOString()).noted('segment_left')).toHaveLength(1);
  });

  test('is woken for an end of points only where that changes it', () => {
    const { story } = scored(score([{ ...viewed, expires: 'P10D' }]), hot);
    const warm = story.when(view('2026-01-01'), view('2026-01-02'), view('2026-01-03'), view('2026-01-04'));
    expect(wakeAt(warm.customer)).toBe(instant('2026-01-12'));
    expect(warm.until('2026-01-12').customer.segments).toEqual({});
  });

  test('a rise by fading of what was taken away is seen coming, too', () => {
    const { story } = scored(
      score(
        [
          { id: 'bought', event: 'Order Completed', points: 30, lasts: true },
          { id: 'back', event: 'Order Refunded', points: -20 },
        ],
        {
          halfLife: 'P10D',
        },
      ),
      hot,
    );
    const after = story.when(event('Order Completed', '2026-01-01'), event('Order Refunded', '2026-01-01T00:00:01Z'));
    expect(after.customer.segments).toEqual({});
    expect(new Date(wakeAt(after.customer)).toISOString().slice(0, 10)).toBe('2026-01-20');
    expect(after.until('2026-01-22').customer.segments).toHaveProperty('hot');
  });

  test('of a score that the release no longer has does not hold', () => {
    const { shop } = scored(score([viewed]), { score: 'gone', gte: 0 });
    expect(given(ann(), shop).when(view('2026-01-01')).customer.segments).toEqual({});
  });
});

const start = instant('2026-01-01');
const limit = fc.oneof(
  fc.constant(undefined),
  fc.record({ max: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ max: fc.integer({ min: 1, max: 3 }), per: fc.constantFrom('P1D', 'PT5H') }),
);
const eventRule = fc
  .record({
    points: fc.integer({ min: -30, max: 60 }).filter((points) => points !== 0),
    limit,
    kind: fc.constantFrom('fades', 'expires', 'lasts'),
  })
  .map(({ points, limit: most, kind }, index = 0): ScoreRule => {
    const base = { id: `r${index}`, event: 'Product Viewed', points, ...(most && { limit: most }) };
    return kind === 'expires' ? { ...base, expires: 'P3D' } : kind === 'lasts' ? { ...base, lasts: true } : base;
  });
const rules = fc.array(eventRule, { minLength: 1, maxLength: 4 });
const hoursOf = fc.array(fc.integer({ min: 0, max: 24 * 20 }), { minLength: 1, maxLength: 40 });
const range: fc.Arbitrary<Range> = fc.oneof(
  fc.integer({ min: -60, max: 200 }).map((gte) => ({ gte })),
  fc.integer({ min: -60, max: 200 }).map((lt) => ({ lt })),
  fc.integer({ min: -60, max: 150 }).map((gt) => ({ gt, lte: gt + 30 })),
);

/** The same by the words of the schema: all events in a list, and what each is worth. */
function reckoned(one: Score, times: readonly number[], now: number): number {
  let sum = 0;
  for (const rule of one.rules) {
    if (!('event' in rule)) continue;
    const sorted = [...times].sort((a, b) => a - b);
    const { max = 100, per } = rule.limit ?? {};
    const seen = new Map<number, number>();
    const counting = sorted.filter((at) => {
      if (per === undefined) return true;
      const period = Math.floor(at / add(0, per));
      seen.set(period, (seen.get(period) ?? 0) + 1);
      return (seen.get(period) ?? 0) <= max;
    });
    const latest = per === undefined ? counting.slice(-max) : counting;
    for (const at of latest) {
      if (rule.expires !== undefined) sum += add(at, rule.expires) > now ? rule.points : 0;
      else sum += rule.points * (rule.lasts === true ? 1 : 2 ** (-(now - at) / (7 * DAY_MS)));
    }
  }
  return sum;
}

describe('for any rules and events', () => {
  test('a score is what its events are worth, in whatever order and in whatever batches they arrive', () => {
    fc.assert(
      fc.property(rules, hoursOf, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 5 }), (list, hours, random, batch) => {
        const one = score(list, { halfLife: 'P7D' });
        const { shop, valueAt } = scored(one);
        const times = hours.map((hour) => start + hour * HOUR_MS);
        const shuffled = times.map((at) => ({ at, key: random.next().value as number })).sort((a, b) => a.key - b.key);
        const end = start + 21 * DAY_MS;
        let story = given(ann(), shop);
        for (let from = 0; from < shuffled.length; from += batch) {
          const events = shuffled.slice(from, from + batch).map(({ at }) => view(new Date(at).toISOString()));
          story = story.arriving(new Date(end).toISOString(), ...events);
        }
        for (const at of [end, end + 5 * DAY_MS, end + 90 * DAY_MS]) {
          expect(Math.abs(valueAt(story.customer, at) - reckoned(one, times, at))).toBeLessThanOrEqual(0.0051);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('the two halves of a person have together the score of one', () => {
    fc.assert(
      fc.property(rules, hoursOf, hoursOf, (list, mine, others) => {
        const one = score(list, { halfLife: 'P7D' });
        const { shop, valueAt } = scored(one);
        const at = (hour: number): number => start + hour * HOUR_MS;
        const happened = new Map<string, number>();
        const lived = (hours: readonly number[]): Customer => {
          const events = hours.map((hour) => view(new Date(at(hour)).toISOString()));
          for (const { id, at: time } of events) happened.set(id, time);
          return given(ann(), shop).arriving('2026-01-22', ...events).customer;
        };
        const folded = fold(lived(mine), { ...lived(others), id: 'cus_other' });
        const now = instant('2026-01-22');
        const bounded = { ...folded, metrics: trimmed(folded.metrics, [...shop.metrics.values()].flat()) };
        expect(Math.abs(valueAt(bounded, now) - valueAt(folded, now))).toBeLessThanOrEqual(0.0101);
        for (const { t = [], e = [] } of Object.values(bounded.metrics))
          expect(e.map((id) => happened.get(id))).toEqual(e.map((_, place) => t[t.length - e.length + place]));
        // Past the number of instants that are kept, a limit of each half was applied to it alone.
        fc.pre(mine.length + others.length <= 100);
        expect(Math.abs(valueAt(folded, now) - reckoned(one, [...mine, ...others].map(at), now))).toBeLessThanOrEqual(0.0051);
      }),
      { numRuns: 100 },
    );
  });

  test('a condition says when it next changes: it does then, and not before', () => {
    fc.assert(
      fc.property(rules, hoursOf, range, fc.integer({ min: 0, max: 1000 }), (list, hours, bounds, after) => {
        const { shop } = scored(score(list, { halfLife: 'P7D', min: -40 }));
        const { customer } = given(ann(), shop).arriving(
          '2026-01-21',
          ...hours.map((hour) => view(new Date(start + hour * HOUR_MS).toISOString())),
        );
        const asked = scoreOf(shop).test(bounds);
        const truth = (now: number) => asked({ customer, now, properties: {}, trigger: {} });
        const now = instant('2026-01-21') + after * HOUR_MS;
        const { is, until } = truth(now);
        const end = until === NEVER ? now + 400 * DAY_MS : until;
        for (let part = 0; part < 40; part += 1) expect(truth(now + Math.floor(((end - now) * part) / 40)).is).toBe(is);
        if (until === NEVER) return;
        expect([truth(until - 1).is, truth(until).is]).toEqual([is, !is]);
      }),
      { numRuns: 300 },
    );
  });
});
