import { expect, test } from 'vitest';
import { wakeAt } from '#core/customer.ts';
import type { VoucherPool } from '#core/vouchers.ts';
import { given, type Story } from '../support/given.ts';
import { ann, catalogue, event, journey, mail } from '../support/shop.ts';

const pool: VoucherPool = { id: 'back', name: 'Come back', description: '20 % off', codes: 'generated', validFor: 'P14D' };
const gift = journey({
  id: 'gift',
  trigger: { type: 'event', event: 'Gift Wanted' },
  reentry: { mode: 'always' },
  steps: [{ id: 'voucher', type: 'issue_voucher', pool: 'back' }, mail('offer')],
});
const reminder = journey({
  id: 'reminder',
  trigger: { type: 'voucher', expiring: 'P3D' },
  reentry: { mode: 'always' },
  steps: [mail('lapses', 'reminder')],
});
const shop = catalogue({ vouchers: [pool], journeys: [gift, reminder] });

const vouchers = (story: Story) => story.effects.flatMap((effect) => (effect.type === 'voucher' ? [effect.voucher] : []));
const messages = (story: Story) => story.effects.flatMap((effect) => (effect.type === 'message' ? [effect.message] : []));
const used = (at: string, voucher: string | undefined, remaining = 0) =>
  event('Voucher Used', at, { voucher: voucher ?? '', remaining }, { origin: 'voucher', trust: 'system' });

test('a journey issues a voucher, and the mail after it shows this one', () => {
  const story = given(ann(), shop).when(event('Gift Wanted', '2026-01-01'));
  const [voucher] = vouchers(story);
  expect(voucher).toMatchObject({
    pool: 'back',
    at: Date.parse('2026-01-01'),
    validUntil: Date.parse('2026-01-15'),
    reason: 'the journey gift',
  });
  expect(messages(story)[0]?.voucher).toEqual({ customer: story.customer.id, id: voucher?.id });
  expect(story.noted('voucher')).toEqual(['voucher a voucher of Come back, until 2026-01-15: the journey gift']);
});

test('three days before it lapses, to the minute, a journey hears of it, with the voucher; then it is gone', () => {
  const story = given(ann(), shop).when(event('Gift Wanted', '2026-01-01T10:30:00Z'));
  expect(new Date(wakeAt(story.customer)).toISOString()).toBe('2026-01-12T10:30:00.000Z');
  const warned = story.until('2026-01-14');
  expect(warned.mails).toEqual(['2026-01-01T10:30 hello queued', '2026-01-12T10:30 reminder queued']);
  expect(messages(warned)[1]?.voucher?.id).toBe(vouchers(story)[0]?.id);
  const later = warned.until('2026-02-01');
  expect(later.customer.vouchers).toEqual([]);
  expect(later.noted('voucher').at(-1)).toBe('voucher a voucher of Come back lapsed without being used');
  expect(wakeAt(later.customer)).toBe(Number.POSITIVE_INFINITY);
});

test('nobody is reminded of a voucher that was used', () => {
  const story = given(ann(), shop).when(event('Gift Wanted', '2026-01-01'));
  const after = story.when(used('2026-01-05', vouchers(story)[0]?.id)).until('2026-02-01');
  expect(after.mails).toHaveLength(1);
});

test('a code that may be used again stays; and only our own word counts', () => {
  const story = given(ann(), shop).when(event('Gift Wanted', '2026-01-01'));
  const id = vouchers(story)[0]?.id;
  expect(story.when(used('2026-01-05', id, 2)).customer.vouchers).toHaveLength(1);
  expect(story.when({ ...used('2026-01-05', id), origin: 'api', trust: 'secret' }).customer.vouchers).toHaveLength(1);
});

test('a voucher that is valid for less than the warning is warned of at once', () => {
  const short = journey({ ...gift, steps: [{ id: 'voucher', type: 'issue_voucher', pool: 'back', validFor: 'P1D' }] });
  const there = catalogue({ vouchers: [pool], journeys: [short, reminder] });
  expect(given(ann(), there).when(event('Gift Wanted', '2026-01-01')).until('2026-01-03').mails).toEqual([
    '2026-01-01T00:00 reminder queued',
  ]);
});

test('a segment of those who hold a voucher is exact, also when it lapses', () => {
  const there = catalogue({
    vouchers: [pool],
    journeys: [gift],
    segments: [{ id: 'holders', name: 'Holders', when: { attribute: 'vouchers', contains: 'back' } }],
  });
  const story = given(ann(), there).when(event('Gift Wanted', '2026-01-01'));
  expect(Object.keys(story.customer.segments)).toEqual(['holders']);
  expect(story.until('2026-01-15').customer.segments).toEqual({});
});

test('without the pool there is no voucher, and a reason', () => {
  const story = given(ann(), catalogue({ journeys: [gift] })).when(event('Gift Wanted', '2026-01-01'));
  expect(vouchers(story)).toEqual([]);
  expect(story.noted('refused')).toEqual(['refused no voucher: the release has no pool back']);
});
