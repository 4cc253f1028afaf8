/** What holds for any journey, customer and history (DESIGN §5: I6, I7, and the promises of waits). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Journey, Segment, Step } from '#core/catalogue.ts';
import type { Condition } from '#core/condition.ts';
import { type Customer, wakeAt } from '#core/customer.ts';
import type { TimelineEvent } from '#core/event.ts';
import { DAY_MS, HOUR_MS } from '#core/instant.ts';
import { steps as allSteps } from '#core/journey/nested.ts';
import type { Catalogue } from '#core/linked.ts';
import { given, type Story } from '../../support/given.ts';
import { ann, catalogue, event, instant, journey, release } from '../../support/shop.ts';

const names = ['A', 'B', 'C'] as const;
const name = fc.constantFrom(...names);
const hours = (max: number) => fc.integer({ min: 1, max }).map((n) => `PT${n}H`);

const condition: fc.Arbitrary<Condition> = fc.oneof(
  name.map((one) => ({ event: one })),
  fc.record({ event: name, count: fc.record({ gte: fc.integer({ min: 1, max: 3 }) }), within: hours(200) }),
  fc.record({ not: fc.record({ event: name, within: hours(100) }) }),
  fc.constantFrom<Condition>({ attribute: 'city', is: 'Porto' }, { segment: 'quiet' }, { consent: 'news' }),
);

const leaf: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.constant({ type: 'send_email', template: 'hello', topic: 'news' }),
  hours(60).map((period) => ({ type: 'delay', for: period })),
  fc.constant({ type: 'time_window', from: '09:00', to: '17:00' }),
  fc.record({
    type: fc.constant('wait_for_event'),
    events: fc.array(
      name.map((one) => ({ event: one })),
      { minLength: 1, maxLength: 2 },
    ),
    timeout: hours(90),
  }),
  fc.record({ type: fc.constant('wait_until'), when: condition, timeout: hours(90) }),
  fc.constant({ type: 'update_profile', set: { city: 'Porto' } }),
);

const { list } = fc.letrec<{ step: Record<string, unknown>; list: Record<string, unknown>[] }>((tie) => ({
  step: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.record({ type: fc.constant('condition'), when: condition, yes: tie('list'), no: tie('list') }),
    fc
      .record({ type: fc.constant('branch'), when: condition, steps: tie('list'), default: tie('list') })
      .map(({ when, steps, ...rest }) => ({ ...rest, cases: [{ name: 'one', when, steps }] })),
    fc
      .record({ type: fc.constant('repeat'), times: fc.integer({ min: 1, max: 3 }), inner: tie('list') })
      .map(({ inner, ...rest }) => ({ ...rest, steps: [{ type: 'delay', for: 'PT5H' }, ...(inner as object[])] })),
    fc.record({ type: fc.constant('random_split'), steps: tie('list') }).map(({ steps, type }) => ({
      type,
      branches: [
        { name: 'a', percent: 50, steps },
        { name: 'b', percent: 50, steps: [] },
      ],
    })),
  ),
  list: fc.array(tie('step'), { maxLength: 4 }),
}));

/** Gives every step an id of its own. */
function numbered(steps: readonly Record<string, unknown>[], next = { id: 0 }): Step[] {
  return steps.map((step) => {
    next.id += 1;
    const named: Record<string, unknown> = { ...step, id: `s${next.id}` };
    for (const key of ['yes', 'no', 'steps', 'default']) {
      if (Array.isArray(named[key])) named[key] = numbered(named[key] as Record<string, unknown>[], next);
    }
    for (const key of ['cases', 'branches']) {
      if (Array.isArray(named[key])) {
        named[key] = (named[key] as { steps: Record<string, unknown>[] }[]).map((one) => ({
          ...one,
          steps: numbered(one.steps, next),
        }));
      }
    }
    return named as unknown as Step;
  });
}

const journeys = fc
  .array(
    fc.record({
      start: name,
      steps: list,
      reentry: fc.constantFrom('once', 'always'),
      exit: fc.option(name, { nil: undefined }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) =>
    all.map(
      ({ start, steps, reentry, exit }, index): Journey =>
        journey({
          id: `j${index}`,
          trigger: { type: 'event', event: start },
          reentry: { mode: reentry },
          ...(exit !== undefined && { exitWhen: [{ event: exit }] }),
          steps: numbered(steps as Record<string, unknown>[]),
        }),
    ),
  );

const quiet: Segment = { id: 'quiet', name: 'Quiet', when: { not: { event: 'A', within: 'PT48H' } } };
const start = instant('2026-03-20');
const history = fc
  .array(fc.record({ name, hour: fc.integer({ min: 0, max: 24 * 30 }) }), { minLength: 1, maxLength: 12 })
  .map((all) =>
    all
      .sort((one, other) => one.hour - other.hour)
      .map(({ name: one, hour }, index) =>
        event(one, new Date(start + hour * HOUR_MS + index).toISOString(), {}, { id: `e${String(index).padStart(3, '0')}` }),
      ),
  );

const shopOf = (list: readonly Journey[]): Catalogue =>
  catalogue({
    journeys: list,
    segments: [quiet],
    policy: { ...release().policy, quietHours: { from: '22:00', to: '07:00' }, caps: [{ max: 5, per: 'P3D' }] },
  });
const end = new Date(start + 120 * DAY_MS).toISOString();
const runs = { numRuns: Number(process.env.RUNS ?? 300) };

const lived = (shop: Catalogue, events: readonly TimelineEvent[]): Story => given(ann(), shop).when(...events);

describe('whatever the journeys and the history', () => {
  test('the same input gives the same answer, and the input is left as it was', () => {
    fc.assert(
      fc.property(journeys, history, (list, events) => {
        const shop = shopOf(list);
        const before = JSON.stringify(ann());
        const person = ann();
        const [one, other] = [
          given(person, shop)
            .when(...events)
            .until(end),
          given(person, shop)
            .when(...events)
            .until(end),
        ];
        expect(one.customer).toEqual(other.customer);
        expect(one.effects).toEqual(other.effects);
        expect(JSON.stringify(person)).toBe(before);
      }),
      runs,
    );
  });

  test('everything in one go gives what event by event gives (I7)', () => {
    fc.assert(
      fc.property(journeys, history, (list, events) => {
        const shop = shopOf(list);
        const steady = lived(shop, events).until(end);
        const atOnce = given(ann(), shop).arriving(end, ...events);
        expect(atOnce.mails).toEqual(steady.mails);
        expect(atOnce.customer).toEqual(steady.customer);
      }),
      runs,
    );
  });

  test('nothing waits for ever: each run is woken in time, and in the end nobody is inside (I6)', () => {
    fc.assert(
      fc.property(journeys, history, (list, events) => {
        const story = lived(shopOf(list), events);
        for (const run of story.customer.runs) expect(wakeAt(story.customer)).toBeLessThanOrEqual(run.until);
        expect(story.until(end).customer.runs).toEqual([]);
      }),
      runs,
    );
  });

  test('no mail is decided twice, and no step is taken twice in one round of one run', () => {
    fc.assert(
      fc.property(journeys, history, (list, events) => {
        const story = lived(shopOf(list), events).until(end);
        const ids = story.effects.flatMap((effect) => (effect.type === 'message' ? [effect.message.id] : []));
        expect(new Set(ids).size).toBe(ids.length);
      }),
      runs,
    );
  });

  test('no wait is longer than it says', () => {
    fc.assert(
      fc.property(journeys, history, (list, events) => {
        const timeouts = new Map(
          list.flatMap(({ id, steps }) => allSteps(steps).map((step) => [`${id} ${step.id}`, step] as const)),
        );
        let at = ann() as Customer;
        let story = given(at, shopOf(list));
        for (const one of events) {
          story = story.when(one);
          at = story.customer;
          for (const run of at.runs) {
            const step = timeouts.get(`${run.journey} ${run.step}`);
            const period =
              step?.type === 'delay'
                ? step.for
                : step?.type === 'wait_for_event' || step?.type === 'wait_until'
                  ? step.timeout
                  : undefined;
            if (period !== undefined) expect(run.until - run.since).toBeLessThanOrEqual(Number(period.slice(2, -1)) * HOUR_MS);
          }
        }
      }),
      runs,
    );
  });
});

test('a customer with 10,000 events a day stays small', { timeout: 60_000 }, () => {
  const shop = catalogue({
    segments: [
      quiet,
      { id: 'spender', name: 'Spender', when: { event: 'A', sum: { property: 'revenue', gte: 1e9 }, within: 'P30D' } },
    ],
    journeys: [
      journey({
        id: 'j',
        trigger: { type: 'event', event: 'A' },
        reentry: { mode: 'always', key: 'order' },
        exitWhen: [{ event: 'B' }],
        steps: [{ id: 'w', type: 'delay', for: 'P1D' }],
      }),
    ],
    loyalty: {
      currency: 'EUR',
      earn: { event: 'A', amount: 'revenue', pointsPerUnit: 1 },
      tiers: [{ id: 'gold', name: 'Gold', spend: 1e6 }],
    },
  });
  const day = Array.from({ length: 10_000 }, (_, index) =>
    event(
      index % 3 === 0 ? 'B' : 'A',
      new Date(start + index * 8640).toISOString(),
      { order: `o${index}`, order_id: `o${index}`, revenue: 9.99, note: 'x'.repeat(500) },
      { traits: { [`t${index % 400}`]: 'y'.repeat(1000) } },
    ),
  );
  const story = given(ann(), shop).when(...day);
  const bytes = Buffer.byteLength(JSON.stringify(story.customer));
  // DynamoDB's limit is 400 KB for an item.
  expect(bytes).toBeLessThan(300_000);
  expect(story.customer.loyalty?.points).toBeGreaterThan(50_000);
});
