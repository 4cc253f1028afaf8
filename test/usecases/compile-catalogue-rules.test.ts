import { expect, test } from 'vitest';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';

async function rulesBroken(changes: Readonly<Record<string, object>>): Promise<string[]> {
  const { problems } = await compileCatalogue(catalogueFiles(changes));
  return problems.map(({ rule, file, path }) => `${rule} ${file.split('/').at(-1)} ${path}`);
}

const withSteps = (...steps: object[]) => ({ 'catalogue/journeys/welcome.json': { ...welcome, steps } });
const hello = welcome.steps[1] ?? {};
const starts = (id: string, journey: string, reentry = 'always') => ({
  [`catalogue/journeys/${id}.json`]: {
    id,
    name: id,
    trigger: { type: 'api' },
    reentry: { mode: reentry },
    steps: [{ id: 'go', type: 'start_journey', journey }],
  },
});
const policy = (more: object) => ({
  'catalogue/policy.json': { ...(JSON.parse(catalogueFiles()['catalogue/policy.json'] ?? '{}') as object), ...more },
});

test.each([
  [
    'rounds that all happen at once',
    withSteps({ id: 'again', type: 'repeat', times: 3, steps: [hello] }),
    ['repeat-without-wait welcome.json steps[0].steps'],
  ],
  [
    'rounds with a wait in them',
    withSteps({ id: 'again', type: 'repeat', times: 3, steps: [hello, { id: 'p', type: 'delay', for: 'P1D' }] }),
    [],
  ],
  [
    'two journeys that start each other',
    { ...starts('one', 'two'), ...starts('two', 'one') },
    ['journeys-in-a-circle one.json steps[0]'],
  ],
  ['a circle in which one may be entered once', { ...starts('one', 'two', 'once'), ...starts('two', 'one') }, []],
  ['a journey that starts itself', starts('one', 'one'), ['journeys-in-a-circle one.json steps[0]']],
  ['a journey to start that does not exist', starts('one', 'none'), ['unknown-journey one.json steps[0].journey']],
  [
    'a percentage that is missing',
    withSteps({
      id: 's',
      type: 'random_split',
      branches: [
        { name: 'a', percent: 50, steps: [hello] },
        { name: 'b', percent: 40, steps: [] },
      ],
    }),
    ['wrong-value welcome.json steps[0].branches'],
  ],
  [
    'a window inside the quiet hours',
    {
      ...policy({ quietHours: { from: '20:00', to: '09:00' } }),
      ...withSteps({ id: 'w', type: 'time_window', from: '22:00', to: '06:00' }, hello),
    },
    ['always-quiet welcome.json steps[0]'],
  ],
  [
    'a window that reaches out of them',
    {
      ...policy({ quietHours: { from: '20:00', to: '09:00' } }),
      ...withSteps({ id: 'w', type: 'time_window', from: '06:00', to: '10:00' }, hello),
    },
    [],
  ],
  [
    'quiet hours that leave no hour',
    policy({ quietHours: { from: '20:00', to: '20:00' } }),
    ['wrong-value policy.json quietHours'],
  ],
  [
    'a rule of the calendar that is none',
    {
      'catalogue/journeys/welcome.json': {
        ...welcome,
        exitWhen: undefined,
        trigger: { type: 'schedule', rule: 'FREQ=HOURLY', start: '2026-01-01T09:00' },
      },
    },
    ['wrong-value welcome.json trigger.rule'],
  ],
  [
    'a condition that holds for everybody',
    withSteps({
      id: 'c',
      type: 'condition',
      when: { any: [{ consent: 'newsletter' }, { not: { consent: 'newsletter' } }] },
      yes: [hello],
    }),
    ['always-true welcome.json steps[0].when'],
  ],
  [
    'a count from zero',
    withSteps({ id: 'c', type: 'condition', when: { event: 'Order Completed', count: { gte: 0 } }, yes: [hello] }),
    ['always-true welcome.json steps[0].when'],
  ],
] as const)('%s', async (_, changes, expected) => {
  expect(await rulesBroken(changes)).toEqual(expected);
});
