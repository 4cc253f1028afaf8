import { expect, test } from 'vitest';
import { parseSchedule } from '#local/sources/schedule-expression.ts';

test.each([
  ['rate(1 minute)', 'UTC', '2026-03-01T10:00:00.001Z', '2026-03-01T10:01:00.000Z'],
  ['rate(1 minute)', 'UTC', '2026-03-01T10:00:00.000Z', '2026-03-01T10:00:00.000Z'],
  ['rate(2 hours)', 'UTC', '2026-03-01T11:00:00.000Z', '2026-03-01T12:00:00.000Z'],
  ['at(2026-12-01T09:00:00)', 'Europe/Lisbon', '2026-03-01T00:00:00.000Z', '2026-12-01T09:00:00.000Z'],
  ['at(2026-07-01T09:00:00)', 'Europe/Lisbon', '2026-03-01T00:00:00.000Z', '2026-07-01T08:00:00.000Z'],
  ['cron(0 9 * * ? *)', 'UTC', '2026-03-01T09:00:01.000Z', '2026-03-02T09:00:00.000Z'],
  ['cron(0/15 8-9 ? * MON-FRI *)', 'UTC', '2026-03-06T09:46:00.000Z', '2026-03-09T08:00:00.000Z'],
  ['cron(0 0 L * ? *)', 'UTC', '2026-02-01T00:00:00.000Z', '2026-02-28T00:00:00.000Z'],
  ['cron(0 0 31W * ? *)', 'UTC', '2026-05-01T00:00:00.000Z', '2026-05-29T00:00:00.000Z'],
  ['cron(0 0 1W * ? *)', 'UTC', '2026-08-01T00:00:00.000Z', '2026-08-03T00:00:00.000Z'],
  ['cron(0 0 ? * 6L *)', 'UTC', '2026-03-01T00:00:00.000Z', '2026-03-27T00:00:00.000Z'],
  ['cron(0 0 ? * MON#2 *)', 'UTC', '2026-03-01T00:00:00.000Z', '2026-03-09T00:00:00.000Z'],
  ['cron(0 0 29 2 ? *)', 'UTC', '2026-03-01T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
  ['cron(30 1 29 3 ? 2026)', 'Europe/Lisbon', '2026-01-01T00:00:00.000Z', '2026-03-29T01:30:00.000Z'],
  ['cron(0 12 ? JAN,jul SUN 2027)', 'UTC', '2026-03-01T00:00:00.000Z', '2027-01-03T12:00:00.000Z'],
])('%s in %s after %s next ticks at %s', (expression, zone, from, tick) => {
  expect(new Date(parseSchedule(expression, zone)(Date.parse(from)) ?? 0).toISOString()).toBe(tick);
});

test('a schedule that is over ticks no more', () => {
  expect(parseSchedule('at(2020-01-01T00:00:00)', 'UTC')(Date.parse('2026-01-01T00:00:00Z'))).toBeUndefined();
  expect(parseSchedule('cron(0 0 1 1 ? 2020)', 'UTC')(Date.parse('2026-01-01T00:00:00Z'))).toBeUndefined();
});

test.each([
  'every day',
  'rate(0 minutes)',
  'rate(5 weeks)',
  'cron(0 9 * * *)',
  'cron(0 9 * * * *)',
  'cron(0 9 ? * ? *)',
  'cron(61 9 * * ? *)',
])('%s is refused', (expression) => {
  expect(() => parseSchedule(expression, 'UTC')).toThrow(/is no /);
});
