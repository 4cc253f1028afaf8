import { describe, expect, test } from 'vitest';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';

const mail = (body = '<mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section>', matter = '') =>
  `---\nsubject: S\npreheader: P\n${matter}---\n${body}\n`;
const send = { id: 'hello', type: 'send_email', template: 'hello', topic: 'news' };
const exit = { id: 'bye', type: 'exit', reason: 'done' };
const journey = (change: object = {}) => ({
  id: 'welcome',
  name: 'Welcome',
  trigger: { type: 'form', form: 'join' },
  steps: [send],
  ...change,
});
const base = {
  'catalogue/topics.json': { topics: [{ id: 'news', name: 'News', type: 'marketing' }] },
  'catalogue/policy.json': {
    sender: { name: 'A' },
    brand: { name: 'A', postalAddress: 'B' },
    zone: 'Europe/Lisbon',
    locale: 'en',
  },
  'catalogue/loyalty.json': {
    currency: 'EUR',
    earn: { event: 'Order Completed', amount: 'revenue', pointsPerUnit: 1 },
    tiers: [{ id: 'gold', name: 'Gold', spend: 100 }],
  },
  'catalogue/forms/join.json': {
    id: 'join',
    name: 'Join',
    fields: [{ name: 'email', type: 'email', label: 'E-mail', required: true }],
    consent: { topics: ['news'], text: 'Yes', version: '1' },
  },
  'catalogue/segments/vip.json': { id: 'vip', name: 'VIP', when: { event: 'Order Completed', count: { gte: 3 } } },
  'catalogue/journeys/welcome.json': journey(),
  'templates/hello.mjml': mail(),
};
type Files = Record<string, object | string | undefined>;

const compile = (change: Files = {}) => {
  const files = Object.entries({ ...base, ...change }).filter(([, file]) => file !== undefined);
  return compileCatalogue(
    Object.fromEntries(files.map(([path, file]) => [path, typeof file === 'string' ? file : JSON.stringify(file)])),
  );
};
const problemsOf = async (change: Files) => (await compile(change)).problems;
const withJourney = (change: object) => problemsOf({ 'catalogue/journeys/welcome.json': journey(change) });
const withSteps = (...steps: object[]) => withJourney({ steps });
const withWhen = (when: object) => problemsOf({ 'catalogue/segments/vip.json': { id: 'vip', name: 'VIP', when } });

describe('a catalogue without faults becomes a release', () => {
  test('with everything in it, and no problems', async () => {
    const { problems, compiled } = await compile();
    expect(problems).toEqual([]);
    expect(compiled?.release).toMatchObject({
      id: expect.stringMatching(/^rel_[0-9a-f]{16}$/),
      journeys: [{ id: 'welcome', status: 'active' }],
      templates: [{ name: 'hello', locales: ['en'] }],
    });
    expect(compiled?.templates).toMatchObject([
      { name: 'hello', version: compiled?.release.templates[0]?.version, required: [] },
    ]);
    expect(compiled?.journeys).toEqual([{ id: 'welcome', version: expect.stringMatching(/^[0-9a-f]{16}$/) }]);
  });

  test('its id does not depend on the order of files, keys or white space, or on $schema', async () => {
    const reversed = Object.fromEntries(Object.entries(base).reverse());
    const files = Object.entries(reversed).map(([path, file]) => [
      path,
      typeof file === 'string'
        ? file
        : JSON.stringify({ ...Object.fromEntries(Object.entries(file).reverse()), $schema: 'x' }, undefined, 4),
    ]);
    const other = await compileCatalogue(Object.fromEntries(files));
    expect(other.problems).toEqual([]);
    expect(other.compiled?.release.id).toBe((await compile()).compiled?.release.id);
  });

  test.each([
    ['a step', { 'catalogue/journeys/welcome.json': journey({ steps: [send, exit] }) }],
    ['a word of a mail', { 'templates/hello.mjml': mail().replace('Hi', 'Ho') }],
    ['a subject', { 'templates/hello.mjml': mail().replace('S\n', 'T\n') }],
    ['the theme', { 'templates/theme.json': { light: { accent: '#123456' }, radius: 3 } }],
    [
      'the postal address',
      { 'catalogue/policy.json': { ...base['catalogue/policy.json'], brand: { name: 'A', postalAddress: 'C' } } },
    ],
  ])('its id changes with %s', async (_, change) => {
    const [{ compiled: before }, { compiled: after }] = [await compile(), await compile(change)];
    expect(after).toBeDefined();
    expect(after?.release.id).not.toBe(before?.release.id);
  });
});

test('the order of keys that are not in a schema does not count either', async () => {
  const set = (attributes: object) =>
    compile({ 'catalogue/journeys/welcome.json': journey({ steps: [{ id: 'a', type: 'update_profile', set: attributes }] }) });
  expect((await set({ a: 1, b: { c: 2, d: 3 } })).compiled?.release.id).toBe(
    (await set({ b: { d: 3, c: 2 }, a: 1 })).compiled?.release.id,
  );
});

describe('each rule finds its fault', () => {
  const tiers = (...spends: number[]) => ({
    ...base['catalogue/loyalty.json'],
    tiers: spends.map((spend, index) => ({ id: `t${index}`, name: 'T', spend })),
  });
  const form = (change: object) => ({ 'catalogue/forms/join.json': { ...base['catalogue/forms/join.json'], ...change } });
  const email = { name: 'email', type: 'email', label: 'E-mail', required: true };
  const topics = {
    'catalogue/topics.json': {
      topics: [...base['catalogue/topics.json'].topics, { id: 'news', name: 'Again', type: 'marketing' }],
    },
  };
  const condition = (when: object) => ({ id: 'c', type: 'condition', when });

  test.each<[string, string, Promise<readonly object[]>]>([
    ['json-syntax', '', problemsOf({ 'catalogue/topics.json': '{ "topics": [ }' })],
    [
      'duplicate-key',
      '',
      problemsOf({ 'catalogue/segments/vip.json': '{"id":"vip","name":"a","name":"b","when":{"tier":"gold"}}' }),
    ],
    ['missing-file', '', problemsOf({ 'catalogue/policy.json': undefined })],
    ['unknown-file', '', problemsOf({ 'catalogue/journey/oops.json': {} })],
    ['unknown-key', 'nmae', withJourney({ nmae: 'x' })],
    ['id-matches-file', 'id', withJourney({ id: 'welcome-2' })],
    ['duplicate-id', 'topics[1].id', problemsOf(topics)],
    ['duplicate-step-id', 'steps[1].yes[0].id', withSteps(send, { ...condition({ tier: 'gold' }), yes: [send] })],
    ['unknown-template', 'steps[0].template', withSteps({ ...send, template: 'helo' })],
    ['unknown-topic', 'steps[0].topic', withSteps({ ...send, topic: 'new' })],
    ['unknown-topic', 'consent.topics[0]', problemsOf(form({ consent: { topics: ['nws'], text: 'x', version: '1' } }))],
    ['unknown-topic', 'when.consent', withWhen({ consent: 'letters' })],
    ['unknown-segment', 'trigger.segment', withJourney({ trigger: { type: 'segment_entry', segment: 'vips' } })],
    ['unknown-form', 'trigger.form', withJourney({ trigger: { type: 'form', form: 'joyn' } })],
    ['unknown-tier', 'trigger.to[0]', withJourney({ trigger: { type: 'tier_change', to: ['god'] } })],
    ['unknown-journey', 'when.journey', withWhen({ journey: 'welcom', is: 'active' })],
    ['unknown-step', 'when.message', withWhen({ message: 'helo', is: 'clicked' })],
    [
      'unknown-step',
      'steps[1].events[0].where.is',
      withSteps(send, {
        id: 'w',
        type: 'wait_for_event',
        timeout: 'P1D',
        events: [{ event: 'Email Link Clicked', where: { property: 'step', is: 'helo' } }],
      }),
    ],
    ['unknown-event', 'when.event', withWhen({ event: 'Order Complete' })],
    ['unknown-attribute', 'when.attribute', withWhen({ attribute: 'first_name', exists: true })],
    ['never-true', 'when', withWhen({ all: [{ tier: 'gold' }, { not: { tier: 'gold' } }] })],
    ['property-without-event', 'when', withWhen({ property: 'revenue', gte: 5 })],
    [
      'property-without-event',
      'steps[0].when',
      withJourney({ trigger: { type: 'segment_entry', segment: 'vip' }, steps: [condition({ property: 'revenue', gte: 5 })] }),
    ],
    ['unreachable-step', 'steps[1]', withSteps(exit, send)],
    [
      'unreachable-step',
      'steps[1]',
      withSteps({ ...condition({ tier: 'gold' }), yes: [exit], no: [{ ...exit, id: 'bye2' }] }, send),
    ],
    ['empty-journey', 'steps', withSteps()],
    [
      'loyalty-needed',
      'trigger',
      problemsOf({
        'catalogue/loyalty.json': undefined,
        'catalogue/journeys/welcome.json': journey({ trigger: { type: 'tier_change' } }),
      }),
    ],
    [
      'loyalty-needed',
      '',
      problemsOf({ 'catalogue/loyalty.json': undefined, 'templates/hello.mjml': mail().replace('Hi', '{{ loyalty.points }}') }),
    ],
    ['tiers-ascending', 'tiers[1].spend', problemsOf({ 'catalogue/loyalty.json': tiers(100, 100) })],
    ['form-fields', 'fields[1]', problemsOf(form({ fields: [email, { ...email, type: 'text' }] }))],
    ['form-fields', 'fields[1]', problemsOf(form({ fields: [email, { name: 'size', type: 'select', label: 'Size' }] }))],
    ['form-fields', 'fields[0]', problemsOf(form({ honeypot: 'email' }))],
    ['form-fields', 'fields', problemsOf(form({ fields: [{ ...email, required: false }] }))],
    ['topic-differs', 'steps[0].topic', problemsOf({ 'templates/hello.mjml': mail(undefined, 'topic: offers\n') })],
    [
      'variable-not-offered',
      'steps[0].template',
      problemsOf({ 'templates/hello.mjml': mail(undefined, 'variables:\n  - event.order_id\n') }),
    ],
    ['wrong-value', 'light.accent', problemsOf({ 'templates/theme.json': { light: { accent: 'green' } } })],
  ])('%s at %j', async (rule, path, found) => {
    expect(await found).toEqual([
      expect.objectContaining({ rule, path, message: expect.stringMatching(/./), fix: expect.stringMatching(/./) }),
    ]);
  });
});

test.each([
  { attribute: 'country', is: 'PT', isNot: 'PT' },
  { attribute: 'country', is: 'PT', in: ['ES'] },
  { attribute: 'age', gte: 10, lt: 10 },
  { attribute: 'age', is: 5, gt: 5 },
  { attribute: 'country', exists: false, is: 'PT' },
  { attribute: 'createdAt', after: '2026-02-01', before: '2026-01-01' },
  { event: 'Order Completed', count: { lt: 0 } },
  { event: 'Order Completed', count: { gte: 3, lte: 2 } },
  { points: { lt: 0 } },
  {
    all: [
      { attribute: 'country', is: 'PT' },
      { attribute: 'country', is: 'ES' },
    ],
  },
])('nobody can meet %j', async (when) => {
  expect(await withWhen(when)).toMatchObject([{ rule: 'never-true' }]);
});

test.each([
  { attribute: 'country', exists: false, isNot: 'PT' },
  { attribute: 'age', gte: 10, lte: 10 },
  { event: 'Order Completed', count: { is: 0 } },
  { event: 'Order Completed', count: { lt: 1 } },
  { points: { lte: 0 } },
])('%j can be met', async (when) => {
  expect(await withWhen(when)).toEqual([]);
});

test('a warning does not stand in the way of a release', async () => {
  const { problems, compiled } = await compile({
    'catalogue/segments/vip.json': { id: 'vip', name: 'VIP', when: { event: 'Order Complete' } },
  });
  expect(problems).toMatchObject([{ rule: 'unknown-event', severity: 'warning', fix: 'did you mean "Order Completed"?' }]);
  expect(compiled).toBeDefined();
});

test('an error anywhere stops the release as a whole, and all problems come at once in the order of files', async () => {
  const { problems, compiled } = await compile({
    'catalogue/topics.json': '{',
    'catalogue/journeys/welcome.json': journey({ steps: [{ ...send, template: 'gone' }, exit, { ...exit, id: 'late' }] }),
    'templates/hello.mjml': '<mj-section />',
  });
  expect(compiled).toBeUndefined();
  expect(problems.map(({ file, rule }) => [file, rule])).toEqual([
    ['catalogue/journeys/welcome.json', 'unknown-template'],
    ['catalogue/journeys/welcome.json', 'unreachable-step'],
    ['catalogue/topics.json', 'json-syntax'],
    ['templates/hello.mjml', 'front-matter'],
  ]);
});

test('a file that cannot be read is not also called unknown', async () => {
  expect(await problemsOf({ 'catalogue/forms/join.json': '{' })).toMatchObject([
    { file: 'catalogue/forms/join.json', rule: 'json-syntax' },
  ]);
});

test('segments that refer to each other in a circle are told once, with the way round', async () => {
  const segment = (id: string, refers: string) => ({ id, name: id, when: { not: { segment: refers } } });
  const found = await problemsOf({
    'catalogue/segments/a.json': segment('a', 'b'),
    'catalogue/segments/b.json': segment('b', 'c'),
    'catalogue/segments/c.json': segment('c', 'a'),
    'catalogue/segments/d.json': segment('d', 'a'),
  });
  expect(found).toMatchObject([
    { file: 'catalogue/segments/a.json', rule: 'segment-circle', message: expect.stringContaining('a → b → c → a') },
  ]);
});

test('steps after a branch with a way on are reached', async () => {
  expect(await withSteps({ id: 'c', type: 'condition', when: { tier: 'gold' }, yes: [exit] }, send)).toEqual([]);
  expect(
    await withSteps(
      { id: 'w', type: 'wait_for_event', timeout: 'P1D', events: [{ event: 'Order Completed', steps: [exit] }] },
      send,
    ),
  ).toEqual([]);
});

test('an empty draft is fine', async () => {
  expect(await withJourney({ status: 'draft', steps: [] })).toEqual([]);
});
