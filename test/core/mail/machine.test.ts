import { expect, test } from 'vitest';
import { machineReason, type Reaction } from '#core/mail/machine.ts';

const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148';
const GMAIL = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)';
const DELIVERED = 1_000_000;

const reaction = (parts: Partial<Reaction> = {}): Reaction => ({
  type: 'click',
  at: DELIVERED + 60_000,
  userAgent: PHONE,
  link: 'one',
  ...parts,
});
const reason = (parts: Partial<Reaction>, clicks: readonly { at: number; link: string }[] = []) =>
  machineReason(reaction(parts), { deliveredAt: DELIVERED, clicks });

test.each([
  ['an open on a phone', { type: 'open' }],
  ['an open through Gmail’s image proxy', { type: 'open', userAgent: GMAIL }],
  ['a click on a phone whose name has “bot” in it', { userAgent: 'Mozilla/5.0 (Linux; Android 9; CUBOT_X18) Chrome/120' }],
  ['a click three seconds after delivery', { at: DELIVERED + 3000 }],
  ['a click without a name', { userAgent: '' }],
] satisfies [string, Partial<Reaction>][])('%s may be a person’s', (_, parts) => {
  expect(reason(parts)).toBeUndefined();
});

test.each([
  ['an open through Apple’s proxy', { type: 'open', userAgent: 'Mozilla/5.0' }, 'privacy proxy'],
  ['a click of a mail gateway', { userAgent: 'Mozilla/5.0 (compatible; Barracuda Sentinel)' }, 'scanner'],
  ['a click of a crawler', { userAgent: 'Mozilla/5.0 (compatible; SomeBot/2.1; +https://bot.example)' }, 'scanner'],
  ['a click of a tool', { userAgent: 'python-requests/2.32' }, 'scanner'],
  ['a click right after delivery', { at: DELIVERED + 900 }, 'as soon as'],
  ['an open that is reported a moment before the delivery', { type: 'open', at: DELIVERED - 300 }, 'as soon as'],
] satisfies [string, Partial<Reaction>, string][])('%s is a machine’s', (_, parts, why) => {
  expect(reason(parts)).toContain(why);
});

test('different links within two seconds are a scanner’s, the first of them too', () => {
  const at = DELIVERED + 60_000;
  const clicks = [
    { at, link: 'one' },
    { at: at + 400, link: 'two' },
  ];
  expect(reason({ at, link: 'one' }, clicks)).toBe('several links were followed at once');
  expect(reason({ at: at + 400, link: 'two' }, clicks)).toBe('several links were followed at once');
});

test('a double click, or another link a while later, is a person’s', () => {
  const at = DELIVERED + 60_000;
  expect(reason({ at, link: 'one' }, [{ at: at + 200, link: 'one' }])).toBeUndefined();
  expect(reason({ at, link: 'one' }, [{ at: at + 2500, link: 'two' }])).toBeUndefined();
});
