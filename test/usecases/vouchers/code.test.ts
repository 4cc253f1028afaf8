import { expect, test } from 'vitest';
import { codeOf, isWellFormed } from '#usecases/vouchers/code.ts';

const secretOf = (byte: number) => ({ current: 'a', keys: { a: new Uint8Array(32).fill(byte) } });
const secret = secretOf(7);

test('a code is always the same for one voucher, and another one under another secret or attempt', () => {
  const code = codeOf(secret, 'vou_1', { prefix: 'BACK' });
  expect(code).toMatch(/^BACK-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]$/);
  expect(codeOf(secret, 'vou_1', { prefix: 'BACK' })).toBe(code);
  expect(codeOf(secretOf(8), 'vou_1', { prefix: 'BACK' })).not.toBe(code);
  expect(codeOf(secret, 'vou_1', { prefix: 'BACK', attempt: 1 })).not.toBe(code);
});

test('ten thousand vouchers have ten thousand codes', () => {
  expect(new Set(Array.from({ length: 10_000 }, (_, index) => codeOf(secret, `vou_${index}`, {}))).size).toBe(10_000);
});

test('each wrong character is found, and nearly each swap of two neighbours', () => {
  const code = codeOf(secret, 'vou_1', {});
  expect(isWellFormed(code, undefined)).toBe(true);
  const letters = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];
  const slips = [...code].flatMap((letter, place) =>
    letter === '-'
      ? []
      : letters.filter((one) => one !== letter).map((one) => code.slice(0, place) + one + code.slice(place + 1)),
  );
  expect(slips.filter((slip) => isWellFormed(slip, undefined))).toEqual([]);
  const swaps = [0, 1, 2, 3]
    .map((place) => code.slice(0, place) + code[place + 1] + code[place] + code.slice(place + 2))
    .filter((one) => one !== code);
  expect(swaps.filter((swap) => isWellFormed(swap, undefined))).toEqual([]);
});

test('a code of another kind is not one of ours', () => {
  for (const code of ['', 'BACK', 'AAAAA-AAAAA', 'BACK-00000-00000-Z-1']) expect(isWellFormed(code, 'BACK')).toBe(false);
});
