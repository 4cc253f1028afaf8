import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CompiledMail } from '#core/catalogue.ts';
import { missing, renderMail } from '#core/mail/render.ts';
import type { MailVariables } from '#core/mail/variables.ts';
import { starterFiles } from '#test/usecases/starter-files.ts';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { draftedMail } from '#usecases/mail-source.ts';
import { previewMail } from '#usecases/preview-mail.ts';

const { problems, compiled } = await compileCatalogue(starterFiles());
const mails =
  compiled?.templates.flatMap((template) =>
    Object.entries(template.locales).map(([locale, mail]) => [template.name, locale, mail] as const),
  ) ?? [];

test('the starter catalogue is published without a single problem', () => {
  expect(problems).toEqual([]);
  expect(compiled?.release.journeys.map((journey) => journey.id)).toEqual([
    'after-refund',
    'almost-there',
    'birthday',
    'cart-reminder',
    'confirm-offers',
    'farewell',
    'joined',
    'points-expiring',
    'thank-you',
    'tier-reached',
    'voucher-expiring',
    'welcome',
    'welcome-back',
    'welcome-offers',
    'win-back',
  ]);
});

test('every template is there in English and Portuguese', () => {
  for (const template of compiled?.release.templates ?? []) expect(template.locales).toEqual(['en', 'pt']);
});

test('a first try reaches everybody: no journey holds people back', () => {
  expect(compiled?.release.journeys.filter((journey) => (journey.holdout?.percent ?? 0) > 0)).toEqual([]);
});

const known = (locale: string): MailVariables => ({
  customer: { id: 'cus_1', email: 'ana@example.com', firstName: 'Ana' },
  event: {},
  loyalty: {
    points: 1240,
    pending: 0,
    spend: 124,
    currency: 'EUR',
    tier: { id: 'silver', name: 'Silver', benefits: ['Free delivery'], since: '2026-01-01T00:00:00.000Z' },
    next: { id: 'gold', name: 'Gold', missing: 376 },
  },
  links: {
    unsubscribe: 'https://r.example/u/1',
    preferences: 'https://r.example/p/1',
    view: 'https://r.example/v/1',
    confirm: 'https://r.example/c/1',
  },
  brand: { name: 'Juniper & Co.', postalAddress: 'Rua das Flores 128, 4050-262 Porto, Portugal', url: 'https://juniper.example' },
  journey: { id: 'welcome', name: 'Welcome' },
  message: { id: 'msg_1' },
  locale,
  zone: 'Europe/Lisbon',
});

/** Somebody of whom nothing but the address is known. */
const stranger = (locale: string): MailVariables => {
  const { loyalty: _, ...rest } = known(locale);
  return {
    ...rest,
    customer: { id: 'cus_2', email: 'x@example.com' },
    links: {},
    brand: { name: 'Juniper & Co.', postalAddress: 'Porto' },
  };
};

describe.each(mails)('%s in %s', (name, locale, mail: CompiledMail) => {
  test.each([
    ['somebody known', known(locale)],
    ['a stranger', stranger(locale)],
  ])('has no holes for %s', (who, variables) => {
    const template = compiled?.templates.find((one) => one.name === name);
    if (who === 'a stranger' && missing(template ?? { required: [] }, variables).length > 0) return;
    const { subject, preheader, html, text } = renderMail(mail, variables);
    for (const part of [subject, preheader, html, text]) {
      expect(part.trim()).not.toBe('');
      expect(part).not.toMatch(/undefined|null|NaN|\[object|\{\{|\{%|lqd\d|href=""|href="#"/);
    }
    expect(`${subject} ${text}`).not.toMatch(/ ,|,,|\s\.(?=\s)|(?<!\.)\.\.(?!\.)|Hi ,|Olá,!/);
    expect(html).toContain(`lang="${locale}"`);
  });

  test('greets by name, and is small enough for every mailbox', () => {
    const { html, text } = renderMail(mail, known(locale));
    expect(text).toContain('Ana');
    expect(new TextEncoder().encode(html).length).toBeLessThan(30_000);
  });
});

test.each(['cart-reminder', 'thank-you'])('%s of thousands of products is as small as one of a few', (name) => {
  const mail = mails.find(([template, locale]) => template === name && locale === 'en')?.[2] as CompiledMail;
  const product = { product_id: 'P1', name: 'A pot of honey', price: 8.5, quantity: 2, url: 'https://juniper.example/p/1' };
  const event = { order_id: '1', revenue: 10, currency: 'EUR', products: Array(5_000).fill(product) };
  const { html, text } = renderMail(mail, { ...known('en'), event });
  // Gmail cuts at 102 KB, and the link to unsubscribe with it.
  expect(new TextEncoder().encode(html).length).toBeLessThan(40_000);
  expect(text.length).toBeLessThan(3_000);
});

test('a tier mail is skipped where there is no tier', () => {
  const template = compiled?.templates.find((one) => one.name === 'tier-reached');
  expect(missing(template ?? { required: [] }, stranger('en'))).toEqual(['loyalty.tier.name']);
});

test('the example of docs/templates.md is a mail without any problem', async () => {
  const guide = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');
  const [, example = ''] = /^```\n(---[\s\S]*?)^```$/m.exec(guide) ?? [];
  const { source, problems } = await draftedMail({ ...starterFiles(), 'templates/on-its-way.mjml': example }, 'on-its-way');
  expect(problems).toEqual([]);
  expect((await source?.mail('en'))?.subject).toBe('Order {{ event.order_id }} is on its way');
});

test.each([
  ['confirm', /confirm/, /unsubscribe/],
  ['voucher', /unsubscribe/, /confirm/],
  ['thank-you', /view/, /unsubscribe|confirm/],
])('a preview of %s has the links that the mail will have', async (name, has, hasNot) => {
  const { source } = await draftedMail(starterFiles(), name);
  if (source === undefined) throw new Error(`there is no ${name}`);
  const base = 'https://r.example';
  const links = {
    unsubscribe: `${base}/unsubscribe`,
    preferences: `${base}/p`,
    view: `${base}/view`,
    confirm: `${base}/confirm`,
  };
  const { html, skip } = await previewMail(source, {}, links);
  const found = [...html.matchAll(/https:\/\/r\.example\/(\w+)/g)].map(([, path]) => path).join(' ');
  expect(skip).toBeUndefined();
  expect(found).toMatch(has);
  expect(found).not.toMatch(hasNot);
});
