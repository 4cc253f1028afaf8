import type { Release } from '#core/catalogue.ts';
import type { MailVariables } from '#core/mail/variables.ts';
import type { Item } from '../ports.ts';

/** What a mail shows of a voucher; undefined where it has no code, or may not be used any more. */
export function voucherFacts({ status, code, pool, validUntil }: Item, { vouchers = [] }: Release): MailVariables['voucher'] {
  if (status !== 'issued' || code === undefined) return undefined;
  const description = vouchers.find(({ id }) => id === pool)?.description;
  return {
    code: String(code),
    ...(validUntil !== undefined && { validUntil: String(validUntil) }),
    ...(description !== undefined && { description }),
  };
}
