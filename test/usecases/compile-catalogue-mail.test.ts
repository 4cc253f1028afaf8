import { describe, expect, test } from 'vitest';
import { renderMail } from '#core/mail/render.ts';
import type { MailVariables } from '#core/mail/variables.ts';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';

const column = (content: string) => `<mj-section><mj-column>${content}</mj-column></mj-section>`;
const words = (content: string) => column(`<mj-text>${content}</mj-text>`);
const source = (body: string, matter = '', subject = 'S', preheader = 'P') =>
  `---\nsubject: ${subject}\npreheader: ${preheader}\n${matter}---\n${body}\n`;
const order = 'variables:\n  - event.order_id = A-1\n  - event.products\n';

async function compile(template: string, others: Record<string, string> = {}) {
  const { problems, compiled } = await compileCatalogue({
    'catalogue/topics.json': '{ "topics": [{ "id": "news", "name": "News", "type": "marketing" }] }',
    'catalogue/policy.json':
      '{ "sender": { "name": "A" }, "brand": { "name": "Juniper & Co.", "postalAddress": "Rua das Flores 1, Porto" }, "zone": "UTC", "locale": "en" }',
    'catalogue/loyalty.json': '{ "currency": "EUR", "earn": { "event": "X", "amount": "y", "pointsPerUnit": 1 }, "tiers": [] }',
    'templates/a.mjml': template,
    ...others,
  });
  return { problems, template: compiled?.templates.find((one) => one.name === 'a') };
}

async function sent(template: string, change: object = {}, others: Record<string, string> = {}, locale = 'en') {
  const { problems, template: compiled } = await compile(template, others);
  expect(problems.filter((one) => one.severity === 'error')).toEqual([]);
  const mail = compiled?.locales[locale];
  if (mail === undefined) throw new Error(`no mail for ${locale}`);
  return renderMail(mail, variables(change));
}

const variables = (change: object): MailVariables =>
  ({
    customer: { id: 'c', email: 'e', firstName: 'Ana' },
    event: {
      order_id: 'A&1',
      products: [
        { name: 'Cup', url: 'https://shop.example/cup?a=1&b=2' },
        { name: 'Bowl <big>', url: 'javascript:alert(1)' },
      ],
    },
    links: { unsubscribe: 'https://r.example/u/1?x=1&y=2', preferences: 'https://r.example/p/1', view: 'https://r.example/v/1' },
    brand: { name: 'Juniper & Co.', postalAddress: 'Rua das Flores 1, Porto', url: 'https://juniper.example' },
    journey: { id: 'j', name: 'J' },
    message: { id: 'm' },
    locale: 'en',
    zone: 'UTC',
    ...change,
  }) as MailVariables;

describe('Liquid comes through MJML', () => {
  test('around sections, columns and rows, where MJML takes no text', async () => {
    const body = `{% if customer.firstName == "Ana" %}${words('for Ana')}{% else %}${words('for others')}{% endif %}
      <mj-section>{% for p in event.products %}<mj-column><mj-text>{{ p.name }}</mj-text></mj-column>{% endfor %}</mj-section>
      ${column('{% if 1 > 2 %}<mj-text>never</mj-text>{% elsif 2 > 1 %}<mj-text>always</mj-text>{% endif %}')}`;
    const { html, text } = await sent(source(body, order));
    expect(html).toContain('for Ana');
    expect(html).not.toContain('for others');
    expect(html).toContain('Bowl &lt;big&gt;');
    expect(text).toMatch(/for Ana[\s\S]*Cup[\s\S]*Bowl <big>[\s\S]*always/);
    expect(text).not.toContain('never');
  });

  test('in attributes, with quotes of both kinds', async () => {
    const body = column(
      `<mj-button href="{{ brand.url | default: "https://x.example" }}/{{ event.order_id | url_encode }}">Go</mj-button><mj-image alt='{{ customer.firstName | default: "you" }}' src="https://x.example/{{ message.id }}.png" />`,
    );
    const { html, text } = await sent(source(body, order));
    expect(html).toContain('href="https://juniper.example/A%261"');
    expect(html).toContain('alt="Ana"');
    expect(html).toContain('src="https://x.example/m.png"');
    expect(text).toContain('Go <https://juniper.example/A%261>');
  });

  test('inside HTML in a text, in its attributes and around its elements', async () => {
    const { html, text } = await sent(
      source(
        words(
          '<ul>{% for p in event.products %}<li><a href="{{ p.url }}">{{ p.name }}</a></li>{% endfor %}</ul><b>a</b> <i>b</i>',
        ),
        order,
      ),
    );
    expect(html).toContain('<a href="https://shop.example/cup?a=1&amp;b=2">Cup</a>');
    expect(html).toContain('<b>a</b> <i>b</i>');
    expect(text).toContain('Cup <https://shop.example/cup?a=1&b=2>');
  });

  test('an address from data cannot be a script, on no way through a condition', async () => {
    const hostile = { event: { order_id: 'javascript:alert(1)' } };
    for (const href of [
      '{{ event.order_id }}',
      '{% if 1 == 1 %}{{ event.order_id }}{% endif %}',
      '{% if 1 == 2 %}https://x.example{% else %}{{ event.order_id }}{% endif %}',
      ' {{- event.order_id -}} ',
    ]) {
      const { html, text } = await sent(source(words(`<a href="${href}">x</a>`), order), hostile);
      expect(html + text).not.toContain('javascript:');
    }
    const { html } = await sent(source(words('<a href="https://x.example/{{ event.order_id }}">x</a>'), order));
    expect(html).toContain('href="https://x.example/A&amp;1"');
  });

  test('comments are taken out, raw blocks stay', async () => {
    const { html } = await sent(
      source(`<!-- {{ secret }} -->{% comment %}{{ secret }}{% endcomment %}${words('{% raw %}{{ literally }}{% endraw %}')}`),
    );
    expect(html).toContain('{{ literally }}');
    expect(html).not.toContain('secret');
  });

  test('in the subject and the preheader, which also stand in the head of the HTML', async () => {
    const mail = await sent(
      source(
        words('x'),
        order,
        'Order {{ event.order_id }} < & >',
        '{% if event.order_id %}Thank you, {{ customer.firstName | default: "friend" }}{% endif %}',
      ),
    );
    expect(mail).toMatchObject({ subject: 'Order A&1 < & >', preheader: 'Thank you, Ana' });
    expect(mail.html).toContain('<title>Order A&amp;1 &lt; &amp; &gt;</title>');
    expect(mail.html).toMatch(/display:none[^>]*>Thank you, Ana</);
    expect(mail.text).not.toContain('Thank you, Ana');
  });

  test('a whole document keeps its own head', async () => {
    const { html, text } = await sent(
      source(
        `<mjml><mj-head><mj-attributes><mj-text color="#ff0000" /></mj-attributes></mj-head><mj-body>${words('{{ customer.firstName | upcase | default: "" }}')}</mj-body></mjml>`,
      ),
    );
    expect(html).toMatch(/color:#ff0000;?">ANA</);
    expect(text).toContain('Unsubscribe');
  });
});

describe('what comes by itself', () => {
  test('marketing mail has its way out, preferences, the view in a browser and the postal address', async () => {
    const { html, text } = await sent(source(words('x')));
    expect(html).toContain('<a href="https://r.example/u/1?x=1&amp;y=2">Unsubscribe</a>');
    expect(text).toContain('Unsubscribe <https://r.example/u/1?x=1&y=2>');
    for (const part of ['https://r.example/p/1', 'https://r.example/v/1', 'Rua das Flores 1, Porto'])
      expect([html, text].every((one) => one.includes(part))).toBe(true);
  });

  test('transactional mail has none, and says why it was sent', async () => {
    const { html, text } = await sent(source(words('x')), { links: {} });
    expect(html + text).not.toContain('Unsubscribe');
    expect(html + text).not.toContain('href=""');
    expect(text).toContain('This e-mail is about your account at Juniper & Co.');
  });

  test('each locale has its own words, and the plain file is the default one', async () => {
    const files = { 'templates/a.pt.mjml': source(words('olá')), 'templates/a.sv.mjml': source(words('hej')) };
    expect((await sent(source(words('hi')), {}, files, 'pt')).text).toMatch(/olá[\s\S]*Cancelar subscrição/);
    expect((await sent(source(words('hi')), {}, files, 'sv')).text).toMatch(/hej[\s\S]*Unsubscribe/);
    expect((await compile(source(words('hi')), files)).template?.required).toEqual([]);
  });

  test('the theme colours the mail by day and by night', async () => {
    const { html } = await sent(
      source(column('<mj-button href="https://x.example">x</mj-button>')),
      {},
      {
        'templates/theme.json':
          '{ "light": { "accent": "#123456" }, "dark": { "accent": "#654321" }, "logo": { "text": "J & <Co>" } }',
      },
    );
    expect(html).toContain('background:#123456');
    expect(html).toMatch(/prefers-color-scheme: dark[^@]*#654321/);
    expect(html).toContain('J &amp; &lt;Co&gt;');
  });

  test('no mail loads fonts or styles from elsewhere', async () => {
    const { html } = await sent(source(column('<mj-text font-family="Roboto">x</mj-text>')));
    expect(html).not.toMatch(/fonts\.googleapis|@import|<link/);
  });
});

describe('partials', () => {
  const partials = {
    'templates/partials/item.mjml': '<mj-text>{{ item.name }}\n {{ note }}</mj-text>',
    'templates/partials/item.pt.mjml': '<mj-text>pt {{ item.name }}</mj-text>',
  };

  test('are put in with their arguments, in the locale of the mail', async () => {
    const body = column(`{% for p in event.products %}{% include 'item', item: p, note: "good" %}{% endfor %}`);
    const files = { ...partials, 'templates/a.pt.mjml': source(body, order) };
    expect((await sent(source(body, order), {}, files)).text).toMatch(/Cup good[\s\S]*Bowl <big> good/);
    expect((await sent(source(body, order), {}, files, 'pt')).text).toContain('pt Cup');
  });

  test.each([
    ["{% include 'none' %}", 'there is no partial "none"'],
    ["{% include 'loop' %}", 'the partial "loop" includes itself (loop → loop)'],
    ['{% include event.name %}', 'the name of a partial cannot come from a variable (event.name)'],
    ["{% render 'item' %}", "{% render 'item' %} is not offered"],
  ])('%s is refused on its line', async (include, message) => {
    const { problems } = await compile(source(`\n${column(include)}`), {
      ...partials,
      'templates/partials/loop.mjml': "{% include 'loop' %}",
    });
    expect(problems).toContainEqual(
      expect.objectContaining({ file: 'templates/a.mjml', line: 6, rule: 'unknown-partial', message }),
    );
  });
});

describe('faults are told with their line', () => {
  test.each([
    [
      'mjml-syntax',
      '<mj-section>\n<mj-colum></mj-colum></mj-section>',
      6,
      "<mj-colum>: Element mj-colum doesn't exist or is not registered",
    ],
    ['mjml-syntax', '\n<mj-section colour="red"></mj-section>', 6, '<mj-section>: Attribute colour is illegal'],
    ['mjml-syntax', column('<mj-text color="{{ locale }}">x</mj-text>'), 5, expect.stringContaining('{{ locale }}')],
    ['mjml-syntax', '<mj-section>\n<mj-column></mj-section>', 6, '<mj-column> is not closed before </mj-section>'],
    ['mjml-syntax', '<mj-section>\nlost words</mj-section>', 6, 'the text "lost words" stands where MJML shows none'],
    ['mjml-syntax', '\n\n{{ locale }}', 7, '{{ locale }} stands where MJML shows no text'],
    ['mjml-syntax', '<p>x</p>', 5, '<p> is HTML and stands where MJML shows none'],
    [
      'mjml-syntax',
      words('<a {% if 1 == 1 %}href="x"{% endif %}>x</a>'),
      5,
      expect.stringContaining('not in the value of an attribute'),
    ],
    ['mjml-syntax', '<mj-include path="/etc/passwd" />', 5, '<mj-include> reads files, and a published template has none'],
    ['mjml-syntax', words('{{ locale'), 5, '"{{" is not closed'],
    ['liquid-syntax', `\n${words('{% if locale %}')}`, 6, 'tag {% if locale %} not closed'],
    ['liquid-syntax', words('{{ locale | nonsense }}'), 5, 'undefined filter: nonsense'],
    ['liquid-syntax', words('{{ customer.email | raw }}'), 5, 'undefined filter: raw'],
    [
      'liquid-syntax',
      words('{% for i in (1..9999999999) %}x{% endfor %}'),
      undefined,
      expect.stringContaining('a trial run failed'),
    ],
    ['template-variable', words('{{ custmer.firstName }}'), undefined, 'nothing is called "custmer"'],
    ['template-variable', words('{{ links.unsubscrib }}'), undefined, '"links.unsubscrib" does not exist'],
  ])('%s: %s', async (rule, body, line, message) => {
    const { problems, template } = await compile(source(body));
    expect(template).toBeUndefined();
    expect(problems).toContainEqual(
      expect.objectContaining({
        file: 'templates/a.mjml',
        rule,
        message,
        ...(line && { line }),
        fix: expect.stringMatching(/./),
      }),
    );
  });

  test('a variable that may have no value is a warning, unless it is guarded or required', async () => {
    const warned = async (body: string, matter = '') =>
      (await compile(source(words(body), matter))).problems.map(({ rule, severity, path }) => [rule, severity, path]);
    expect(await warned('{{ customer.city }}')).toEqual([['undeclared-variable', 'warning', 'customer.city']]);
    expect(await warned('{{ customer.city | default: "you" }}{{ customer.email }}{{ brand.name }}')).toEqual([]);
    expect(await warned('{% if customer.city %}{{ customer.city }}{% endif %}')).toEqual([]);
    expect(await warned('{% if loyalty.next %}{{ loyalty.next.name }}{% endif %}')).toEqual([]);
    expect(await warned('{{ event.order_id }}', order)).toEqual([]);
    expect(await warned('{% if customer.cityName %}{{ customer.city }}{% endif %}')).toHaveLength(1);
  });

  test.each([
    [80, []],
    [95, [['mail-size', 'warning']]],
    [110, [['mail-size', 'error']]],
  ])('a mail of %i KB', async (kilobytes, expected) => {
    const { problems } = await compile(source(words('word '.repeat(kilobytes * 200 - 2000))));
    expect(problems.map(({ rule, severity }) => [rule, severity])).toEqual(expected);
  });

  test('a locale without a default, and a name that is none', async () => {
    const { problems } = await compile(source(words('x')), {
      'templates/b.pt.mjml': source(words('x')),
      'templates/C_d.mjml': source(words('x')),
      'templates/a.en.mjml': source(words('x')),
    });
    expect(problems.map(({ file, rule }) => [file, rule])).toEqual([
      ['templates/C_d.mjml', 'unknown-file'],
      ['templates/a.mjml', 'duplicate-id'],
      ['templates/b.pt.mjml', 'locale-without-default'],
    ]);
  });
});

test('text that looks like nothing but trouble compiles in time', async () => {
  const { problems } = await compile(source(words(`<a ${'{{ x }}" '.repeat(30)}${'<'.repeat(500)}`)));
  expect(problems.length).toBeGreaterThan(0);
});
