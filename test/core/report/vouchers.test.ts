import { expect, test } from 'vitest';
import { voucherTally } from '#core/report/voucher-tally.ts';

const NOW = 1000;

test.each([
  ['used', null, 'used'],
  ['used', 900, 'used'],
  ['issued', null, 'open'],
  ['issued', 1001, 'open'],
  ['issued', 1000, 'lapsed'],
  ['unavailable', null, 'withoutCode'],
  ['unavailable', 900, 'withoutCode'],
])('a voucher that is %s and valid until %s stands under %s alone', (status, validUntil, where) => {
  const { decided, ...places } = voucherTally({ pool: 'tea', at: 1, status, validUntil }, NOW);
  expect(decided).toBe(1);
  expect(places).toEqual({ used: 0, open: 0, lapsed: 0, withoutCode: 0, [where]: 1 });
});
