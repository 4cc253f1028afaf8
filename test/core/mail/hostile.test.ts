import { expect, test } from 'vitest';
import { escapeHtml } from '#core/mail/escape.ts';
import { renderMail } from '#core/mail/render.ts';
import type { MailVariables } from '#core/mail/variables.ts';

const mail = {
  subject: 'Hello {{ customer.firstName }}',
  preheader: '{{ customer.firstName }}',
  html: '<p title="{{ customer.firstName }}">{{ customer.firstName }}</p>',
  text: 'Hello {{ customer.firstName }}!',
};
const rendered = (firstName: string) => renderMail(mail, { customer: { firstName } } as unknown as MailVariables);

test.each([
  ['a line break and a header', 'Ann\r\nBcc: victim@example.com', 'Hello Ann Bcc: victim@example.com'],
  ['line and paragraph separators', 'Ann\u2028X: y\u2029Z', 'Hello Ann X: y Z'],
  ['a NUL and an escape', 'A\u0000n\u001bn', 'Hello A n n'],
  ['an override of the direction', 'Ann\u202exe.lasyap', 'Hello Annxe.lasyap'],
  ['half a surrogate pair', 'Ann\ud83d', 'Hello Ann\ufffd'],
  ['an emoji of several parts', 'Ann 👩‍👩‍👧', 'Hello Ann 👩‍👩‍👧'],
  ['Liquid', '{{ customer.email }}{% assign x = 1 %}', 'Hello {{ customer.email }}{% assign x = 1 %}'],
])('%s in a name is harmless in the subject', (_, name, subject) => {
  expect(rendered(name).subject).toBe(subject);
});

test('a name of ten thousand combining marks leaves a subject of a bounded length, whole characters only', () => {
  const { subject } = rendered(`A${'\u0301'.repeat(10_000)}`);
  expect([...subject]).toHaveLength(250);
  expect(rendered('👩'.repeat(400)).subject.isWellFormed()).toBe(true);
});

test('markup in a name is text, in elements and in attributes', () => {
  const { html, text } = rendered('"><img src=x onerror=alert(1)>\u202e\u0000');
  const escaped = '&#34;&gt;&lt;img src=x onerror=alert(1)&gt;';
  expect(html).toBe(`<p title="${escaped}">${escaped}</p>`);
  expect(text).toContain('Hello "><img src=x onerror=alert(1)>');
});

test('a list of thousands is written to its end; loops within loops over it are stopped before they stop the others', () => {
  const list = Array.from({ length: 5_000 }, (_, place) => `<${place}>`);
  const variables = { customer: {}, event: { list } } as unknown as MailVariables;
  const once = { ...mail, html: '{% for one in event.list %}{{ one }}{% endfor %}' };
  expect(renderMail(once, variables).html).toMatch(/^&lt;0&gt;.*&lt;4999&gt;$/s);
  const squared = { ...mail, html: `{% for a in event.list %}${once.html}{% endfor %}` };
  expect(() => renderMail(squared, variables)).toThrow('more than 100000 steps');
});

test.each([
  '{{ customer.firstName }}',
  '{{ customer.firstName | append: "!" | upcase }}',
  '{% cycle customer.firstName %}',
  '{% capture name %}{{ customer.firstName }}{% endcapture %}{{ name }}',
  '{% echo customer.firstName %}{% assign name = customer.firstName %}{% for one in name %}{{ one }}{% endfor %}',
  '{% tablerow one in customer.names %}{{ one }}{% endtablerow %}{% for one in customer.names %}{{ one }}{% endfor %}',
  '<i>\ud83d</i>',
])('no half of a character gets into the HTML: %s', (html) => {
  const customer = { firstName: 'A\ud83d', names: ['\udc69'] };
  const { html: rendered } = renderMail({ ...mail, html }, { customer } as unknown as MailVariables);
  expect(rendered.isWellFormed()).toBe(true);
  expect(rendered).toContain('\ufffd');
});

test('marks that Arabic and Hebrew names need stay', () => {
  expect(escapeHtml('שלום\u200f!')).toBe('שלום\u200f!');
});
