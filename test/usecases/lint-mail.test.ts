import { describe, expect, test } from 'vitest';
import { colourOf, contrast, contrastNeeded } from '#usecases/compile-catalogue/contrast.ts';
import { sampleVariables } from '#usecases/compile-catalogue/sample-variables.ts';
import { sentBytes } from '#usecases/compile-catalogue/sent-bytes.ts';
import { styledTexts } from '#usecases/compile-catalogue/styled-text.ts';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';

const mail = (body: string, matter = '') => `---\nsubject: S\npreheader: P\n${matter}---\n${body}\n`;
const column = (content: string) => mail(`<mj-section><mj-column>${content}</mj-column></mj-section>`);

async function problemsOf(template: string, others: Readonly<Record<string, object | string>> = {}) {
  const { problems } = await compileCatalogue(catalogueFiles({ 'templates/welcome.mjml': template, ...others }));
  return problems;
}
const broken = async (template: string, others = {}) => (await problemsOf(template, others)).map(({ rule }) => rule);

describe('contrast', () => {
  test.each([
    ['black on white', '#000', '#ffffff', 21],
    ['the lightest grey that is enough on white', '#767676', 'white', 4.54],
    ['a colour on itself', 'rgb(10, 20, 30)', '#0a141e', 1],
  ])('%s', (_, text, background, ratio) => {
    const [one, other] = [colourOf(text), colourOf(background)];
    expect(one && other && contrast(one, other)).toBeCloseTo(ratio, 1);
  });

  test('large and bold text needs less', () => {
    expect([
      contrastNeeded({ sizePx: 16, bold: true }),
      contrastNeeded({ sizePx: 19, bold: true }),
      contrastNeeded({ sizePx: 24, bold: false }),
    ]).toEqual([4.5, 3, 3]);
  });

  test.each(['transparent', 'rgba(0,0,0,0.5)', 'var(--x)', '#12345', 'bisque-ish'])('%s is not judged', (css) => {
    expect(colourOf(css)).toBeUndefined();
  });
});

describe('how a text looks', () => {
  const one = (html: string, dark = false) => styledTexts(html, dark)[0];

  test.each([
    ['inherits', '<div style="color:#111111;background:#eee"><p>a</p></div>', '#111111', '#eeeeee'],
    [
      'takes the colour of a cell',
      '<table><tr><td bgcolor="#222222" style="color:white">a</td></tr></table>',
      '#ffffff',
      '#222222',
    ],
    ['takes a rule of a class', '<style>.x > b { color: #333333 }</style><p class="x"><b>a</b></p>', '#333333', '#ffffff'],
    ['prefers its own style to a rule', '<style>b { color: red }</style><b style="color:blue">a</b>', '#0000ff', '#ffffff'],
    [
      'gives way to an important rule',
      '<style>b { color: red !important }</style><b style="color:blue">a</b>',
      '#ff0000',
      '#ffffff',
    ],
  ])('%s', (_, html, colour, background) => {
    expect(one(html)).toMatchObject({ colour: colourOf(colour), background: colourOf(background) });
  });

  test('changes where the reader likes it dark', () => {
    const html =
      '<style>@media (prefers-color-scheme: dark) { .x { background: #000 !important } .x i { color: #fff } }</style><p class="x"><i>a</i></p>';
    expect(one(html)).toMatchObject({ colour: [0, 0, 0], background: [255, 255, 255] });
    expect(one(html, true)).toMatchObject({ colour: [255, 255, 255], background: [0, 0, 0] });
  });

  test('is not known over a picture', () => {
    expect(one('<div style="background:#fff url(https://x.example/a.png)">a</div>')?.background).toBeUndefined();
  });

  test('what is hidden, for Outlook alone, or no word is not shown', () => {
    expect(styledTexts('<div style="display:none">a</div><!--[if mso]><b>c</b><![endif]--><p>&nbsp;·&nbsp;</p>', false)).toEqual(
      [],
    );
  });
});

test.each([
  ['grey on white', '<mj-text color="#a0a0a0">Until Sunday</mj-text>', ['mail-contrast']],
  ['grey on white, but large', '<mj-text color="#8a8a8a" font-size="30px">Until Sunday</mj-text>', []],
  [
    'a word in a colour that is gone by night',
    '<mj-text>Until <span style="color:#1f5c4a">Sunday</span></mj-text>',
    ['mail-contrast'],
  ],
  [
    'a button of its own',
    '<mj-button href="https://a.example" background-color="#eeeeee" color="#ffffff">Go</mj-button>',
    ['mail-contrast'],
  ],
])('contrast in a mail: %s', async (_, body, rules) => {
  expect(await broken(column(body))).toEqual(rules);
});

test.each([
  ['https://a.example/x', []],
  ['http://a.example', []],
  ['mailto:a@b.example', []],
  ['tel:+351220000000', []],
  ['{{ brand.url | default: "https://a.example" }}/x', []],
  ['', ['mail-link']],
  ['#', ['mail-link']],
  ['/sale', ['mail-link']],
  ['www.shop.example', ['mail-link']],
  ['javascript:alert(1)', ['mail-link']],
  ['data:text/html,x', ['mail-link']],
  ['https://', ['mail-link']],
])('a link to “%s”', async (href, rules) => {
  expect(await broken(column(`<mj-text><a href='${href}'>x</a></mj-text>`))).toEqual(rules);
});

test.each([
  ['a button without an address', '<mj-button>Go</mj-button>', ['mail-link']],
  ['a link without an address', '<mj-text><a>Go</a></mj-text>', ['mail-link']],
  ['an anchor', '<mj-text><a name="top"></a>Go</mj-text>', []],
  [
    'a picture without an alternative',
    '<mj-text>A cup from Caldas</mj-text><mj-image src="https://a.example/a.png" />',
    ['image-alt'],
  ],
  ['a picture inside a text', '<mj-text>A cup from Caldas <img src="https://a.example/a.png" /></mj-text>', ['image-alt']],
  ['a picture for its looks', '<mj-text>A cup from Caldas</mj-text><mj-image alt="" src="https://a.example/a.png" />', []],
  [
    'a picture that is inside the mail',
    '<mj-text>A cup from Caldas</mj-text><mj-image alt="" src="data:image/png;base64,AA" />',
    ['mail-link'],
  ],
  ['pictures and nothing else', '<mj-image alt="Sale" src="https://a.example/a.png" />', ['empty-text-part']],
])('%s', async (_, body, rules) => {
  expect(await broken(column(body))).toEqual(rules);
});

test('a picture without a text is reported on its line', async () => {
  const [problem] = await problemsOf(column('<mj-text>A cup from Caldas</mj-text>\n<mj-image src="https://a.example/a.png" />'));
  expect(problem).toMatchObject({ rule: 'image-alt', line: 6, column: 1 });
});

test.each([
  ['89 KB', 80_000, undefined],
  ['90 KB', 84_500, 'warning'],
  ['100 KB', 95_000, 'error'],
])('a mail of about %s', async (_, letters, severity) => {
  const found = (await problemsOf(column(`<mj-text>${'a'.repeat(letters)}</mj-text>`))).find(({ rule }) => rule === 'mail-size');
  expect(found?.severity).toBe(severity);
});

test('each link weighs what SES makes of it', () => {
  expect(sentBytes('<a href="https://a.example/?x=1">x</a>') - sentBytes('<a name="https://a.example/?x=1">x</a>')).toBe(200);
});

test.each([
  ['links of its own', '<mj-text>{% assign links = "none" %}Hi</mj-text>', ['unsubscribe-missing']],
  ['links that are there', '<mj-text>Hi</mj-text>', []],
])('the way out with %s', async (_, body, rules) => {
  expect(await broken(column(body))).toEqual(rules);
});

describe('variables against the trigger', () => {
  const form = {
    'catalogue/forms/sign-up.json': {
      id: 'sign-up',
      name: 'Sign up',
      fields: [
        { name: 'email', type: 'email', label: 'E-mail', required: true },
        { name: 'city', type: 'text', label: 'City' },
      ],
    },
  };
  const startedBy = (trigger: object) => ({ 'catalogue/journeys/welcome.json': { ...welcome, exitWhen: undefined, trigger } });

  test.each([
    [
      'a property of an event that starts it',
      '{{ event.total | default: "1" }}',
      { type: 'event', event: 'Order Completed' },
      [],
    ],
    [
      'one that differs by a slip',
      '{{ event.totl | default: "1" }}',
      { type: 'event', event: 'Order Completed' },
      ['unknown-property'],
    ],
    ['a field of the form', '{{ event.city | default: "?" }}', { type: 'form', form: 'sign-up' }, []],
    [
      'no field of the form',
      '{{ event.street }}',
      { type: 'form', form: 'sign-up' },
      ['undeclared-variable', 'variable-not-offered'],
    ],
    [
      'a property where no event starts it',
      '{{ event.total }}',
      { type: 'segment_entry', segment: 'big-spenders' },
      ['undeclared-variable', 'variable-not-offered'],
    ],
    ['the same with a default', '{{ event.total | default: "1" }}', { type: 'segment_entry', segment: 'big-spenders' }, []],
    ['a voucher that nobody issues', '{{ voucher.code }}', { type: 'api' }, ['undeclared-variable', 'variable-not-offered']],
    ['an attribute that differs by a slip', '{{ customer.firstname | default: "you" }}', { type: 'api' }, ['unknown-attribute']],
    ['an attribute that nobody knows', '{{ customer.shoeSize | default: "?" }}', { type: 'api' }, []],
  ])('%s', async (_, body, trigger, rules) => {
    expect((await broken(column(`<mj-text>Hi ${body}</mj-text>`), { ...form, ...startedBy(trigger) })).sort()).toEqual(rules);
  });
});

test('an example of the front matter stands over what is usual, and may be JSON', () => {
  const { event, customer } = sampleVariables('en', [
    { path: 'event.products', example: '[{ "name": "Bowl" }]' },
    { path: 'customer.firstName', example: 'Rui' },
    { path: 'event.color' },
    { path: 'event.total' },
  ]);
  expect([event.products, customer.firstName, event.color, event.total]).toEqual([[{ name: 'Bowl' }], 'Rui', 'sample', 84.5]);
});
