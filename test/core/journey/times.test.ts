import { describe, expect, test } from 'vitest';
import type { Hours, Journey } from '#core/catalogue.ts';
import type { Customer } from '#core/customer.ts';
import { nextDate, windowEnd, windowStart } from '#core/wall-clock.ts';
import { given } from '../../support/given.ts';
import { ann, catalogue, event, instant, journey, mail, release } from '../../support/shop.ts';

const iso = (at: number): string => (Number.isFinite(at) ? new Date(at).toISOString() : 'never');
const inZone = (timezone: string): Partial<Customer> => ({ attributes: { timezone }, attributeTimes: { timezone: 1 } });

describe('a window of hours', () => {
  const office: Hours = { from: '09:00', to: '17:00', days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] };
  const night: Hours = { from: '21:00', to: '08:00' };

  test.each([
    ['inside, at once', office, 'Europe/Lisbon', '2026-01-05T10:00:00Z', '2026-01-05T10:00:00.000Z'],
    ['on Saturday, on Monday', office, 'Europe/Lisbon', '2026-01-03T10:00:00Z', '2026-01-05T09:00:00.000Z'],
    ['in New York by its own clock', office, 'America/New_York', '2026-01-05T10:00:00Z', '2026-01-05T14:00:00.000Z'],
    ['on the first day of summer time', office, 'Europe/Lisbon', '2026-03-29T23:30:00Z', '2026-03-30T08:00:00.000Z'],
    ['over midnight, in the small hours', night, 'UTC', '2026-01-05T03:00:00Z', '2026-01-05T03:00:00.000Z'],
    ['in a zone with half an hour', office, 'Asia/Kolkata', '2026-01-05T00:00:00Z', '2026-01-05T03:30:00.000Z'],
    [
      'at a time that the spring skips',
      { from: '01:30', to: '01:45' },
      'Europe/Lisbon',
      '2026-03-29T00:00:00Z',
      '2026-03-29T01:30:00.000Z',
    ],
    [
      'at a time that the autumn repeats, the first time',
      { from: '01:30', to: '03:00' },
      'Europe/Lisbon',
      '2026-10-25T00:00:00Z',
      '2026-10-25T00:30:00.000Z',
    ],
  ] as const)('opens %s', (_, hours, zone, at, expected) => {
    expect(iso(windowStart(instant(at), hours, zone))).toBe(expected);
  });

  test.each([
    [
      'a night over the change to summer time is an hour shorter',
      '2026-03-28T23:30:00Z',
      'Europe/Lisbon',
      '2026-03-29T07:00:00.000Z',
    ],
    ['a night over the change back is an hour longer', '2026-10-24T22:30:00Z', 'Europe/Lisbon', '2026-10-25T08:00:00.000Z'],
    ['outside there is no end', '2026-03-28T12:00:00Z', 'Europe/Lisbon', 'undefined'],
  ])('%s', (_, at, zone, expected) => {
    const end = windowEnd(instant(at), night, zone);
    expect(end === undefined ? 'undefined' : iso(end)).toBe(expected);
  });
});

test.each([
  ['a birthday, each year', '1990-05-01', 'yearly', 0, '2026-05-01T09:00:00Z', '2027-05-01T08:00:00.000Z'],
  ['29 February, on 28 in other years', '1992-02-29', 'yearly', 0, '2026-01-01', '2026-02-28T09:00:00.000Z'],
  ['29 February itself in a leap year', '1992-02-29', 'yearly', 0, '2028-01-01', '2028-02-29T09:00:00.000Z'],
  ['a week before', '1990-01-03', 'yearly', -7, '2026-01-01', '2026-12-27T09:00:00.000Z'],
  ['once, and it is past', '2025-05-01', 'once', 0, '2026-01-01', 'never'],
  ['once, in the future', '2026-05-01', 'once', -14, '2026-01-01', '2026-04-17T08:00:00.000Z'],
  ['without a year', '--12-31', 'yearly', 0, '2026-01-01', '2026-12-31T09:00:00.000Z'],
  ['with a time behind it', '1990-05-01T22:00:00Z', 'yearly', 0, '2026-01-01', '2026-05-01T08:00:00.000Z'],
  ['no date at all', 'soon', 'yearly', 0, '2026-01-01', 'never'],
  ['a date that does not exist', '1990-02-30', 'yearly', 0, '2026-01-01', 'never'],
] as const)('a date comes again: %s', (_, text, repeat, offsetDays, after, expected) => {
  expect(iso(nextDate(text, { repeat, offsetDays, time: '09:00' }, 'Europe/Lisbon', instant(after)))).toBe(expected);
});

describe('quiet hours', () => {
  const thanks = (parts: Partial<Journey> = {}) =>
    journey({
      id: 'thanks',
      trigger: { type: 'event', event: 'Order Completed' },
      reentry: { mode: 'always' },
      steps: [mail('thank', 'hello', 'offers')],
      ...parts,
    });
  const shop = (parts: Partial<Journey> = {}) =>
    catalogue({ policy: { ...release().policy, quietHours: { from: '21:00', to: '09:00' } }, journeys: [thanks(parts)] });
  const late = event('Order Completed', '2026-03-28T23:30:00Z');

  test('hold a message until morning in the customer’s own zone', () => {
    const story = given(ann(inZone('Europe/Lisbon')), shop())
      .when(late)
      .until('2026-03-30');
    expect(story.mails).toEqual(['2026-03-29T08:00 hello queued']);
    expect(story.noted('held')).toEqual(['held thanks quiet hours: it waits for their end']);
  });

  test('are those of the brand where the customer’s zone is missing or wrong, and the decision says so', () => {
    expect(given(ann(), shop()).when(late).noted('zone')).toEqual(['zone thanks no time zone is known: Europe/Lisbon is used']);
    expect(
      given(ann(inZone('Mars/Olympus')), shop())
        .when(late)
        .noted('zone'),
    ).toEqual(['zone thanks "Mars/Olympus" is not a time zone: Europe/Lisbon is used']);
  });

  test('do not hold service mail back, nor the mail of a journey that has none', () => {
    expect(given(ann(), shop({ steps: [mail('thank', 'hello', 'service')] })).when(late).mails).toEqual([
      '2026-03-28T23:30 hello queued',
    ]);
    expect(given(ann(), shop({ quietHours: false })).when(late).mails).toEqual(['2026-03-28T23:30 hello queued']);
  });

  test('an order of somebody in Tokyo at their noon is answered at once', () => {
    const noon = event('Order Completed', '2026-03-28T03:00:00Z');
    expect(given(ann(inZone('Asia/Tokyo')), shop()).when(noon).mails).toEqual(['2026-03-28T03:00 hello queued']);
  });
});

describe('what is late', () => {
  const shop = (mode: 'send' | 'skip' | 'next_window') =>
    catalogue({
      policy: { ...release().policy, quietHours: { from: '21:00', to: '09:00' } },
      journeys: [
        journey({
          id: 'thanks',
          trigger: { type: 'event', event: 'Order Completed' },
          onLate: { mode, maxAge: 'PT6H' },
          steps: [mail('thank', 'hello', 'offers')],
        }),
      ],
    });
  const order = event('Order Completed', '2026-01-05T12:00:00Z');

  test('is sent all the same, is skipped with a reason, or waits for the next window, as the journey says', () => {
    const arriving = (mode: 'send' | 'skip' | 'next_window') =>
      given(ann(), shop(mode)).arriving('2026-01-05T23:00:00Z', order).until('2026-01-07').mails;
    expect(arriving('send')).toEqual(['2026-01-05T12:00 hello queued']);
    expect(arriving('skip')).toEqual(['2026-01-05T12:00 hello skipped (it is late by more than PT6H)']);
    expect(arriving('next_window')).toEqual(['2026-01-06T09:00 hello queued']);
  });

  test('is not late within the stated age', () => {
    expect(given(ann(), shop('skip')).arriving('2026-01-05T17:59:00Z', order).mails).toEqual(['2026-01-05T12:00 hello queued']);
  });
});

describe('a delay', () => {
  const wait = (step: Partial<Extract<Journey['steps'][number], { type: 'delay' }>>) =>
    catalogue({
      journeys: [
        journey({
          id: 'later',
          trigger: { type: 'event', event: 'Signed Up' },
          steps: [{ id: 'pause', type: 'delay', ...step }, mail('then')],
        }),
      ],
    });
  const at = '2026-01-31T10:00:00Z';

  test.each([
    ['a month from 31 January ends on the last of February', { for: 'P1M' }, '2026-02-28T10:00'],
    ['an instant', { until: '2026-03-01T00:00:00Z' }, '2026-03-01T00:00'],
    ['an instant that is past lets on at once', { until: '2026-01-01T00:00:00Z' }, '2026-01-31T10:00'],
    ['an attribute', { untilAttribute: 'renewsAt' }, '2026-06-01T12:00'],
    ['a week before an attribute', { untilAttribute: 'renewsAt', offset: '-P7D' }, '2026-05-25T12:00'],
    ['an attribute that is no instant lets on at once', { untilAttribute: 'city' }, '2026-01-31T10:00'],
  ] as const)('until %s', (_, step, expected) => {
    const person = ann({ attributes: { renewsAt: '2026-06-01T12:00:00Z', city: 'Porto' } });
    expect(given(person, wait(step)).when(event('Signed Up', at)).until('2026-12-01').mails).toEqual([
      `${expected} hello queued`,
    ]);
  });
});
