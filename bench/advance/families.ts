/**
 * A catalogue of any size, in families of ten journeys. A family is what a company builds around one event (orders,
 * bookings, lessons …): its own event, form and segments with windows. An event concerns its family and no other one.
 */

import type { Journey, Release, Segment, Step, Trigger } from '#core/catalogue.ts';
import type { Condition } from '#core/condition.ts';
import { type Catalogue, linkRelease } from '#core/linked.ts';
import { release } from '#test/support/shop.ts';

export type FamilyOptions = {
  readonly journeys: number;
  /** Further segments in each family, all of them concerned by its event. */
  readonly moreSegments?: number;
};

export const JOURNEYS_IN_FAMILY = 10;

export const eventOf = (family: number): string => `Order ${family} Completed`;
export const formOf = (family: number): string => `sign-up-${family}`;

/** The release has the same id whatever its size, so that one customer can be evaluated with several. */
export function families({ journeys, moreSegments = 0 }: FamilyOptions): Catalogue {
  const all = Array.from({ length: journeys / JOURNEYS_IN_FAMILY }, (_, family) => family);
  const parts: Partial<Release> = {
    segments: all.flatMap((family) => segmentsOf(family, moreSegments)),
    journeys: all.flatMap(journeysOf),
  };
  return linkRelease(release(parts));
}

function segmentsOf(family: number, more: number): Segment[] {
  const event = eventOf(family);
  const segment = (name: string, when: Condition): Segment => ({ id: `${name}-${family}`, name, when });
  const further = Array.from({ length: more }, (_, index) =>
    segment(`further-${index}`, { event, count: { gte: 4 + (index % 5) }, within: `P${40 + index}D` }),
  );
  return [
    segment('buyer', { event }),
    segment('active', { event, count: { gte: 3 }, within: 'P90D' }),
    segment('spender', { event, sum: { property: 'revenue', gte: 200 }, within: 'P180D' }),
    segment('drifting', { all: [{ event }, { not: { event, within: 'P60D' } }] }),
    segment('local-regular', {
      all: [
        { attribute: 'country', in: ['PT', 'ES'] },
        { event, count: { gte: 6 }, within: 'P1Y' },
      ],
    }),
    ...further,
  ];
}

function journeysOf(family: number): Journey[] {
  const event = eventOf(family);
  const journey = (name: string, trigger: Trigger, steps: readonly Step[], parts: Partial<Journey> = {}): Journey => ({
    id: `${name}-${family}`,
    name,
    status: 'active',
    trigger,
    reentry: { mode: 'after', interval: 'P90D' },
    steps,
    ...parts,
  });
  const onEvent = (where?: Condition): Trigger => ({ type: 'event', event, ...(where && { where }) });
  const onSegment = (name: string, type: 'segment_entry' | 'segment_exit' = 'segment_entry'): Trigger => ({
    type,
    segment: `${name}-${family}`,
  });
  const form: Trigger = { type: 'form', form: formOf(family) };
  return [
    journey('thanks', onEvent({ property: 'revenue', gte: 50 }), [pause('PT4H'), mail('thank-you')]),
    journey('locals', onEvent({ attribute: 'country', in: ['PT', 'ES'] }), [mail('hello'), awaited(), mail('more')], {
      reentry: { mode: 'once' },
    }),
    journey('shoes', onEvent({ property: 'category', is: 'shoes' }), [mail('care'), pause('P30D'), mail('review')]),
    journey('sixth', onEvent({ event, count: { is: 6 } }), [mail('gift')], { goal: { event, window: 'P30D' } }),
    journey('welcome', form, [mail('hello'), pause('P3D'), mail('ideas')], { reentry: { mode: 'once' } }),
    journey('survey', form, [pause('P7D'), mail('survey')], { reentry: { mode: 'after', interval: 'P1Y' } }),
    journey('active', onSegment('active'), [mail('club'), pause('P120D'), mail('club-2')]),
    journey('spender', onSegment('spender'), [mail('vip'), pause('P180D'), mail('vip-2')]),
    journey('win-back', onSegment('drifting'), [mail('miss-you'), awaited(), mail('news')], { exitWhen: [{ event }] }),
    journey('quiet', onSegment('active', 'segment_exit'), [pause('P90D'), mail('still-there')]),
  ];
}

const mail = (id: string): Step => ({ id, type: 'send_email', template: 'hello', topic: 'news' });
const pause = (duration: string): Step => ({ id: `wait-${duration}`, type: 'delay', for: duration });
const awaited = (): Step => ({
  id: 'reaction',
  type: 'wait_for_event',
  timeout: 'P60D',
  events: [{ event: 'Email Link Clicked', where: { property: 'template', is: 'hello' } }],
});
