import type { Release } from '#core/catalogue.ts';
import type { MailVariables } from '#core/mail/variables.ts';
import type { Item } from '../ports.ts';
import { translationIn } from '../translation.ts';

/** What a mail in some language shows of a voucher; undefined where it has no code, or may not be used any more. */
export function voucherFacts(
  { status, code, pool: id, validUntil }: Item,
  { vouchers = [] }: Release,
  locale: string,
): MailVariables['voucher'] {
  if (status !== 'issued' || code === undefined) return undefined;
  const pool = vouchers.find((one) => one.id === id);
  const description = translationIn(pool?.translations, locale)?.description ?? pool?.description;
  return {
    code: String(code),
    ...(validUntil !== undefined && { validUntil: String(validUntil) }),
    ...(description !== undefined && { description }),
  };
}
