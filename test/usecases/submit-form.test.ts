import { describe, expect, test } from 'vitest';
import type { Form, FormField } from '#core/catalogue.ts';
import type { TimelineEvent } from '#core/event.ts';
import { customerIdOfAnonymous, customerIdOfEmail } from '#core/identity.ts';
import { fakeCaptcha } from '#test/support/captcha.ts';
import { memoryTable } from '#test/support/memory-table.ts';
import { release } from '#test/support/shop.ts';
import { type FormPost, pageStamp, submitForm } from '#usecases/submit-form.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');

const newsletter: Form = {
  id: 'newsletter',
  name: 'Newsletter',
  fields: [
    { name: 'email', type: 'email', label: 'E-mail', required: true },
    { name: 'firstName', type: 'text', label: 'First name', maxLength: 10 },
    { name: 'consent', type: 'consent', label: 'Yes' },
  ],
  consent: { topics: ['news'], text: 'Yes, send me news.', version: '3' },
  optIn: 'single',
  honeypot: 'website',
};

const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(3);

function forms(...list: Form[]) {
  const table = memoryTable();
  const current = release({ forms: list });
  const catalogues = { current: async () => current.id, release: async () => current };
  let at = NOW;
  const fake = fakeCaptcha();
  const dependencies = { table, catalogues, now: () => at, random, captcha: fake.captcha };
  return {
    table,
    fake,
    pass: (ms: number) => {
      at += ms;
    },
    stamp: () => pageStamp(dependencies, current.forms[0] ?? newsletter),
    post: (values: Record<string, unknown>, more: Partial<FormPost> = {}) =>
      submitForm(dependencies, { form: list[0]?.id ?? '', values, ...more }),
    stored: () =>
      [...table.items.values()].flatMap(({ sk, body }) =>
        sk.startsWith('E#') ? [JSON.parse(String(body)) as TimelineEvent] : [],
      ),
  };
}

/** What a form with this one field besides the address makes of a value: its value, or what is wrong. */
async function field(parts: Partial<FormField>, value: unknown): Promise<unknown> {
  const { post, stored } = forms({
    ...newsletter,
    fields: [...newsletter.fields, { name: 'x', type: 'text', label: 'X', ...parts }],
  });
  const submitted = await post({ email: 'a@b.pt', x: value });
  if (submitted.outcome === 'invalid') return submitted.errors.map(({ path, message }) => `${path} ${message}`).join();
  return stored()[0]?.traits?.x;
}

describe('a form post becomes an event', () => {
  test('with fields, consent and where it came from', async () => {
    const { post, stored } = forms(newsletter);
    const submitted = await post(
      {
        email: ' Ann@Example.com',
        firstName: 'Ann ',
        consent: 'on',
        website: '',
        other: 'x',
        utm_source: 'flyer',
        _referrer: 'https://search.example/',
      },
      {
        pageUrl: 'https://shop.example/welcome?utm_campaign=spring&utm_source=site',
        ip: '203.0.113.9',
        userAgent: 'Browser',
        acceptLanguage: 'pt-PT,pt;q=0.9',
      },
    );
    expect(submitted.outcome).toBe('accepted');
    expect(stored()).toEqual([
      {
        id: expect.stringMatching(/^form_[0-9a-f]{32}$/),
        customer: customerIdOfEmail('ann@example.com'),
        kind: 'form',
        name: 'Form Submitted',
        at: NOW,
        receivedAt: NOW,
        keyTime: '2026-11-20T12:00:00.000Z',
        identities: { email: 'ann@example.com' },
        properties: {
          form: 'newsletter',
          fields: { email: 'ann@example.com', firstName: 'Ann' },
          consent: { topics: ['news'], version: '3', text: 'Yes, send me news.' },
        },
        traits: { firstName: 'Ann' },
        context: {
          page: { url: 'https://shop.example/welcome?utm_campaign=spring&utm_source=site', referrer: 'https://search.example/' },
          campaign: { name: 'spring', source: 'flyer' },
          ip: '203.0.113.9',
          userAgent: 'Browser',
          locale: 'pt-PT',
        },
        trust: 'publishable',
        origin: 'form',
      },
    ]);
  });

  test.each([
    ['on', true],
    ['TRUE', true],
    [true, true],
    [1, true],
    ['yes', true],
    ['off', false],
    [false, false],
    [undefined, false],
    ['maybe', false],
    [{ on: true }, false],
  ])('consent ticked with %j is %j', async (consent, given) => {
    const { post, stored } = forms(newsletter);
    await post({ email: 'a@b.pt', consent });
    expect(stored()[0]?.properties.consent !== null).toBe(given);
  });

  test('a visitor without an address is known by the anonymous id', async () => {
    const { post, stored } = forms({ ...newsletter, fields: [{ name: 'email', type: 'email', label: 'E-mail' }] });
    await post({ email: '', _anonymousId: 'visitor-1' });
    expect(stored()).toMatchObject([{ customer: customerIdOfAnonymous('visitor-1'), identities: { anonymousId: 'visitor-1' } }]);
  });

  test('both identities stand on the event where both are known', async () => {
    const { post, stored } = forms(newsletter);
    await post({ email: 'a@b.pt', _anonymousId: 'visitor-1' });
    expect(stored()[0]?.identities).toEqual({ email: 'a@b.pt', anonymousId: 'visitor-1' });
  });

  test('a field that was left empty takes nothing away', async () => {
    const { post, stored } = forms(newsletter);
    await post({ email: 'a@b.pt', firstName: '  ' });
    expect(stored()[0]?.traits).toEqual({});
  });

  test('two posts are two events; with the same message id and the same words they are one', async () => {
    const { post, stored } = forms(newsletter);
    await post({ email: 'a@b.pt' }, { requestId: '1' });
    await post({ email: 'a@b.pt' }, { requestId: '2' });
    expect(stored()).toHaveLength(2);
    await post({ email: 'a@b.pt', _messageId: 'm' }, { requestId: '3' });
    await post({ email: 'a@b.pt', _messageId: 'm' }, { requestId: '4' });
    expect(stored()).toHaveLength(3);
    await post({ email: 'a@b.pt', firstName: 'Ann', _messageId: 'm' }, { requestId: '5' });
    expect(stored()).toHaveLength(4);
  });
});

describe('what is not taken', () => {
  test.each([
    [{}, 'email'],
    [{ email: '' }, 'email'],
    [{ email: 'ann@' }, 'email'],
    [{ email: ['a@b.pt'] }, 'email'],
    [{ email: { a: 1 } }, 'email'],
    [{ email: 'a@b.pt', firstName: 'x'.repeat(11) }, 'firstName'],
    [{ email: 'a@b.pt', firstName: 'a\u0000' }, 'firstName'],
    [{ email: 'a@b.pt', firstName: '\ud800' }, 'firstName'],
  ])('%j: %s', async (values, path) => {
    const { post, stored } = forms(newsletter);
    const submitted = await post(values);
    expect(submitted).toMatchObject({ outcome: 'invalid', errors: [{ path }] });
    expect(stored()).toEqual([]);
  });

  test('nobody at all, in a form that does not ask for an address', async () => {
    const { post } = forms({ ...newsletter, fields: [{ name: 'plan', type: 'text', label: 'Plan' }] });
    expect(await post({ plan: 'x' })).toMatchObject({ outcome: 'invalid', errors: [{ path: '_anonymousId' }] });
  });

  test('a form that is not in the release, and any form before the first release', async () => {
    const { post } = forms(newsletter);
    expect(await post({ email: 'a@b.pt' }, { form: 'other' })).toEqual({ outcome: 'unknown_form' });
    const catalogues = { current: async () => undefined, release: () => Promise.reject(new Error('no release')) };
    const dependencies = { table: memoryTable(), catalogues, now: () => NOW, random, captcha: fakeCaptcha().captcha };
    expect(await submitForm(dependencies, { form: 'newsletter', values: {} })).toEqual({ outcome: 'unknown_form' });
  });

  test('what a robot sent is answered like anything else, and thrown away', async () => {
    const { post, stored } = forms(newsletter);
    expect(await post({ email: 'not even an address', website: 'https://spam.example' })).toMatchObject({ outcome: 'accepted' });
    expect(stored()).toEqual([]);
  });

  test.each([
    ['https://shop.example', 'accepted'],
    ['https://api.test', 'accepted'],
    [undefined, 'accepted'],
    ['https://evil.example', 'origin_refused'],
    ['https://shop.example.evil.example', 'origin_refused'],
    ['null', 'origin_refused'],
  ])('a form that names its origins, posted from %s: %s', async (origin, outcome) => {
    const { post, stored } = forms({ ...newsletter, allowedOrigins: ['https://shop.example'] });
    expect((await post({ email: 'a@b.pt' }, { origin, ownOrigin: 'https://api.test' })).outcome).toBe(outcome);
    expect(stored()).toHaveLength(outcome === 'accepted' ? 1 : 0);
  });
});

describe('a field', () => {
  test.each<[Partial<FormField>, unknown, unknown]>([
    [{ type: 'text' }, 'João', 'João'],
    [{ type: 'text' }, 5, '5'],
    [{ type: 'text', required: true }, ' ', 'x is required'],
    [{ type: 'text', required: true }, null, 'x is required'],
    [{ type: 'text' }, 'x'.repeat(1001), 'x must have at most 1000 characters'],
    [{ type: 'text', pattern: '[A-Z]{2}\\d+' }, 'AB12', 'AB12'],
    [{ type: 'text', pattern: '[A-Z]{2}\\d+' }, 'AB12x', 'x has not the form that is asked for'],
    [{ type: 'text', pattern: 'a|b' }, 'ax', 'x has not the form that is asked for'],
    [{ type: 'email' }, 'B@C.PT', 'b@c.pt'],
    [{ type: 'email' }, 'b@c', 'x is not an e-mail address'],
    [{ type: 'tel' }, '+351 21-000 (00)', '+351 21-000 (00)'],
    [{ type: 'tel' }, 'call me', 'x is not a telephone number'],
    [{ type: 'number' }, '-1.50', -1.5],
    [{ type: 'number' }, 7, 7],
    [{ type: 'number' }, '1e9', 'x is not a number'],
    [{ type: 'number' }, 'Infinity', 'x is not a number'],
    [{ type: 'date' }, '2024-02-29', '2024-02-29'],
    [{ type: 'date' }, '2023-02-29', 'x is not a date: year-month-day, for instance 1990-05-31'],
    [{ type: 'date' }, '29.02.2024', 'x is not a date: year-month-day, for instance 1990-05-31'],
    [{ type: 'select', options: ['S', 'M'] }, 'M', 'M'],
    [{ type: 'select', options: ['S', 'M'] }, 'L', 'x is none of the choices'],
    [{ type: 'checkbox' }, 'on', true],
    [{ type: 'checkbox' }, 'off', false],
    [{ type: 'checkbox' }, undefined, undefined],
    [{ type: 'checkbox' }, 'perhaps', 'x must be "on" or left out'],
    [{ type: 'checkbox', required: true }, undefined, 'x must be ticked'],
    [{ type: 'consent', required: true }, 'no', 'x must be ticked'],
    [{ type: 'hidden' }, 'spring', 'spring'],
  ])('%j with %j gives %j', async (parts, value, expected) => {
    expect(await field(parts, value)).toEqual(expected);
  });

  test('the first address is the identity; another one is an attribute', async () => {
    expect(await field({ type: 'email' }, 'other@b.pt')).toBe('other@b.pt');
  });
});

describe('too many posts', () => {
  const limited: Form = { ...newsletter, limits: { perAddress: { max: 3, per: 'PT10M' }, perForm: { max: 5, per: 'PT1H' } } };
  const who = (count: number) => ({ email: `p${count}@example.com` });

  test('from one address are refused until the window ends, and those of others are taken', async () => {
    const { post, stored, pass } = forms(limited);
    for (let count = 0; count < 3; count += 1) expect((await post(who(count), { ip: '192.0.2.1' })).outcome).toBe('accepted');
    pass(60_000);
    expect(await post(who(3), { ip: '192.0.2.1' })).toMatchObject({ outcome: 'too_many', againSeconds: 9 * 60 });
    expect((await post(who(4), { ip: '192.0.2.2' })).outcome).toBe('accepted');
    expect(stored()).toHaveLength(4);
    pass(9 * 60_000);
    expect((await post(who(5), { ip: '192.0.2.1' })).outcome).toBe('accepted');
  });

  test('of one form in all are refused, from wherever they come', async () => {
    const { post, stored } = forms(limited);
    const outcomes: string[] = [];
    for (let count = 0; count < 7; count += 1) outcomes.push((await post(who(count), { ip: `192.0.2.${count}` })).outcome);
    expect(outcomes).toEqual([...Array(5).fill('accepted'), 'too_many', 'too_many']);
    expect(stored()).toHaveLength(5);
  });

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', 'too_many'],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', 'accepted'],
    ['127.0.0.1', '127.0.0.1', 'accepted'],
  ])('%s and %s: %s', async (first, second, outcome) => {
    const { post } = forms({ ...newsletter, limits: { perAddress: { max: 1, per: 'PT10M' } } });
    await post(who(1), { ip: first });
    expect((await post(who(2), { ip: second })).outcome).toBe(outcome);
  });

  test('are not counted where they are not taken, and counters expire by themselves', async () => {
    const { post, table } = forms(limited);
    for (let count = 0; count < 5; count += 1) await post({ email: 'nobody' }, { ip: '192.0.2.1' });
    expect(table.items.size).toBe(0);
    await post(who(1), { ip: '192.0.2.1' });
    const counters = [...table.items.values()].filter(({ pk }) => pk.startsWith('LIMIT#'));
    expect(counters).toHaveLength(2);
    for (const { expiresAt } of counters) expect(Number(expiresAt) * 1000).toBeGreaterThan(NOW);
  });
});

describe('a page that is sent faster than anybody fills it in', () => {
  const slow: Form = { ...newsletter, fillTimeMin: 'PT3S' };

  test('is to be sent once more, and is taken then', async () => {
    const { post, stored, stamp, pass } = forms(slow);
    const _stamp = await stamp();
    pass(1000);
    expect((await post({ email: 'a@b.pt', _stamp })).outcome).toBe('too_fast');
    expect(stored()).toEqual([]);
    pass(2000);
    expect((await post({ email: 'a@b.pt', _stamp })).outcome).toBe('accepted');
  });

  test.each([
    ['no stamp', undefined],
    ['a forged stamp', 'AAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ])('holds no program to it that has %s', async (_, _stamp) => {
    const { post } = forms(slow);
    expect((await post({ email: 'a@b.pt', _stamp })).outcome).toBe('accepted');
  });
});

describe('a captcha', () => {
  const checked: Form = { ...newsletter, captcha: { provider: 'turnstile', siteKey: '0x4AAAAAAA', onFailure: 'accept' } };
  const values = { email: 'a@b.pt', 'cf-turnstile-response': 'token-1' };

  test('that was passed stands with the event as proof', async () => {
    const { post, stored, fake } = forms(checked);
    fake.change({ answer: { outcome: 'passed', hostname: 'shop.example' } });
    expect(await post(values, { ip: '203.0.113.9' })).toMatchObject({ outcome: 'accepted' });
    expect(fake.asked).toEqual([{ provider: 'turnstile', secret: 'our-secret', token: 'token-1', ip: '203.0.113.9' }]);
    expect(stored()[0]?.properties).toEqual({
      form: 'newsletter',
      fields: { email: 'a@b.pt' },
      consent: null,
      captcha: { result: 'passed', provider: 'turnstile', hostname: 'shop.example' },
    });
  });

  test('of hCaptcha has its own field', async () => {
    const { post, fake } = forms({ ...checked, captcha: { provider: 'hcaptcha', siteKey: 'key', onFailure: 'accept' } });
    expect(await post(values)).toMatchObject({ outcome: 'invalid', errors: [{ path: 'h-captcha-response' }] });
    expect(await post({ email: 'a@b.pt', 'h-captcha-response': 'P1_a.b' })).toMatchObject({ outcome: 'accepted' });
    expect(fake.asked).toMatchObject([{ provider: 'hcaptcha', token: 'P1_a.b' }]);
  });

  test.each([undefined, null, '', 5, ['token'], { a: 1 }, 'x'.repeat(8193), 'a b', 'a\u0000'])(
    'with %j for a token is refused, and costs no call',
    async (token) => {
      const { post, stored, fake } = forms(checked);
      const submitted = await post({ email: 'a@b.pt', 'cf-turnstile-response': token });
      expect(submitted).toMatchObject({ outcome: 'invalid', errors: [{ path: 'cf-turnstile-response' }] });
      expect([stored(), fake.asked]).toEqual([[], []]);
    },
  );

  test('that the provider refuses is refused, and told of', async () => {
    const { post, stored, fake } = forms(checked);
    fake.change({ answer: { outcome: 'refused', reason: 'timeout-or-duplicate' } });
    expect(await post(values)).toMatchObject({ outcome: 'invalid', errors: [{ path: 'cf-turnstile-response' }] });
    expect(stored()).toEqual([]);
    expect(fake.told).toEqual([{ outcome: 'refused', reason: 'timeout-or-duplicate' }]);
  });

  test.each([
    ['shop.example', 'accepted'],
    ['api.test', 'accepted'],
    [undefined, 'accepted'],
    ['evil.example', 'invalid'],
    ['sub.shop.example', 'invalid'],
  ])('that was passed on %s, where the form names its origins: %s', async (hostname, outcome) => {
    const { post, fake } = forms({ ...checked, allowedOrigins: ['https://shop.example'] });
    fake.change({ answer: { outcome: 'passed', ...(hostname !== undefined && { hostname }) } });
    expect((await post(values, { ownOrigin: 'https://api.test' })).outcome).toBe(outcome);
  });

  test('loses nobody while the provider does not answer: the post is taken, marked and told of', async () => {
    const { post, stored, fake } = forms(checked);
    fake.change({ answer: { outcome: 'unreachable', reason: 'it took too long' } });
    expect(await post(values)).toMatchObject({ outcome: 'accepted' });
    expect(stored()[0]?.properties.captcha).toEqual({ result: 'unchecked', provider: 'turnstile' });
    expect(fake.told).toEqual([{ outcome: 'unchecked', reason: 'it took too long' }]);
  });

  test('keeps the form closed meanwhile where the form says so', async () => {
    const { post, stored, fake } = forms({
      ...checked,
      captcha: { provider: 'turnstile', siteKey: '0x4AAAAAAA', onFailure: 'refuse' },
    });
    fake.change({ answer: { outcome: 'unreachable', reason: 'it answered 500' } });
    expect(await post(values)).toMatchObject({ outcome: 'not_checked' });
    expect(stored()).toEqual([]);
  });

  test('without a secret of ours cannot be checked, and the reason says what to do', async () => {
    const { post, fake } = forms(checked);
    fake.change({ secret: undefined });
    expect(await post(values)).toMatchObject({ outcome: 'accepted' });
    expect(fake.told).toMatchObject([{ outcome: 'unchecked', reason: expect.stringContaining('rekindle captcha set') }]);
    expect(fake.asked).toEqual([]);
  });

  test('is good once: the same page sent twice is one post, and the second is taken too', async () => {
    const { post, stored, fake } = forms(checked);
    expect(await post({ ...values, _messageId: 'm1' })).toMatchObject({ outcome: 'accepted' });
    fake.change({ answer: { outcome: 'refused', reason: 'timeout-or-duplicate' } });
    expect(await post({ ...values, _messageId: 'm1' })).toMatchObject({ outcome: 'accepted' });
    expect(await post({ ...values, _messageId: 'm2' })).toMatchObject({ outcome: 'invalid' });
    expect(stored()).toHaveLength(1);
  });

  test('is asked for after the fields, and not of robots that are known already', async () => {
    const { post, fake } = forms(checked);
    expect(await post({ ...values, email: '' })).toMatchObject({ outcome: 'invalid', errors: [{ path: 'email' }] });
    expect(await post({ ...values, website: 'x' })).toMatchObject({ outcome: 'accepted' });
    expect(fake.asked).toEqual([]);
  });

  test('that was not passed does not use up the limit of the form', async () => {
    const { post, fake } = forms({ ...checked, limits: { perForm: { max: 1, per: 'PT1H' } } });
    fake.change({ answer: { outcome: 'refused', reason: 'invalid-input-response' } });
    await post(values, { requestId: '1' });
    await post(values, { requestId: '2' });
    fake.change({ answer: { outcome: 'passed' } });
    expect(await post(values, { requestId: '3' })).toMatchObject({ outcome: 'accepted' });
  });
});
