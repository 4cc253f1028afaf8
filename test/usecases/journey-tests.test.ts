import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readCatalogueFiles, readJourneyTests } from '#adapters/files/catalogue-files.ts';
import { calibrated } from '#core/prediction/calibration.ts';
import { learnModel } from '#core/prediction/learn-model.ts';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { typicalModel } from '#usecases/journey-tests/typical-model.ts';
import { type TestResult, testJourneys } from '#usecases/journey-tests.ts';
import { catalogueFiles } from '../support/catalogue-files.ts';
import { CALIBRATION_END, cdnowThere, cdnowTrials } from '../support/cdnow.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const starter = await testJourneys(readCatalogueFiles(root), readJourneyTests(root));

describe('the starter journeys', () => {
  test('have tests, all of them, which can be read', async () => {
    expect(starter.problems).toEqual([]);
    const { compiled } = await compileCatalogue(readCatalogueFiles(root));
    const journeys = compiled?.release.journeys.map(({ id }) => id) ?? [];
    expect([...new Set(starter.results.map(({ journey }) => journey))].sort()).toEqual(journeys.sort());
  });

  test.each(starter.results.map((result) => [result.journey, result.name, result] as const))(
    '%s: %s',
    (_, __, { differences }) => {
      expect(differences).toEqual([]);
    },
  );
});

/** Whoever signs up gets a letter after a day; who opened it, another one; an order ends it. */
const files = catalogueFiles({
  'catalogue/journeys/welcome.json': {
    id: 'welcome',
    name: 'Welcome',
    trigger: { type: 'event', event: 'Signed Up', where: { property: 'plan', isNot: 'free' } },
    exitWhen: [{ event: 'Order Completed' }],
    goal: { event: 'Order Completed', window: 'P30D' },
    steps: [
      { id: 'pause', type: 'delay', for: 'P1D' },
      { id: 'hello', type: 'send_email', template: 'welcome', topic: 'newsletter' },
      { id: 'wait', type: 'delay', for: 'P2D' },
      {
        id: 'read',
        type: 'condition',
        when: { message: 'hello', is: 'opened' },
        yes: [{ id: 'more', type: 'send_email', template: 'more', topic: 'newsletter' }],
      },
    ],
  },
  'templates/more.mjml': catalogueFiles()['templates/welcome.mjml'],
});

const signsUp = { at: '2026-01-01T10:00:00Z', event: 'Signed Up', properties: { plan: 'pro' } };
const ann = { email: 'ann@example.com', consents: ['newsletter'] };
const letters = { steps: ['pause', 'hello', 'wait', 'read'], mails: [{ template: 'welcome', at: '2026-01-02T10:00:00Z' }] };

async function tested(parts: object, file = 'catalogue/journeys/welcome.test.json') {
  const one = { name: 'a test', given: ann, when: [signsUp], until: '2026-03-01', ...parts };
  return testJourneys(files, { [file]: JSON.stringify({ cases: [one] }) });
}

async function differencesOf(parts: object): Promise<TestResult['differences']> {
  const { problems, results } = await tested(parts);
  expect(problems).toEqual([]);
  return results[0]?.differences ?? [];
}

describe('a test passes', () => {
  test.each<[string, object]>([
    ['where steps, mails and the end are as expected', { expect: { ...letters, outcome: 'completed', goal: false } }],
    ['where nothing is expected of the other things', { expect: { outcome: 'completed' } }],
    ['where times are said in another zone', { expect: { mails: [{ template: 'welcome', at: '2026-01-02T11:00:00+01:00' }] } }],
    ['where a reason is a part of the reason', { given: {}, expect: { mails: [{ template: 'welcome', reason: 'no consent' }] } }],
    [
      'where somebody is still inside',
      { until: '2026-01-01T12:00:00Z', expect: { steps: ['pause'], mails: [], outcome: 'active' } },
    ],
    [
      'where an event ends it',
      {
        when: [signsUp, { at: '2026-01-03T10:00:00Z', event: 'Order Completed' }],
        expect: { steps: ['pause', 'hello', 'wait'], outcome: 'exited', goal: true },
      },
    ],
    [
      'where a mail was opened',
      {
        when: [signsUp, { at: '2026-01-03T10:00:00Z', message: 'hello', is: 'opened' }],
        expect: { steps: ['pause', 'hello', 'wait', 'read', 'more'], mails: [{ template: 'welcome' }, { template: 'more' }] },
      },
    ],
    [
      'where nobody enters, as expected',
      { when: [{ ...signsUp, properties: { plan: 'free' } }], expect: { steps: [], mails: [] } },
    ],
    ['where what is given starts nothing', { given: { ...ann, events: [signsUp] }, when: [], expect: { steps: [], mails: [] } }],
    [
      'where attributes become known in time',
      { when: [{ at: '2025-12-01T10:00:00Z', attributes: { firstName: 'Ann' } }, signsUp], expect: letters },
    ],
  ])('%s', async (_, parts) => {
    expect(await differencesOf(parts)).toEqual([]);
  });
});

test('who is in a segment by what is given does not enter it anew', async () => {
  const locals = { id: 'locals', name: 'Locals', when: { attribute: 'country', is: 'PT' } };
  const greet = {
    id: 'greet',
    name: 'Greet',
    trigger: { type: 'segment_entry', segment: 'locals' },
    steps: [{ id: 'bye', type: 'exit', reason: 'done' }],
  };
  const entering = (attributes: object, steps: readonly string[]): object => {
    return { name: 'x', given: { since: '2026-01-01', attributes }, when: moves, until: '2026-02-01', expect: { steps } };
  };
  const moves = [{ at: '2026-01-10', attributes: { country: 'PT' } }];
  const { results } = await testJourneys(
    {
      ...files,
      'catalogue/segments/locals.json': JSON.stringify(locals),
      'catalogue/journeys/greet.json': JSON.stringify(greet),
    },
    { 'catalogue/journeys/greet.test.json': JSON.stringify({ cases: [entering({ country: 'PT' }, []), entering({}, ['bye'])] }) },
  );
  expect(results.map(({ differences }) => differences)).toEqual([[], []]);
});

describe('a test fails', () => {
  test.each<[string, object, TestResult['differences']]>([
    ['where steps differ', { expect: { steps: ['pause'] } }, [{ what: 'steps', expected: ['pause'], actual: letters.steps }]],
    [
      'where a mail comes at another time',
      { expect: { mails: [{ template: 'welcome', at: '2026-01-02T10:00:01Z' }] } },
      [
        {
          what: 'mails',
          expected: ['2026-01-02T10:00:01Z welcome sent'],
          actual: ['2026-01-02T10:00Z welcome (hello) sent'],
        },
      ],
    ],
    [
      'where a mail is one too many',
      { expect: { mails: [] } },
      [{ what: 'mails', expected: [], actual: ['2026-01-02T10:00Z welcome (hello) sent'] }],
    ],
    [
      'where a mail is skipped that was expected to be sent',
      { given: {}, expect: { mails: [{ template: 'welcome' }] } },
      [
        {
          what: 'mails',
          expected: ['any time welcome sent'],
          actual: ['2026-01-02T10:00Z welcome (hello) skipped: no consent to the topic “Newsletter”'],
        },
      ],
    ],
    [
      'where the end is another',
      { expect: { outcome: 'exited' } },
      [{ what: 'outcome', expected: ['exited'], actual: ['completed: came to the end'] }],
    ],
    [
      'where the goal was not reached',
      { expect: { goal: true } },
      [{ what: 'goal', expected: ['reached'], actual: ['not reached'] }],
    ],
    [
      'where somebody enters after all',
      { expect: { notEntered: 'before' } },
      [{ what: 'notEntered', expected: ['before'], actual: ['entered'] }],
    ],
    [
      'where nobody enters, and says so',
      { when: [{ ...signsUp, event: 'Signed Out' }], expect: { steps: ['pause'] } },
      [{ what: 'steps', expected: ['pause'], actual: ['nothing let the customer enter'] }],
    ],
    [
      'where something cannot happen',
      { when: [signsUp, { at: '2026-01-01T11:00:00Z', message: 'hello', is: 'opened' }], expect: { outcome: 'completed' } },
      [{ what: 'when[1]', expected: ['something that can happen'], actual: ['no mail of the step hello was sent before'] }],
    ],
    [
      'where something is used up that has no budget',
      { given: { ...ann, usedUp: ['welcome'] }, expect: { outcome: 'completed' } },
      [{ what: 'given.usedUp', expected: ['journeys with an "offerBudget"'], actual: ['welcome'] }],
    ],
  ])('%s', async (_, parts, differences) => {
    expect(await differencesOf(parts)).toEqual(differences);
  });
});

describe('forecasts', () => {
  const gone = {
    id: 'gone',
    name: 'Gone',
    when: { attribute: 'prediction.pAlive', lt: 0.5 },
    fallback: { all: [{ event: 'Order Completed' }, { not: { event: 'Order Completed', within: 'P60D' } }] },
  };
  const miss = {
    id: 'miss',
    name: 'Miss',
    trigger: { type: 'segment_entry', segment: 'gone' },
    steps: [
      {
        id: 'worth',
        type: 'branch',
        cases: [
          {
            name: 'comes back',
            when: { attribute: 'prediction.pOrder90Days', gte: 0.5 },
            steps: [{ id: 'back', type: 'exit', reason: 'x' }],
          },
          {
            name: 'valuable',
            when: { attribute: 'clv.next12Months', gte: 15 },
            steps: [{ id: 'rich', type: 'exit', reason: 'x' }],
          },
        ],
        default: [{ id: 'poor', type: 'exit', reason: 'x' }],
      },
    ],
  };
  const weekly = Array.from({ length: 8 }, (_, i) => ({
    at: new Date(Date.UTC(2026, 0, 1 + 7 * i)).toISOString(),
    event: 'Order Completed',
    properties: { order_id: `o${i}`, revenue: 40 },
  }));
  const steps = async (prediction: object | undefined, { until = '2026-04-15', settings = {} as object | null } = {}) => {
    const all = catalogueFiles({
      'catalogue/segments/gone.json': settings === null ? { ...gone, when: gone.fallback, fallback: undefined } : gone,
      'catalogue/journeys/miss.json': settings === null ? { ...miss, steps: [{ id: 'poor', type: 'exit', reason: 'x' }] } : miss,
      'catalogue/prediction.json': settings ?? undefined,
    });
    const given = { events: weekly, ...(prediction && { prediction }) };
    const one = { name: 'x', given, until, expect: { steps: ['none-such'] } };
    const { problems, results } = await testJourneys(all, {
      'catalogue/journeys/miss.test.json': JSON.stringify({ cases: [one] }),
    });
    return problems
      .map(({ path, message }) => `${path}: ${message}`)
      .concat(results.flatMap((result) => result.differences.flatMap(({ actual }) => actual)));
  };
  const parameters = { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 };
  const spend = { p: 6.25, q: 3.744, v: 15.44 };
  const back = [
    { predicted: 0, observed: 0.6 },
    { predicted: 1, observed: 1 },
  ];

  test.each<[string, object | undefined, string[]]>([
    ['are not there where the test states no model: sixty days are not over', undefined, ['nothing let the customer enter']],
    ['go by the typical shop', { model: 'typical' }, ['worth', 'rich']],
    ['go by stated parameters; what is not stated is not foretold', { model: parameters }, ['worth', 'poor']],
    ['tell values where the test says what people spend', { model: { ...parameters, spend } }, ['worth', 'rich']],
    [
      'tell the chance of an order by a stated calibration',
      { model: { ...parameters, spend, calibration: back } },
      ['worth', 'back'],
    ],
    ['end with the age of the model', { model: 'typical', learntAt: '2026-01-01' }, ['nothing let the customer enter']],
    [
      'cannot go by a model of another kind',
      { model: { ...parameters, kind: 'bgnbd' } },
      ['the model is of the kind bgnbd, and prediction.json asks for mbgnbd'],
    ],
    ['are of a known model', { model: 'tipical' }, ['cases[0].given.prediction.model: no such model']],
    [
      'need parameters above zero',
      { model: { ...parameters, alpha: 0 } },
      ['cases[0].given.prediction.model.alpha: more than 0 is needed'],
    ],
  ])('%s', async (_, prediction, actual) => {
    expect(await steps(prediction)).toEqual(actual);
  });

  test('come back to the plain rule, to the day, where the model has grown old', async () => {
    const old = { model: 'typical', learntAt: '2026-01-01' };
    expect(await steps(old, { until: '2026-04-19T23:59:00Z' })).toEqual(['nothing let the customer enter']);
    expect(await steps(old, { until: '2026-04-20T00:01:00Z' })).toEqual(['worth', 'poor']);
  });

  test('are asked for in prediction.json, or a model is of no use', async () => {
    expect(await steps({ model: 'typical' }, { settings: null })).toEqual(['the catalogue has no prediction.json: {} is enough']);
  });

  test.skipIf(!cdnowThere)('of the typical shop are those of the public CDNOW sample', () => {
    const histories = cdnowTrials().map(({ history }) => history);
    const model = learnModel({ kind: 'mbgnbd', histories, untilDay: CALIBRATION_END, fittedAt: typicalModel.fittedAt });
    if ('refused' in model) throw new Error(model.refused);
    for (const name of ['r', 'alpha', 'a', 'b'] as const)
      expect(typicalModel.params[name], name).toBeCloseTo(model.params[name], 3);
    expect(typicalModel).toMatchObject({
      untilDay: model.untilDay,
      customers: model.customers,
      repeatBuyers: model.repeatBuyers,
      rfm: model.rfm,
    });
    for (const p of [0.05, 0.1, 0.2, 0.3, 0.5, 0.7])
      expect(calibrated(typicalModel.calibration ?? { points: [] }, p), String(p)).toBeCloseTo(
        calibrated(model.calibration ?? { points: [] }, p),
        1,
      );
  });
});

describe('a file of tests has a problem', () => {
  const expected = { expect: { steps: [] } };
  test.each<[object, string, string]>([
    [{ ...expected, when: [{ at: '2026-01-01', event: 'A', form: 'b' }] }, 'cases[0].when[0]', 'one thing happens at a time'],
    [{ ...expected, when: [{ at: '2026-01-01', form: 'b', is: 'opened' }] }, 'cases[0].when[0]', '"is" with "message"'],
    [{ ...expected, when: [{ at: '2026-01-01', event: 'A', fields: {} }] }, 'cases[0].when[0]', '"fields" goes with "form"'],
    [{ ...expected, when: [{ at: 'soon', event: 'A' }] }, 'cases[0].when[0].at', 'not an instant'],
    [{ ...expected, when: [] }, 'cases[0]', 'nothing says when the test begins'],
    [{ ...expected, given: { events: [{ ...signsUp, at: '2026-02-01' }] } }, 'cases[0]', 'not after all of "given"'],
    [{ expect: {} }, 'cases[0].expect', 'nothing is expected'],
    [{ expect: { stepps: [] } }, 'cases[0].expect.stepps', 'is not known here'],
  ])('%j', async (parts, path, message) => {
    const { problems, results } = await tested(parts);
    expect(results).toEqual([]);
    expect(problems).toContainEqual(expect.objectContaining({ path, message: expect.stringContaining(message) }));
  });

  test('where there is no such journey', async () => {
    const { problems } = await tested({ expect: letters }, 'catalogue/journeys/welcom.test.json');
    expect(problems).toMatchObject([{ rule: 'unknown-journey', file: 'catalogue/journeys/welcom.test.json' }]);
  });

  test('and nothing is run where the catalogue has errors', async () => {
    const { problems, results } = await testJourneys({ ...files, 'catalogue/topics.json': '{' }, {});
    expect(results).toEqual([]);
    expect(problems[0]).toMatchObject({ file: 'catalogue/topics.json', rule: 'json-syntax' });
  });
});
