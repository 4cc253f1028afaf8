/** More than a year in the local cloud: each buyer is missed by the rhythm of her own, and at the very minute. */
import { describe, expect, vi } from 'vitest';
import type { Note } from '#core/decision.ts';
import { DAY_MS, MINUTE_MS, toIso } from '#core/instant.ts';
import { linkRelease } from '#core/linked.ts';
import { given } from '../support/given.ts';
import { ann, event } from '../support/shop.ts';
import type { LocalCloud } from './support/cloud.ts';
import { expectedMiss } from './support/rhythms.ts';
import { test as cloudTest } from './support/test.ts';
import { address, liveYear, type Who, type Year } from './support/year.ts';

// The first test lives the year: a minute of a machine that has nothing else to do.
vi.setConfig({ testTimeout: 400_000 });

/** What became of somebody: notes of decisions and mails, oldest first. */
type Story = {
  readonly notes: readonly (Omit<Note, 'at'> & { readonly at: number; readonly release: string })[];
  /** Marketing mails that journeys decided on, `we-miss-you delivered`, since the beginning. */
  readonly mails: readonly string[];
  readonly mailAt: (template: string) => number;
};

const test = cloudTest.extend<{ readonly year: Year; readonly story: (who: Who) => Promise<Story> }>({
  year: [async ({ cloud }, use) => use(await liveYear(cloud)), { scope: 'file' }],
  story: [async ({ cloud, year }, use) => use((who) => storyOf(cloud, year, who)), { scope: 'file' }],
});

async function storyOf(cloud: LocalCloud, { begin }: Year, who: Who): Promise<Story> {
  const items = (await cloud.timeline(address(who))).toReversed().filter(({ at }) => Date.parse(at) >= begin);
  const sent = await cloud.inbox(address(who));
  return {
    notes: items
      .filter(({ type }) => type === 'decision')
      .flatMap(({ notes, release }) =>
        (notes as (Omit<Note, 'at'> & { at: string })[]).map((one) => ({
          ...one,
          at: Date.parse(one.at),
          release: String(release),
        })),
      )
      .filter(({ at }) => at >= begin),
    mails: items.flatMap(({ type, topicType, template, status }) =>
      type === 'message' && topicType === 'marketing' ? [`${template} ${status}`] : [],
    ),
    mailAt: (template) => {
      const message = items.findLast((item) => item.type === 'message' && item.template === template);
      return Date.parse(sent.find(({ tags }) => tags.message === message?.id)?.at ?? '');
    },
  };
}

const entered = ({ notes }: Story, segment: string) =>
  notes.filter((note) => note.what === 'segment_entered' && note.segment === segment);
const whys = ({ notes }: Story, journey: string) =>
  notes.filter((note) => note.journey === journey).map(({ step, why }) => (step === undefined ? why : `${step}: ${why}`));
/** To the minute: a minute has passed at most when what was due is done. */
const within = (at: number, expected: number) => {
  expect(toIso(at) >= toIso(expected - 1), `${toIso(at)} is not before ${toIso(expected)}`).toBe(true);
  expect(at - expected, `${toIso(at)} is within a minute of ${toIso(expected)}`).toBeLessThanOrEqual(MINUTE_MS);
};

test('models are learnt by request and then by the schedule, and one is the current one at any time', ({ year }) => {
  expect(year.learnt).toMatch(/^Published rel_\w+: mbgnbd, learnt from 110 customers who ordered/);
  expect(year.reigns[0]?.model).toBeUndefined();
  const learnt = year.reigns.flatMap(({ model }) => model ?? []);
  expect(learnt.length).toBeGreaterThanOrEqual(50);
  expect(year.end - year.begin).toBeGreaterThan(366 * DAY_MS);
});

describe('a weekly buyer who stops', () => {
  test('is missed after weeks, at the minute that the published parameters say', async ({ year, story }) => {
    const told = await story('weekly');
    const expected = expectedMiss(year, 'weekly');
    expect(expected.at - (year.ordersOf('weekly').at(-1) ?? 0)).toBeLessThan(35 * DAY_MS);
    const [first] = entered(told, 'drifting-away');
    within(first?.at ?? 0, expected.at);
    expect(first).toMatchObject({ why: 'its condition became true', release: expected.release });
    within(told.mailAt('we-miss-you'), expected.at);
  });

  test('who does not react gets a voucher, being worth it, then the last mail, and then none', async ({ year, story, cloud }) => {
    const told = await story('weekly');
    expect(told.mails).toEqual(['we-miss-you delivered', 'voucher delivered', 'shall-we-part delivered']);
    within(told.mailAt('voucher'), expectedMiss(year, 'weekly').at + 7 * DAY_MS);
    expect(whys(told, 'win-back')).toEqual(
      expect.arrayContaining(['reaction: the time-out came first', 'worth: the case “worth a voucher” applies']),
    );
    // P(alive) has been below the line for long: what is waited for are the ninety days without an order.
    const parting = (year.ordersOf('weekly').at(-1) ?? 0) + 90 * DAY_MS;
    within(told.mailAt('shall-we-part'), parting);
    expect(whys(told, 'farewell')).toEqual(expect.arrayContaining(['no-offers: unsubscribed', 'no-news: unsubscribed']));
    const { consents } = await cloud.customer(address('weekly'));
    for (const topic of ['offers', 'newsletter']) {
      expect(consents[topic]?.status).toBe('unsubscribed');
      within(Date.parse(consents[topic]?.at ?? ''), parting + 21 * DAY_MS);
    }
  });

  test('and comes back leaves the series, and is welcomed a day later', async ({ year, story }) => {
    const told = await story('returning');
    const back = year.ordersOf('returning').at(-1) ?? 0;
    within(told.mailAt('we-miss-you'), expectedMiss(year, 'returning', back).at);
    expect(told.mails.slice(0, 2)).toEqual(['we-miss-you delivered', 'welcome-back delivered']);
    expect(told.mails).not.toContain('voucher delivered');
    within(told.mailAt('welcome-back'), back + DAY_MS);
    expect(told.notes).toContainEqual(expect.objectContaining({ what: 'goal_reached', journey: 'win-back' }));
    expect(told.notes).toContainEqual(expect.objectContaining({ what: 'segment_left', segment: 'drifting-away', at: back }));
  });
});

describe('a yearly buyer', () => {
  test('who goes on is never missed, whom sixty days would have missed', async ({ year, story }) => {
    const told = await story('yearly');
    expect(told.mails).toEqual([]);
    expect(entered(told, 'drifting-away')).toEqual([]);
    const { model: _, ...plain } = year.release.prediction ?? { settings: {} };
    const orders = year
      .ordersOf('yearly')
      .map((at, i) => event('Order Completed', toIso(at), { order_id: `o${i}`, revenue: 40 }));
    const { mails } = given(ann(), linkRelease({ ...year.release, prediction: plain }))
      .when(...orders)
      .until(toIso(year.end));
    const missed = mails.filter((line) => line.includes('we-miss-you')).map((line) => Date.parse(`${line.slice(0, 16)}Z`));
    expect(missed.filter((at) => at > year.begin)).toEqual([(year.ordersOf('yearly').at(-2) ?? 0) + 60 * DAY_MS]);
  });

  test('who stops is missed, too, but ten months later than the weekly one', async ({ year, story }) => {
    const told = await story('yearlyGone');
    const expected = expectedMiss(year, 'yearlyGone');
    const [first, ...others] = entered(told, 'drifting-away');
    expect(others).toEqual([]);
    within(first?.at ?? 0, expected.at);
    expect(first).toMatchObject({ why: 'its condition became true', release: expected.release });
    within(told.mailAt('we-miss-you'), expected.at);
    expect(expected.at - expectedMiss(year, 'weekly').at).toBeGreaterThan(300 * DAY_MS);
    expect(told.mails[0]).toBe('we-miss-you delivered');
    expect(told.mails).not.toContain('voucher delivered');
  });
});

test('whom the plain rule missed before there was a model, and who comes back anyway, gets no voucher', async ({
  year,
  story,
}) => {
  const told = await story('slow');
  const [, silentSince = 0] = year.ordersOf('slow').toReversed();
  const [first] = entered(told, 'drifting-away');
  within(first?.at ?? 0, silentSince + 60 * DAY_MS);
  expect(first?.why).toBe('its condition became true, by its plain rule: no forecast, because no model has been learnt yet');
  expect(first?.release).toBe(year.reigns.findLast(({ model }) => model === undefined)?.release);
  expect(whys(told, 'win-back')).toContain('worth: the case “comes back anyway” applies');
  expect(told.mails.slice(0, 2)).toEqual(['we-miss-you delivered', 'what-is-new delivered']);
  expect(told.notes.filter(({ what }) => what === 'voucher')).toEqual([]);
});
