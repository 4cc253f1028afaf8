import { describe, expect, test } from 'vitest';
import { chooseLocale } from '#core/mail/locale.ts';
import { missing, renderMail } from '#core/mail/render.ts';
import type { MailVariables } from '#core/mail/variables.ts';

const variables = (change: Partial<Record<keyof MailVariables, unknown>> = {}): MailVariables =>
  ({
    customer: { id: 'cus_1', email: 'ana@example.com', firstName: 'Ana' },
    event: {},
    links: { unsubscribe: 'https://r.example/u/1?a=1&b=2' },
    brand: { name: 'Juniper & Co.', postalAddress: 'Porto' },
    journey: { id: 'welcome', name: 'Welcome' },
    message: { id: 'msg_1' },
    locale: 'en',
    zone: 'Europe/Lisbon',
    ...change,
  }) as MailVariables;

const mail = (change: object) => ({ subject: 's', preheader: 'p', html: 'h', text: 't', ...change });
const html = (source: string, change = {}) => renderMail(mail({ html: source }), variables(change)).html;
const text = (source: string, change = {}) => renderMail(mail({ text: source }), variables(change)).text;
const subject = (source: string, change = {}) => renderMail(mail({ subject: source }), variables(change)).subject;
const named = (firstName: unknown) => ({ customer: { id: 'c', email: 'e', firstName } });

describe('what customers put in stays text', () => {
  test('values are escaped in the HTML and not in the text or the subject', () => {
    const source = '{{ customer.firstName }}';
    const hostile = named(`<b>"O'Neil" & co</b>`);
    expect(html(source, hostile)).toBe('&lt;b&gt;&#34;O&#39;Neil&#34; &amp; co&lt;/b&gt;');
    expect(text(source, hostile)).toBe(`<b>"O'Neil" & co</b>`);
    expect(subject(source, hostile)).toBe(`<b>"O'Neil" & co</b>`);
  });

  test('escaping comes after all filters, also in loops and conditions', () => {
    const event = { event: { tags: ['<i>', '<u>'] } };
    expect(html('{% for tag in event.tags %}{{ tag | append: "&" }}{% endfor %}', event)).toBe('&lt;i&gt;&amp;&lt;u&gt;&amp;');
    expect(html('{{ event.tags | join: "<" }}', event)).toBe('&lt;i&gt;&lt;&lt;u&gt;');
    expect(html('{% if event.tags %}{{ event.tags | first }}{% endif %}', event)).toBe('&lt;i&gt;');
  });

  test('an explicit escape does not escape twice', () => {
    expect(html('{{ brand.name | escape }}')).toBe('Juniper &amp; Co.');
  });

  test.each(['{{ links.unsubscribe }}', '{% raw %}', '{% assign locale = 1 %}', '{{'])(
    'Liquid in a value is not run: %s',
    (liquid) => {
      expect(text('{{ customer.firstName }}', named(liquid))).toBe(liquid);
      expect(subject('{{ customer.firstName }}', named(liquid))).toBe(liquid);
    },
  );

  test.each([
    'a\r\nBcc: x@example.com',
    'a\nBcc: x@example.com',
    'a\u0000Bcc: x@example.com',
    'a\u2028Bcc: x@example.com',
    'a\u0085Bcc: x@example.com',
  ])('a subject is one line: %j', (name) => {
    expect(subject('Hi {{ customer.firstName }}', named(name))).toBe('Hi a Bcc: x@example.com');
  });

  test('a subject has an end', () => {
    expect(subject('{{ customer.firstName }}', named('x'.repeat(5000)))).toHaveLength(250);
  });

  test.each(['javascript:alert(1)', ' JavaScript:alert(1)', 'data:text/html,x', 'vbscript:x', '//evil.example', ''])(
    'an address from data cannot be %j',
    (address) => {
      expect(html('<a href="{{ event.url | safe_url }}">', { event: { url: address } })).toBe('<a href="#">');
    },
  );

  test('what is inherited is not a value', () => {
    expect(text('[{{ customer.constructor }}{{ event.__proto__ }}{{ customer.firstName.constructor }}]')).toBe('[]');
  });
});

describe('missing values leave no trace', () => {
  test.each([
    '{{ customer.lastName }}',
    '{{ event.a.b.c }}',
    '{{ loyalty.tier.name }}',
    '{{ event.price | money: "EUR" }}',
    '{{ event.at | date }}',
    '{{ event.n | number }}',
  ])('%s', (source) => {
    expect(html(`[${source}]`)).toBe('[]');
  });

  test('a default fills the place of nothing, null and an empty text', () => {
    for (const nothing of [undefined, null, ''])
      expect(text('Hi {{ customer.firstName | default: "there" }}', named(nothing))).toBe('Hi there');
  });

  test('required variables without a value are named', () => {
    const required = ['customer.firstName', 'event.order_id', 'event.products.0.name', 'event.zero'];
    expect(missing({ required: ['event.products'] }, variables({ event: { products: [] } }))).toEqual(['event.products']);
    expect(missing({ required }, variables({ ...named(' '), event: { products: [{ name: 'Cup' }], zero: 0 } }))).toEqual([
      'customer.firstName',
      'event.order_id',
    ]);
  });
});

describe('the recipient’s language and zone', () => {
  test.each([
    ['{{ 1234.5 | money: "EUR" }}', 'en', '€1,234.50'],
    ['{{ 1234.5 | money: "EUR" }}', 'de', '1.234,50\u00a0€'],
    ['{{ "20" | money: "jpy" }}', 'en', '¥20'],
    ['{{ 20 | money: "EUR", "whole" }}', 'en', '€20'],
    ['{{ 1999 | money: "EUR", "minor" }}', 'en', '€19.99'],
    ['{{ 1999 | money: "JPY", "minor" }}', 'en', '¥1,999'],
    ['{{ 1999 | money: "KWD", "minor" }}', 'en', 'KWD\u00a01.999'],
    ['{{ 5 | money: "KWD" }}', 'en', 'KWD\u00a05.000'],
    ['{{ 1234.5 | money: "EUR" }}', 'pt-BR', '€\u00a01.234,50'],
    ['{{ 20 | money }}', 'en', '20.00'],
    ['{{ 1234567 | number }}', 'de', '1.234.567'],
    ['{{ 0.456 | number: 1 }}', 'en', '0.5'],
    ['{{ "2026-12-24T23:30:00Z" | date: "long" }}', 'en', 'December 24, 2026'],
    ['{{ "2026-12-24T23:30:00Z" | date: "medium" }}', 'pt-PT', '24/12/2026'],
    ['{{ 1766619000000 | date: "time" }}', 'de', '23:30'],
    ['{{ "yesterday" | date }}', 'en', ''],
    ['{{ "now" | date }}', 'en', ''],
    ['{{ 5 | money: "EUR" }}', 'not a locale', '€5.00'],
  ])('%s in %s is %s', (source, locale, expected) => {
    expect(text(source, { locale })).toBe(expected);
  });

  test('the zone moves the day', () => {
    expect(text('{{ "2026-12-24T23:30:00Z" | date: "month" }}', { zone: 'Asia/Tokyo' })).toBe('December 25');
    expect(text('{{ "1990-05-14" | date: "month" }}', { zone: 'America/New_York' })).toBe('May 14');
    expect(text('{{ "2026-12-24T23:30:00Z" | date: "month" }}', { zone: 'Nowhere/At-All' })).toBe('December 24');
  });

  test.each([
    ['pt-BR', 'pt-BR'],
    ['pt-PT', 'pt'],
    ['pt_PT', 'pt'],
    ['PT', 'pt'],
    ['de-AT', 'de-CH'],
    ['ja', 'en'],
    [undefined, 'en'],
  ])('of en, pt, pt-BR and de-CH, %s gets %s', (wanted, expected) => {
    expect(chooseLocale(['en', 'pt', 'pt-BR', 'de-CH'], wanted, 'en')).toBe(expected);
  });
});

describe('a mail cannot run away', () => {
  test.each([
    ['loops in loops', '{% for a in (1..1000) %}{% for b in (1..1000) %}x{% endfor %}{% endfor %}'],
    ['a range without end', '{% for a in (1..100000000) %}x{% endfor %}'],
    ['texts that double', '{% assign a = "xxxxxxxxxxxxxxxx" %}{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}'],
  ])('%s', (_, source) => {
    expect(() => text(source)).toThrow(/steps|memory/);
  });

  test.each([
    '{% include "x" %}',
    '{% render "x" %}',
    '{% layout "x" %}',
    '{% increment n %}',
    '{{ customer.email | raw }}',
    '{{ event.list | sample }}',
    '{{ x | nonsense }}',
  ])('%s is not offered', (source) => {
    expect(() => html(source)).toThrow();
  });
});

test('empty lines that conditions left behind are closed up in the text', () => {
  expect(text('a\n\n{% if event.x %}b{% endif %}\n\n{% if event.x %}c{% endif %}  \n\nd\n')).toBe('a\n\nd');
});
