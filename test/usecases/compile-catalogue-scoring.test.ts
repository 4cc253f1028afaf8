import { describe, expect, test } from 'vitest';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';

const viewed = { id: 'viewed', event: 'Product Viewed', points: 5 };
const stages = [
  { id: 'lead', name: 'Lead', when: { attribute: 'email', exists: true } },
  { id: 'qualified', name: 'Qualified', when: { score: 'lead', gte: 50 } },
];

type Changes = Readonly<Record<string, object>>;

const compile = (scoring: object, more: Changes = {}) =>
  compileCatalogue(catalogueFiles({ 'catalogue/scoring.json': scoring, ...more }));
const withRule = (rule: object) => ({ scores: [{ id: 'lead', name: 'Lead', rules: [rule] }] });
const base = { ...withRule(viewed), stages };
const segment = (when: object): Changes => ({ 'catalogue/segments/hot.json': { id: 'hot', name: 'Hot', when } });
const problem = async (scoring: object, more: Changes = {}) =>
  (await compile(scoring, more)).problems.map(({ rule, file, path }) => `${rule} ${file.split('/').at(-1)} ${path}`);

test('scoring.json becomes part of the release', async () => {
  const scoring = {
    $schema: '../schemas/json/scoring.schema.json',
    ...base,
    stagesGoBack: true,
    touches: ['Page'],
  };
  const { problems, compiled } = await compile(scoring);
  expect(problems).toEqual([]);
  const { $schema: _, ...said } = scoring;
  expect(compiled?.release.scoring).toEqual(said);
});

describe('a mistake is named with its place', () => {
  test.each<[string, string, object, Changes?]>([
    ['points of nothing', 'wrong-value scoring.json scores[0].rules[0].points', withRule({ ...viewed, points: 0 })],
    ['absurd points', 'wrong-value scoring.json scores[0].rules[0].points', withRule({ ...viewed, points: 1_000_000 })],
    ['half a point', 'wrong-value scoring.json scores[0].rules[0].points', withRule({ ...viewed, points: 0.5 })],
    ['a rule for nothing', 'wrong-value scoring.json scores[0].rules[0]', withRule({ id: 'r', points: 5 })],
    [
      'a rule for two things',
      'wrong-value scoring.json scores[0].rules[0]',
      withRule({ ...viewed, when: { consent: 'newsletter' } }),
    ],
    [
      'a limit of a condition',
      'wrong-value scoring.json scores[0].rules[0]',
      withRule({ id: 'r', points: 5, when: { consent: 'newsletter' }, limit: { max: 2 } }),
    ],
    ['an end of what lasts', 'wrong-value scoring.json scores[0].rules[0]', withRule({ ...viewed, lasts: true, expires: 'P3D' })],
    ['a key with a slip', 'unknown-key scoring.json scores[0].rules[0].poinst', withRule({ ...viewed, poinst: 3 })],
    [
      'a half-life in months',
      'wrong-value scoring.json scores[0].halfLife',
      { scores: [{ id: 'l', name: 'L', halfLife: 'P1M', rules: [viewed] }] },
    ],
    [
      'a half-life of minutes',
      'wrong-value scoring.json scores[0].halfLife',
      { scores: [{ id: 'l', name: 'L', halfLife: 'PT5M', rules: [viewed] }] },
    ],
    [
      'a min above the max',
      'wrong-value scoring.json scores[0]',
      { scores: [{ id: 'l', name: 'L', min: 5, max: 1, rules: [viewed] }] },
    ],
    [
      'two rules of one name',
      'duplicate-id scoring.json scores[0].rules[1].id',
      { scores: [{ id: 'l', name: 'L', rules: [viewed, { ...viewed, event: 'Page' }] }] },
    ],
    [
      'two stages of one name',
      'duplicate-id scoring.json stages[1].id',
      { ...base, stages: [stages[0], { ...stages[1], id: 'lead' }] },
    ],
    [
      'an event with a slip',
      'unknown-event scoring.json scores[0].rules[0].event',
      withRule({ ...viewed, event: 'Product Veiwed' }),
    ],
    ['a contact with a slip', 'unknown-event scoring.json contacts[0]', { ...base, contacts: ['Lead Contactd'] }],
    ['a touch with a slip', 'unknown-event scoring.json touches[0]', { ...base, touches: ['Pages'] }],
    [
      'an attribute with a slip',
      'unknown-attribute scoring.json scores[0].rules[0].when.attribute',
      withRule({ id: 'r', points: 1, when: { attribute: 'firstname', exists: true } }),
    ],
    [
      'a property where no event is',
      'property-without-event scoring.json stages[0].when',
      { ...base, stages: [{ ...stages[0], when: { property: 'price', gte: 1 } }] },
    ],
    ['a score that is not there', 'unknown-score hot.json when.score', base, segment({ score: 'leads', gte: 5 })],
    ['a stage that is not there', 'unknown-stage hot.json when.stage', base, segment({ stage: 'qualfied' })],
    [
      'a stage that nobody can come to',
      'unknown-stage welcome.json trigger.to[0]',
      base,
      { 'catalogue/journeys/welcome.json': { ...welcome, trigger: { type: 'stage_change', to: ['buyer'] } } },
    ],
    [
      'a segment that is not there',
      'unknown-segment scoring.json stages[0].when.segment',
      { ...base, stages: [{ ...stages[0], when: { segment: 'none' } }] },
    ],
    [
      'a stage that asks for a stage',
      'scoring-circle scoring.json stages[1].when.not',
      { ...base, stages: [stages[0], { ...stages[1], when: { not: { stage: 'lead' } } }] },
    ],
    [
      'a stage and a segment in a circle',
      'scoring-circle scoring.json stages[1].when',
      { ...base, stages: [stages[0], { ...stages[1], when: { segment: 'hot' } }] },
      segment({ stage: 'lead' }),
    ],
    [
      'a rule that asks for a segment',
      'scoring-circle scoring.json scores[0].rules[0].when',
      withRule({ id: 'r', points: 1, when: { segment: 'hot' } }),
      segment({ consent: 'newsletter' }),
    ],
    [
      'a bound that no score reaches',
      'score-out-of-reach hot.json when',
      { scores: [{ id: 'lead', name: 'L', max: 40, rules: [viewed] }] },
      segment({ score: 'lead', gte: 50 }),
    ],
    [
      'a bound that every score is above',
      'score-out-of-reach hot.json when',
      { scores: [{ id: 'lead', name: 'L', min: 0, rules: [viewed] }] },
      segment({ score: 'lead', gte: 0 }),
    ],
    [
      'two rules for one thing',
      'rule-twice scoring.json scores[0].rules[1]',
      { scores: [{ id: 'l', name: 'L', rules: [viewed, { ...viewed, id: 'again' }] }] },
    ],
    [
      'stages in the wrong order',
      'unreachable-stage scoring.json stages[0]',
      { ...base, stages: [{ ...stages[1] }, { ...stages[1], id: 'low', when: { score: 'lead', gte: 10 } }] },
    ],
  ])('%s', async (_, expected, scoring, more) => {
    expect(await problem(scoring, more)).toEqual([expected]);
  });

  test('a score without scoring.json', async () => {
    const { problems } = await compileCatalogue(catalogueFiles(segment({ score: 'lead', gte: 5 })));
    expect(problems).toMatchObject([
      { rule: 'unknown-score', path: 'when.score', message: 'there is no catalogue/scoring.json with a score "lead"' },
    ]);
  });
});

test.each<[string, object, Changes?]>([
  [
    'a bound at the max',
    { scores: [{ id: 'lead', name: 'L', min: 0, max: 50, rules: [viewed] }] },
    segment({ score: 'lead', gte: 50 }),
  ],
  ['stages in order', { ...base, stages: [{ id: 'low', name: 'Low', when: { score: 'lead', gte: 10 } }, stages[1]] }],
  ['a segment that asks for a stage', base, segment({ stage: 'lead' })],
  [
    'a rule of each kind',
    {
      scores: [
        {
          id: 'lead',
          name: 'L',
          halfLife: 'P30D',
          rules: [
            { ...viewed, limit: { max: 3, per: 'P1D' } },
            { id: 'x', event: 'Trial Started', points: 9, expires: 'P1M' },
            { id: 'y', event: 'Order Completed', points: 9, lasts: true, where: { property: 'revenue', gte: 5 } },
          ],
        },
      ],
    },
  ],
])('%s is right', async (_, scoring, more) => {
  expect(await problem(scoring, more)).toEqual([]);
});
