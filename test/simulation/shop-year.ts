import type { Release, Scoring } from '#core/catalogue.ts';
import type { Message } from '#core/decision.ts';
import { confirmationTopic, confirmJourney, confirmJourneyId } from '#core/double-opt-in.ts';
import type { TimelineEvent } from '#core/event.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, toIso } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import { confirmationOf } from '#usecases/confirm/event.ts';
import { eventOf } from '#usecases/store/events.ts';
import { customerPk } from '#usecases/store/keys.ts';
import { driftingAway, event, instant, journey, mail, release } from '../support/shop.ts';
import type { World } from './world.ts';

/** Fading, limited, ending, lasting and taken points; stages that are left again. */
const scoring: Scoring = {
  scores: [
    {
      id: 'lead',
      name: 'Lead',
      halfLife: 'P20D',
      min: 0,
      rules: [
        { id: 'seen', event: 'Page', points: 7, limit: { max: 2, per: 'P1D' } },
        { id: 'clicked', event: 'Email Link Clicked', points: 8 },
        { id: 'cart', event: 'Checkout Started', points: 15, expires: 'P7D' },
        { id: 'bought', event: 'Order Completed', points: 4, lasts: true, limit: { max: 5 } },
        { id: 'left', event: 'Unsubscribed', points: -20, limit: { max: 3 } },
      ],
    },
  ],
  stages: [
    { id: 'lead', name: 'Lead', when: { attribute: 'email', exists: true } },
    {
      id: 'qualified',
      name: 'Qualified',
      when: {
        all: [
          { attribute: 'email', exists: true },
          { score: 'lead', gte: 15 },
        ],
      },
    },
  ],
  stagesGoBack: true,
};

/** The three headline journeys, a cart reminder, a weekly letter and birthday wishes, with a loyalty programme. */
export function shopRelease(): Release {
  return release({
    policy: { ...release().policy, quietHours: { from: '21:00', to: '08:00' }, caps: [{ max: 4, per: 'P7D' }] },
    segments: [
      driftingAway,
      { id: 'loyal', name: 'Loyal', when: { event: 'Order Completed', count: { gte: 2 }, within: 'P90D' } },
    ],
    vouchers: [{ id: 'tea', name: 'Tea', description: 'A box of tea', codes: 'generated', validFor: 'P30D' }],
    loyalty: {
      currency: 'EUR',
      earn: [
        { id: 'orders', event: 'Order Completed', per: { points: 1 }, pending: { for: 'P7D', event: 'Order Delivered' } },
        { id: 'visits', event: 'Page', points: 2, limit: { max: 3, per: 'month' } },
      ],
      expiry: { after: 'P60D', endOf: 'month', inactivity: 'P120D' },
      referral: { referrer: 40, friend: 20, link: 'https://shop.example/?friend={code}' },
      rewards: [{ id: 'tea', name: 'Tea', points: 30, pool: 'tea' }],
      tiers: {
        by: 'spend',
        window: { rolling: 'P90D' },
        grace: 'P20D',
        levels: [
          { id: 'silver', name: 'Silver', from: 100 },
          { id: 'gold', name: 'Gold', from: 250 },
        ],
      },
    },
    forms: [askedFor],
    topics: [...release().topics, confirmationTopic, { id: 'deals', name: 'Deals', type: 'marketing' }],
    scoring,
    journeys: [
      confirmJourney(askedFor),
      journey({
        id: 'deals-welcome',
        trigger: { type: 'form', form: 'deals', on: 'confirmation' },
        reentry: { mode: 'always' },
        steps: [mail('hello-deals', 'hello', 'deals'), { id: 'day', type: 'delay', for: 'P1D' }, mail('deal', 'gift', 'deals')],
      }),
      journey({
        id: 'deals-monthly',
        trigger: {
          type: 'schedule',
          rule: 'FREQ=MONTHLY;BYMONTHDAY=5;BYHOUR=10',
          start: '2026-01-01T00:00',
        },
        reentry: { mode: 'always' },
        steps: [mail('monthly-deal', 'news', 'deals')],
      }),
      journey({
        id: 'welcome',
        trigger: { type: 'form', form: 'newsletter' },
        steps: [mail('first'), { id: 'pause', type: 'delay', for: 'P3D' }, mail('second', 'more')],
      }),
      journey({
        id: 'tier-reached',
        trigger: { type: 'tier_change', direction: 'up' },
        reentry: { mode: 'always' },
        steps: [mail('congratulate', 'tier', 'service')],
      }),
      journey({
        id: 'win-back',
        trigger: { type: 'segment_entry', segment: 'drifting-away' },
        reentry: { mode: 'after', interval: 'P90D' },
        exitWhen: [{ event: 'Order Completed' }],
        steps: [
          mail('miss', 'miss-you', 'offers'),
          {
            id: 'reaction',
            type: 'wait_for_event',
            timeout: 'P7D',
            events: [{ event: 'Email Link Clicked', where: { property: 'step', is: 'miss' } }],
            onTimeout: [mail('news', 'news', 'offers')],
          },
        ],
      }),
      journey({
        id: 'weekly',
        trigger: {
          type: 'schedule',
          rule: 'FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=30',
          start: '2026-01-01T00:00',
          zone: 'customer',
          segment: 'loyal',
        },
        reentry: { mode: 'always' },
        steps: [mail('letter', 'news')],
      }),
      journey({
        id: 'birthday',
        trigger: { type: 'date', attribute: 'birthday', repeat: 'yearly', time: '09:00' },
        reentry: { mode: 'always' },
        steps: [mail('wishes', 'hello', 'service')],
      }),
      journey({
        id: 'qualified',
        trigger: { type: 'stage_change', to: ['qualified'], direction: 'up' },
        reentry: { mode: 'after', interval: 'P30D' },
        steps: [mail('offer', 'hello', 'offers')],
      }),
      journey({
        id: 'cart',
        trigger: { type: 'event', event: 'Checkout Started' },
        reentry: { mode: 'always' },
        exitWhen: [{ event: 'Order Completed', where: { property: 'cart_id', equalsTrigger: 'cart_id' } }],
        offerBudget: { max: 2, per: 'P1M' },
        steps: [
          { id: 'wait', type: 'delay', for: 'PT4H' },
          { id: 'sweetened', type: 'issue_voucher', pool: 'tea', onRefused: [{ id: 'patience', type: 'delay', for: 'PT1H' }] },
          mail('remind', 'reminder', 'offers'),
        ],
      }),
    ],
  });
}

/** A form with double opt-in. */
const askedFor = {
  id: 'deals',
  name: 'Deals',
  fields: [],
  consent: { topics: ['deals'], text: 'Yes', version: '1' },
  optIn: 'double' as const,
  confirmation: { template: 'reminder', reminders: ['P1D', 'P4D'], validFor: 'P30D' },
};

export const start = instant('2026-01-01');

/** A year of a small shop, over both changes of the clocks: people sign up, browse, buy, become known, unsubscribe; hours and days pass in between. */
export async function live(
  world: World,
  people: number,
  rounds: number,
  also: (round: number) => Promise<void> = async () => {},
): Promise<void> {
  const { random } = world;
  let order = 0;
  for (let round = 0; round < rounds; round += 1) {
    const who = random.below(people);
    const back = random.chance(0.2) ? random.below(3 * HOUR_MS) : 0;
    const at = toIso(world.now() - back);
    const what = random.below(16);
    const next = what === 12 ? somebodyConfirms(world) : somethingHappens(what, { who, at, order: ++order });
    await world.post(...next);
    await also(round);
    await world.pass(random.chance(0.1) ? random.below(20 * DAY_MS) : random.below(5 * HOUR_MS) + MINUTE_MS);
  }
  await world.settle();
  // A quiet season: whoever waits is woken, whoever drifts is missed.
  const end = Math.max(start + 400 * DAY_MS, world.now() + 100 * DAY_MS);
  while (world.now() < end) await world.pass(DAY_MS);
  await world.settle();
}

const ZONES = ['Europe/Lisbon', 'America/New_York', 'Asia/Kolkata', 'Mars/Olympus'];

type About = { readonly who: number; readonly at: string; readonly order: number };

function somethingHappens(what: number, { who, at, order }: About): TimelineEvent[] {
  const of = named(order);
  const email = `p${who}@example.com`;
  const known = { userId: `u${who}` };
  const buy = (properties: JsonObject = {}): TimelineEvent =>
    of('Order Completed', at, { order_id: `o${order}`, revenue: 5 + (order % 90), currency: 'EUR', ...properties }, known);
  switch (what) {
    case 13: {
      const refund = of('Order Refunded', at, { order_id: `o${order}`, ...(order % 2 ? { revenue: 10 } : {}) }, known);
      return order % 4 < 2 ? [buy(), refund] : [refund, buy()];
    }
    case 14:
      return [buy(), of('Order Delivered', at, { order_id: `o${order}` }, known)];
    case 15:
      return [
        of('Points Redeemed', at, { points: 30, reward: 'tea', reason: 'Tea' }, known, { origin: 'loyalty', trust: 'system' }),
      ];
    case 0:
    case 1: {
      const properties = { form: 'newsletter', fields: {}, consent: { topics: ['news', 'offers'], version: '1', text: 'Yes' } };
      return [of('Form Submitted', at, properties, { email }, { kind: 'form', origin: 'form', trust: 'publishable' })];
    }
    case 2:
    case 3:
      return [
        of(
          'Identify',
          at,
          {},
          { ...known, email },
          {
            kind: 'identify',
            traits: { firstName: `P${who}`, birthday: `1990-0${1 + (who % 9)}-29`, timezone: ZONES[who % ZONES.length] ?? '' },
          },
        ),
      ];
    case 4:
      return [
        of('Page', at, {}, { anonymousId: `a${who}` }, { kind: 'page', trust: 'publishable', context: landing(order) }),
        of('Page', at, {}, { ...known, anonymousId: `a${who}` }),
      ];
    case 5:
      return [
        of(
          'Unsubscribed',
          at,
          { list_id: order % 3 === 0 ? 'deals' : 'offers' },
          { email },
          { kind: 'consent', origin: 'recipient', trust: 'confirmed' },
        ),
      ];
    case 7:
    case 8: {
      const consent = { topics: ['deals'], version: '1', text: 'Yes', optIn: 'double' };
      const properties = { form: 'deals', fields: {}, consent };
      return [of('Form Submitted', at, properties, { email }, { kind: 'form', origin: 'form', trust: 'publishable' })];
    }
    case 6:
      return [of('Checkout Started', at, { cart_id: `c${order}` }, known), ...(order % 2 ? [buy({ cart_id: `c${order}` })] : [])];
    default:
      return [buy()];
  }
}

/** Somebody presses the button to which one of the mails led that ask for a confirmation. */
function somebodyConfirms({ handovers, random, table, now }: World): TimelineEvent[] {
  const asking = handovers.filter(({ mail: { tags }, taken }) => taken && tags.journey === confirmJourneyId(askedFor.id));
  const { tags } = asking[random.below(asking.length)]?.mail ?? {};
  const item = table.items.get(JSON.stringify([`C#${tags?.customer}`, `M#${tags?.message}`]));
  const { trigger } = item === undefined ? {} : (JSON.parse(String(item.body)) as Message);
  const post = trigger && table.items.get(JSON.stringify([customerPk(trigger.customer), trigger.key]));
  return post === undefined ? [] : [confirmationOf(eventOf(post), { at: now() })];
}

/** By a campaign, from another site, or directly. */
function landing(order: number): JsonObject {
  if (order % 3 === 0) return { campaign: { source: 'letter', name: `week-${order}` } };
  return { page: { url: 'https://shop.example/', ...(order % 3 === 1 && { referrer: 'https://search.example/' }) } };
}

/** Events with ids of their own world, so that one seed gives one history. */
function named(order: number) {
  let count = 0;
  return (
    name: string,
    at: string,
    properties: JsonObject,
    identities: TimelineEvent['identities'],
    parts: Partial<TimelineEvent> = {},
  ): TimelineEvent => event(name, at, properties, { identities, ...parts, id: `e-${order}-${++count}` });
}
