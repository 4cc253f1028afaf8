/** What became of vouchers. Each one stands under exactly one of these, so that they add up to what was decided. */
import type { Instant } from '../instant.ts';

export type SeenVoucher = {
  readonly pool: string;
  readonly at: Instant;
  /** As it is stored: `issued`, `used`, or why it has no code. */
  readonly status: string;
  readonly validUntil: Instant | null;
};

/** `decided` is `used` + `open` + `lapsed` + `withoutCode`, always. */
export type VoucherTally = {
  readonly decided: number;
  /** At least once. */
  readonly used: number;
  /** May still be used. */
  readonly open: number;
  readonly lapsed: number;
  /** There was none left to give. */
  readonly withoutCode: number;
};

export function voucherTally({ status, validUntil }: SeenVoucher, now: Instant): VoucherTally {
  const isLapsed = validUntil !== null && validUntil <= now;
  const where = status === 'used' ? 'used' : status !== 'issued' ? 'withoutCode' : isLapsed ? 'lapsed' : 'open';
  return { decided: 1, used: 0, open: 0, lapsed: 0, withoutCode: 0, [where]: 1 };
}

export const noVouchers: VoucherTally = { decided: 0, used: 0, open: 0, lapsed: 0, withoutCode: 0 };
