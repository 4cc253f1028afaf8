import { describe, expect, test } from 'vitest';
import { linksFor, readLink } from '#usecases/links.ts';
import { type Secret, tokenSecret, tokens } from '#usecases/tokens.ts';
import { memoryTable } from '../support/memory-table.ts';

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const secret: Secret = { current: 'new', keys: { new: key(1), old: key(2) } };
const { open, seal } = tokens(secret);

describe('a token', () => {
  test('opens for the purpose that it was sealed for, and gives back what was sealed', () => {
    const token = seal('unsubscribe', ['cus_1', 'newsletter', 'msg_1']);
    expect(open('unsubscribe', token)).toEqual(['cus_1', 'newsletter', 'msg_1']);
  });

  test('opens for no other purpose', () => {
    const token = seal('unsubscribe', ['cus_1', 'newsletter', 'msg_1']);
    expect(open('preferences', token)).toBeUndefined();
    expect(open('confirm', token)).toBeUndefined();
  });

  test('says nothing of what is in it, and needs no escape in a URL', () => {
    const token = seal('view', ['cus_132f23388b4d86c366d65540fa', 'newsletter', 'msg_1']);
    expect(token).toMatch(/^new\.[A-Za-z0-9_-]+$/);
    const [, sealed = ''] = token.split('.');
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/cus_|newsletter/);
  });

  test('is the same for the same data, and another one for other data or another purpose', () => {
    expect(seal('view', ['a'])).toBe(seal('view', ['a']));
    expect(seal('view', ['b'])).not.toBe(seal('view', ['a']));
    expect(seal('confirm', ['a']).slice(4, 20)).not.toBe(seal('view', ['a']).slice(4, 20));
  });

  test('that was changed in any character does not open', () => {
    const token = seal('unsubscribe', ['cus_1', 'newsletter', 'msg_1']);
    const opened = [...token].flatMap((character, index) => {
      const changed = token.slice(0, index) + (character === 'A' ? 'B' : 'A') + token.slice(index + 1);
      return open('unsubscribe', changed) === undefined ? [] : [index];
    });
    expect(opened).toEqual([]);
  });

  test.each(['', 'x', 'new.', 'new.short', `new.${'A'.repeat(60)}`, `${'A'.repeat(5000)}`, '../../etc/passwd', 'new.%00'])(
    'that is garbage (%s) does not open, and throws nothing',
    (garbage) => expect(open('unsubscribe', garbage)).toBeUndefined(),
  );

  test('sealed with an older key still opens after the keys were rotated, and not once that key is gone', () => {
    const before = tokens({ current: 'old', keys: { old: key(2) } }).seal('unsubscribe', 'x');
    expect(open('unsubscribe', before)).toBe('x');
    expect(tokens({ current: 'new', keys: { new: key(1) } }).open('unsubscribe', before)).toBeUndefined();
  });
});

describe('the secret', () => {
  const random = (fill: number) => (bytes: number) => new Uint8Array(bytes).fill(fill);

  test('is made once and kept in the table', async () => {
    const table = memoryTable();
    const made = await tokenSecret(table, random(7));
    const again = await tokenSecret({ ...table }, random(8));
    expect(again).toEqual(made);
    expect(made.keys[made.current]).toHaveLength(32);
  });

  test('that two make at the same time is the one that came first, for both', async () => {
    const table = memoryTable();
    const [one, other] = await Promise.all([tokenSecret({ ...table }, random(7)), tokenSecret({ ...table }, random(8))]);
    expect(other).toEqual(one);
  });

  test('is asked for again after a read that failed', async () => {
    const table = memoryTable();
    let faults = 1;
    const shaky = {
      ...table,
      get: (key: Parameters<typeof table.get>[0]) => (faults-- > 0 ? Promise.reject(new Error('throttled')) : table.get(key)),
    };
    await expect(tokenSecret(shaky, random(7))).rejects.toThrow('throttled');
    await expect(tokenSecret(shaky, random(7))).resolves.toMatchObject({ current: expect.any(String) });
  });
});

test('a message has a link to each page, and each tells its own page whom it is for', () => {
  const about = { customer: 'cus_132f23388b4d86c366d65540fa', topic: 'newsletter', message: 'msg_1' } as const;
  const links = linksFor(secret, 'https://go.example.com', about);
  const token = (link: string): string => link.split('/').at(-1) ?? '';
  expect(links.unsubscribe).toMatch(/^https:\/\/go\.example\.com\/u\//);
  expect(links.preferences).toMatch(/^https:\/\/go\.example\.com\/p\//);
  expect(links.view).toMatch(/^https:\/\/go\.example\.com\/v\//);
  expect(readLink(secret, 'unsubscribe', token(links.unsubscribe))).toEqual(about);
  expect(readLink(secret, 'unsubscribe', token(links.preferences))).toBeUndefined();
});
