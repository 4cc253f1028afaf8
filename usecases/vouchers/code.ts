/** Codes of vouchers: nobody can guess one, and a slip of the pen is told from a code that never was. */
import { createHmac, hkdfSync } from 'node:crypto';
import type { Secret } from '../tokens.ts';

/** Without I, L, O and U, which are read as 1, 1, 0 and V, or make words. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 50 bits that depend on a secret, and one character that checks them. */
const LENGTH = 10;

/** The code of a voucher: always the same for the same voucher, and another one for each attempt. `BACK-7KQ2M-X3F0H-4` */
export function codeOf(
  secret: Secret,
  voucher: string,
  { prefix, attempt = 0 }: { readonly prefix?: string; readonly attempt?: number },
): string {
  const bits = createHmac('sha256', keyOf(secret)).update(`${voucher}\n${attempt}`).digest();
  const body = Array.from({ length: LENGTH }, (_, index) => LETTERS[(bits[index] ?? 0) % LETTERS.length]).join('');
  const text = `${body.slice(0, 5)}-${body.slice(5)}-${checkCharacter(body)}`;
  return prefix === undefined ? text : `${prefix}-${text}`;
}

/** The code that a customer gives to friends. */
export function referralCode(secret: Secret, customer: string): string {
  return codeOf(secret, `referral ${customer}`, { prefix: 'FRIEND' });
}

/** A code as it is stored, however somebody typed it: without blanks, in capitals. */
export function normalCode(text: string): string {
  return text.replace(/\s+/g, '').toUpperCase();
}

/** False for a code of our own make in which a character is wrong, or two are swapped. */
export function isWellFormed(code: string, prefix: string | undefined): boolean {
  const body = prefix === undefined ? code : code.startsWith(`${prefix}-`) ? code.slice(prefix.length + 1) : '';
  const [, one, two, check] = /^([0-9A-Z]{5})-([0-9A-Z]{5})-([0-9A-Z])$/.exec(body) ?? [];
  return one !== undefined && two !== undefined && checkCharacter(one + two) === check;
}

/** Luhn's sum for an alphabet of 32: finds each wrong character, and nearly each swap of neighbours. */
function checkCharacter(body: string): string {
  const size = LETTERS.length;
  const sum = [...body].reverse().reduce((total, letter, index) => {
    const value = LETTERS.indexOf(letter) * (index % 2 === 0 ? 2 : 1);
    return total + Math.floor(value / size) + (value % size);
  }, 0);
  return LETTERS[(size - (sum % size)) % size] ?? '';
}

const keys = new WeakMap<Secret, Uint8Array>();

function keyOf(secret: Secret): Uint8Array {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  // Always the first key: a code must not change when the secret of links does.
  const first = Object.values(secret.keys)[0];
  if (first === undefined) throw new Error('the secret has no key');
  const key = new Uint8Array(hkdfSync('sha256', first, '', 'rekindle voucher codes', 32));
  keys.set(secret, key);
  return key;
}
