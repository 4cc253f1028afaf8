import { describe, expect, test } from 'vitest';
import type { Scoring, Stage } from '#core/catalogue.ts';
import { wakeAt } from '#core/customer.ts';
import { fold } from '#core/fold.ts';
import { given } from '../support/given.ts';
import { ann, catalogue, event, instant, journey, mail } from '../support/shop.ts';

const scores: Scoring['scores'] = [
  { id: 'lead', name: 'Lead', halfLife: 'P10D', rules: [{ id: 'viewed', event: 'Product Viewed', points: 20 }] },
];
const stages: readonly Stage[] = [
  { id: 'subscriber', name: 'Subscriber', when: { consent: 'news' } },
  { id: 'qualified', name: 'Qualified', when: { score: 'lead', gte: 30 } },
  { id: 'customer', name: 'Customer', when: { event: 'Order Completed' } },
];
const called = journey({
  id: 'called',
  trigger: { type: 'stage_change', to: ['qualified'], direction: 'up' },
  reentry: { mode: 'always' },
  steps: [mail('hello')],
});

const shop = (scoring: Partial<Scoring> = {}, more = {}) => catalogue({ scoring: { scores, stages, ...scoring }, ...more });
const view = (at: string) => event('Product Viewed', at);
const history = ({ customer }: ReturnType<typeof given>) =>
  customer.stage?.history.map(({ stage, at, by }) => `${new Date(at).toISOString().slice(0, 10)} ${stage ?? 'none'}: ${by}`);

describe('the stage of a lead', () => {
  test('is the highest one whose condition holds, with the way to it', () => {
    const story = given(ann(), shop()).when(view('2026-01-02'), view('2026-01-03'), event('Order Completed', '2026-01-04'));
    expect(story.customer.stage?.id).toBe('customer');
    expect(history(story)).toEqual([
      '2026-01-02 subscriber: Product Viewed',
      '2026-01-03 qualified: Product Viewed',
      '2026-01-04 customer: Order Completed',
    ]);
    expect(story.noted('stage')).toContain('stage qualified → customer, by Order Completed');
  });

  test('stays when its condition no longer holds, and nobody is woken for that', () => {
    const warm = given(ann(), shop()).when(view('2026-01-02'), view('2026-01-03'));
    expect(wakeAt(warm.customer)).toBe(Number.POSITIVE_INFINITY);
    expect(warm.when(view('2026-06-01')).customer.stage?.id).toBe('qualified');
  });

  test('goes back when the score has faded, where the catalogue says so', () => {
    const warm = given(ann(), shop({ stagesGoBack: true })).when(view('2026-01-02'), view('2026-01-03'));
    expect(new Date(wakeAt(warm.customer)).toISOString().slice(0, 10)).toBe('2026-01-06');
    expect(history(warm.until('2026-06-01'))?.at(-1)).toBe('2026-01-06 subscriber: the passage of time');
  });

  test('is none where nothing holds any more', () => {
    const cold = given(ann({ consents: {} }), shop({ stagesGoBack: true })).when(view('2026-01-02'), view('2026-01-03'));
    expect(history(cold.until('2026-06-01'))).toEqual([
      '2026-01-03 qualified: Product Viewed',
      '2026-01-06 none: the passage of time',
    ]);
  });

  test('counts as what a segment and a waiting journey ask about', () => {
    const waiting = journey({
      id: 'waiting',
      trigger: { type: 'event', event: 'Signed Up' },
      steps: [{ id: 'wait', type: 'wait_until', when: { stage: 'customer' }, timeout: 'P90D' }, mail('thanks')],
    });
    const buyers = { id: 'buyers', name: 'Buyers', when: { stage: 'customer' } };
    const story = given(ann(), shop({}, { segments: [buyers], journeys: [waiting] })).when(
      event('Signed Up', '2026-01-02'),
      event('Order Completed', '2026-01-04T12:00:00Z'),
    );
    expect(story.customer.segments).toEqual({ buyers: instant('2026-01-04T12:00:00Z') });
    expect(story.mails).toEqual(['2026-01-04T12:00 hello queued']);
  });

  test('a stage that is gone from the catalogue is left for the one that holds', () => {
    const before = given(ann(), shop()).when(view('2026-01-02'), view('2026-01-03'));
    const fewer = { ...shop({ stages: stages.slice(0, 1) }), id: 'rel_fewer' };
    const after = given(before.customer, fewer).arriving('2026-01-04', view('2026-01-04'));
    expect(after.customer.stage?.id).toBe('subscriber');
  });
});

describe('a change of stage starts a journey', () => {
  const told = shop({ stagesGoBack: true }, { journeys: [called] });

  test('each time that it is reached from below', () => {
    const story = given(ann(), told).when(view('2026-01-02'), view('2026-01-03'), view('2026-02-01'), view('2026-02-02'));
    expect(story.mails).toEqual(['2026-01-03T00:00 hello queued', '2026-02-02T00:00 hello queued']);
    expect(story.noted('entered')[0]).toBe('entered called reached the stage qualified');
  });

  test('and not where another one was meant, or the other way', () => {
    const down = journey({ ...called, trigger: { type: 'stage_change', direction: 'down' } });
    const other = journey({ ...called, id: 'other', trigger: { type: 'stage_change', to: ['customer'] } });
    const story = given(ann(), shop({}, { journeys: [down, other] })).when(view('2026-01-02'), view('2026-01-03'));
    expect(story.mails).toEqual([]);
  });
});

describe('the time that a lead waits for an answer', () => {
  const contacted = ({ customer }: ReturnType<typeof given>) =>
    customer.stage?.history.map(({ contactedAt }) => (contactedAt === undefined ? null : new Date(contactedAt).toISOString()));
  const qualified = given(ann(), shop()).when(view('2026-01-02'), view('2026-01-03'));

  test('ends with the first contact in that stage', () => {
    const story = qualified.when(event('Lead Contacted', '2026-01-05'), event('Lead Contacted', '2026-01-06'));
    expect(contacted(story)).toEqual([null, '2026-01-05T00:00:00.000Z']);
  });

  test('is the same when that is heard of late', () => {
    const late = qualified
      .arriving('2026-01-09', event('Lead Contacted', '2026-01-06'))
      .arriving('2026-01-10', event('Lead Contacted', '2026-01-05'));
    expect(contacted(late)).toEqual([null, '2026-01-05T00:00:00.000Z']);
    const earlier = qualified.arriving('2026-01-09', event('Lead Contacted', '2026-01-02T06:00:00Z'));
    expect(contacted(earlier)).toEqual(['2026-01-02T06:00:00.000Z', null]);
  });

  test('ends with a mail that goes out', () => {
    const story = given(ann(), shop({}, { journeys: [called] })).when(view('2026-01-02'), view('2026-01-03'));
    expect(contacted(story)).toEqual([null, '2026-01-03T00:00:00.000Z']);
  });
});

test('of two people who are one the higher stage counts, with the way of both to it', () => {
  const one = given(ann(), shop()).when(view('2026-01-02'), event('Order Completed', '2026-01-05')).customer;
  const other = given(ann({ id: 'cus_other' }), shop()).when(
    view('2026-01-03'),
    view('2026-01-04'),
    event('Product Viewed', '2026-01-06'),
  ).customer;
  for (const folded of [fold(one, other), fold(other, one)]) {
    expect(folded.stage?.id).toBe('customer');
    expect(folded.stage?.history.map(({ stage }) => stage)).toEqual(['subscriber', 'subscriber', 'qualified', 'customer']);
  }
});
