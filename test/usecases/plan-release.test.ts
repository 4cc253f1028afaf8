import { describe, expect, test } from 'vitest';
import type { Condition } from '#core/condition.ts';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { breadth } from '#usecases/plan-release/breadth.ts';
import { planRelease, type ReleasePlan } from '#usecases/plan-release.ts';
import { contentOf, type ReleaseContent } from '#usecases/read-release.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';

type Changes = Parameters<typeof catalogueFiles>[0];

const journeyFile = 'catalogue/journeys/welcome.json';
const segmentFile = 'catalogue/segments/big-spenders.json';

async function content(changes: Changes): Promise<ReleaseContent> {
  const { compiled, problems } = await compileCatalogue(catalogueFiles(changes));
  if (compiled === undefined) throw new Error(JSON.stringify(problems));
  return contentOf(compiled);
}

async function planned(after: Changes, before: Changes = {}): Promise<ReleasePlan> {
  return planRelease(await content(before), await content(after));
}

const mail = catalogueFiles()['templates/welcome.mjml'] ?? '';
const [pause, hello] = welcome.steps as [object, object];
const wait = (id: string): object => ({ id, type: 'delay', for: 'P2D' });
const journey = (more: object): Changes => ({ [journeyFile]: { ...welcome, ...more } });
const stepsOf = ({ journeys }: ReleasePlan) => journeys[0]?.steps ?? [];

test('the same catalogue, with its keys in another order, changes nothing', async () => {
  const { id, name, ...rest } = welcome;
  expect(await planned({ [journeyFile]: { ...rest, name, id } })).toMatchObject({
    unchanged: true,
    files: [],
    journeys: [],
    things: [],
  });
});

test('a first release adds everything', async () => {
  const plan = planRelease(undefined, await content({}));
  expect(plan).toMatchObject({ from: null, unchanged: false });
  expect(plan.files.every(({ change }) => change === 'added' || change === 'changed')).toBe(true);
  expect(plan.journeys).toMatchObject([
    { id: 'welcome', change: 'added', words: 'starts when somebody signs up; 2 steps, 1 mail', people: { rule: 'nobody' } },
  ]);
});

describe('a step', () => {
  test('that is new is told with its place', async () => {
    const plan = await planned(journey({ steps: [pause, wait('more'), hello] }));
    expect(stepsOf(plan)).toEqual([{ id: 'more', change: 'added', words: 'Wait: 2 days', place: 'after pause' }]);
    expect(plan.files).toEqual([{ file: journeyFile, change: 'changed' }]);
  });

  test('that is gone is told with the place where it stood', async () => {
    const plan = await planned(journey({ steps: [hello] }));
    expect(stepsOf(plan)).toEqual([{ id: 'pause', change: 'removed', words: 'Wait: 1 day', place: 'first of all' }]);
  });

  test('that changed is told in words', async () => {
    const plan = await planned(journey({ steps: [{ ...pause, for: 'PT36H', name: 'A rest' }, hello] }));
    expect(stepsOf(plan)).toMatchObject([
      {
        id: 'pause',
        change: 'changed',
        differences: [
          { at: 'for', before: '1 day', after: '36 hours' },
          { at: 'name', after: '“A rest”' },
        ],
      },
    ]);
  });

  test('that moved is told alone: those that it passes have not moved', async () => {
    const [one, two, three] = [wait('one'), wait('two'), wait('three')];
    const plan = await planned(journey({ steps: [two, three, hello, one] }), journey({ steps: [one, two, three, hello] }));
    expect(stepsOf(plan)).toEqual([
      { id: 'one', change: 'moved', words: 'Wait: 2 days', place: 'after hello', placeBefore: 'first of all' },
    ]);
  });

  test('that moved into a branch is not taken for a new one', async () => {
    const condition = { id: 'ask', type: 'condition', when: { attribute: 'country', is: 'PT' } };
    const plan = await planned(
      journey({ steps: [pause, { ...condition, yes: [hello] }] }),
      journey({ steps: [pause, condition, hello] }),
    );
    expect(stepsOf(plan)).toMatchObject([
      { id: 'hello', change: 'moved', place: 'first in “yes” of ask', placeBefore: 'after ask' },
    ]);
  });

  test('inside a branch does not change the branch itself', async () => {
    const branch = (steps: object[], gte: number): object => ({
      id: 'worth',
      type: 'branch',
      cases: [{ name: 'good', when: { attribute: 'spend', gte }, steps }],
    });
    expect(
      stepsOf(await planned(journey({ steps: [branch([hello, wait('w')], 5)] }), journey({ steps: [branch([hello], 5)] }))),
    ).toMatchObject([{ id: 'w', change: 'added', place: 'after hello' }]);
    expect(
      stepsOf(await planned(journey({ steps: [branch([hello], 9)] }), journey({ steps: [branch([hello], 5)] }))),
    ).toMatchObject([
      { id: 'worth', differences: [{ at: 'case good', before: 'spend is at least 5', after: 'spend is at least 9' }] },
    ]);
  });
});

describe('a trigger', () => {
  const order = (where?: object): Changes =>
    journey({ trigger: { type: 'event', event: 'Order Placed', ...(where && { where }) }, exitWhen: undefined });

  test('that lets more people in says so', async () => {
    const { journeys } = await planned(order({ property: 'revenue', gte: 30 }), order({ property: 'revenue', gte: 50 }));
    expect(journeys[0]?.differences).toEqual([
      {
        at: 'trigger',
        before: '“Order Placed” happens where revenue is at least 50',
        after: '“Order Placed” happens where revenue is at least 30',
        breadth: 'wider',
      },
    ]);
  });

  test('of another kind says what it was', async () => {
    const { journeys } = await planned(journey({ trigger: { type: 'segment_exit', segment: 'big-spenders' } }));
    expect(journeys[0]?.differences).toEqual([
      { at: 'trigger', before: 'somebody signs up', after: 'somebody leaves the segment big-spenders' },
    ]);
  });
});

describe('people inside a journey that changed', () => {
  const people = async (more: object): Promise<readonly string[]> =>
    (await planned(journey(more))).journeys[0]?.people.words ?? [];

  test('finish on their version, where nothing else is said', async () => {
    expect(await people({ name: 'Other' })).toEqual(['people inside go on in the version that they entered']);
  });

  test('are migrated by step id; it is named where they leave, and where they begin anew', async () => {
    expect(await people({ onPublish: 'migrate', steps: [{ ...hello, id: 'pause' }] })).toEqual([
      'people inside go on in this version, at the same step',
      'those at hello leave: the new version has no such step',
      'those at pause begin the step anew: it is of another kind',
    ]);
  });

  test('leave, where the new version says so, or the journey is archived', async () => {
    expect(await people({ name: 'Other', onPublish: 'exit' })).toEqual(['people inside leave']);
    expect(await people({ status: 'archived', onPublish: 'migrate' })).toEqual(['the journey is archived: people inside leave']);
  });

  test('are held by a pause', async () => {
    expect((await people({ status: 'paused' }))[0]).toContain('held');
  });

  test('go on where the journey is gone, and it is said how to make them leave', async () => {
    const { journeys } = await planned({ [journeyFile]: undefined });
    expect(journeys[0]).toMatchObject({ id: 'welcome', change: 'removed', people: { rule: 'finish' } });
    expect(journeys[0]?.people.words.at(-1)).toContain('archived');
  });
});

describe('a mail', () => {
  test('that changed tells its subject by locale, and who sends it', async () => {
    const plan = await planned({
      'templates/welcome.mjml': mail.replace('Good to have you', 'Fine to have you'),
      'templates/welcome.pt.mjml': mail.replace('Welcome{', 'Bem-vindo{'),
    });
    expect(plan.templates).toMatchObject([
      {
        name: 'welcome',
        change: 'changed',
        sentBy: ['welcome/hello'],
        locales: [
          {
            locale: 'en',
            change: 'changed',
            differences: expect.arrayContaining([expect.objectContaining({ at: 'preheader' })]),
          },
          { locale: 'pt', change: 'added', differences: [{ at: 'subject', after: expect.stringContaining('Bem-vindo') }] },
        ],
      },
    ]);
    expect(plan.files.map(({ file }) => file)).toEqual(['templates/welcome.mjml', 'templates/welcome.pt.mjml']);
    expect(plan.journeys).toEqual([]);
    expect(plan.senders).toMatchObject([{ id: 'welcome', people: { rule: 'finish' } }]);
  });

  test('whose text alone changed says that', async () => {
    const { templates } = await planned({ 'templates/welcome.mjml': mail.replace('Hello', 'Hi') });
    expect(templates[0]?.locales).toEqual([{ locale: 'en', change: 'changed', differences: [{ at: 'body', after: 'changed' }] }]);
  });
});

test('a segment tells its condition in words, and which journeys it starts', async () => {
  const big = (gte: number): object => ({
    id: 'big-spenders',
    name: 'Big',
    when: { event: 'Order Completed', sum: { property: 'revenue', gte } },
  });
  const starting = {
    [journeyFile]: { ...welcome, exitWhen: undefined, trigger: { type: 'segment_entry', segment: 'big-spenders' } },
  };
  const { things } = await planned({ [segmentFile]: big(700), ...starting }, { [segmentFile]: big(500), ...starting });
  expect(things).toEqual([
    {
      kind: 'segment',
      id: 'big-spenders',
      change: 'changed',
      starts: ['welcome'],
      differences: [
        {
          at: 'when',
          before: 'revenue of “Order Completed” adds up to at least 500',
          after: 'revenue of “Order Completed” adds up to at least 700',
          breadth: 'narrower',
        },
      ],
    },
  ]);
});

test('policy, topics and loyalty tell each value that changed', async () => {
  const loyalty = (spend: number): object => ({
    currency: 'EUR',
    earn: { event: 'Order Completed', amount: 'revenue', pointsPerUnit: 1 },
    tiers: [{ id: 'silver', name: 'Silver', spend }],
  });
  const topics = (type: string): object => ({
    topics: [
      { id: 'newsletter', name: 'Newsletter', type: 'marketing' },
      { id: 'orders', name: 'Orders', type },
    ],
  });
  const files = (spend: number, type: string): Changes => ({
    'catalogue/loyalty.json': loyalty(spend),
    'catalogue/topics.json': topics(type),
  });
  const plan = await planned(files(80, 'marketing'), files(100, 'transactional'));
  expect(plan.things).toMatchObject([
    { kind: 'topic', id: 'orders', differences: [{ at: 'type', before: 'transactional', after: 'marketing' }] },
    { kind: 'loyalty', differences: [{ at: 'tiers.silver.spend', before: '100', after: '80' }] },
  ]);
  expect(plan.files.map(({ file }) => file)).toEqual(['catalogue/loyalty.json', 'catalogue/topics.json']);
});

const order = { event: 'Order Completed' };
const breadths: readonly (readonly [string, Condition | undefined, Condition | undefined, 'wider' | 'narrower' | undefined])[] = [
  ['no condition any more', order, undefined, 'wider'],
  ['a condition where there was none', undefined, order, 'narrower'],
  ['one more that must hold', order, { all: [order, { tier: 'gold' }] }, 'narrower'],
  ['one more that may hold', { tier: 'gold' }, { any: [{ tier: 'silver' }, { tier: 'gold' }] }, 'wider'],
  ['a lower bound', { attribute: 'age', gte: 21 }, { attribute: 'age', gte: 18 }, 'wider'],
  ['a lower upper bound', { attribute: 'age', lt: 65 }, { attribute: 'age', lt: 60 }, 'narrower'],
  ['one more value', { attribute: 'country', in: ['PT'] }, { attribute: 'country', in: ['PT', 'ES'] }, 'wider'],
  [
    'one more value that must not be',
    { attribute: 'country', notIn: ['PT'] },
    { attribute: 'country', notIn: ['PT', 'ES'] },
    'narrower',
  ],
  ['a longer period', { ...order, within: 'P30D' }, { ...order, within: 'P60D' }, 'wider'],
  ['a longer period without', { not: { ...order, within: 'P30D' } }, { not: { ...order, within: 'P60D' } }, 'narrower'],
  [
    'a longer period for at most so many',
    { ...order, count: { lte: 2 }, within: 'P30D' },
    { ...order, count: { lte: 2 }, within: 'P60D' },
    undefined,
  ],
  [
    'more orders in a longer period',
    { ...order, count: { gte: 2 }, within: 'P30D' },
    { ...order, count: { gte: 3 }, within: 'P60D' },
    undefined,
  ],
  [
    'more orders in a shorter period',
    { ...order, count: { gte: 2 }, within: 'P60D' },
    { ...order, count: { gte: 3 }, within: 'P30D' },
    'narrower',
  ],
  ['another event', order, { event: 'Signed Up' }, undefined],
  ['another tier', { tier: 'gold' }, { tier: 'silver' }, undefined],
  ['fewer points', { points: { gte: 500 } }, { points: { gte: 300 } }, 'wider'],
  [
    'a part that is narrower inside a list',
    { all: [order, { points: { gte: 300 } }] },
    { all: [order, { points: { gte: 500 } }] },
    'narrower',
  ],
  ['the same in another order of keys', { attribute: 'a', is: 1 }, { is: 1, attribute: 'a' }, undefined],
];

test.each(breadths)('%s makes a condition what it says', (_, before, after, expected) => {
  expect(breadth(before, after)).toBe(expected);
  const opposite = { wider: 'narrower', narrower: 'wider' } as const;
  expect(breadth(after, before)).toBe(expected && opposite[expected]);
});
