import { expect, test } from 'vitest';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { type Effect, effectOf } from '#usecases/plan-release/effect.ts';
import { historyReader } from '#usecases/simulate/history.ts';
import { simulate } from '#usecases/simulate.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';

type Changes = Parameters<typeof catalogueFiles>[0];

const line = (user: string, event: string, timestamp: string, properties: object = {}): string =>
  JSON.stringify({
    type: 'track',
    userId: user,
    event,
    timestamp,
    properties,
    context: { traits: { email: `${user}@example.com` } },
  });

const history = [
  ...['ann', 'bob', 'cy'].flatMap((user, index) => [
    line(user, 'Subscribed', '2026-01-01T08:00:00Z', { list_id: 'newsletter' }),
    line(user, 'Signed Up', `2026-01-0${index + 2}T08:00:00Z`, { plan: user === 'ann' ? 'pro' : 'free' }),
  ]),
  line('bob', 'Order Completed', '2026-01-05T08:00:00Z'),
  line('dee', 'Order Completed', '2026-01-20T08:00:00Z'),
];

async function replayed(changes: Changes, until?: number) {
  const { compiled, problems } = await compileCatalogue(catalogueFiles(changes));
  if (compiled === undefined) throw new Error(JSON.stringify(problems));
  const reader = historyReader(compiled.release);
  for (const one of history) reader.take(one);
  const simulated = simulate({ compiled, history: reader.done(), ...(until !== undefined && { until }) });
  return { journeys: compiled.release.journeys, simulated };
}

async function effect(before: Changes, after: Changes): Promise<Effect> {
  const now = await replayed(before, Date.parse('2026-01-04T12:00:00Z'));
  return effectOf({ before: await replayed(before), after: await replayed(after), now: now.simulated });
}

const journey = (more: object): Changes => ({ 'catalogue/journeys/welcome.json': { ...welcome, exitWhen: undefined, ...more } });
const pause = { id: 'pause', type: 'delay', for: 'P1D' };
const mail = (id: string): object => ({ id, type: 'send_email', template: 'welcome', topic: 'newsletter' });
const asked = (yes: object[], no: object[]): object => ({
  id: 'ask',
  type: 'condition',
  when: { event: 'Order Completed' },
  yes,
  no,
});

test('a trigger that lets in fewer people says who is no longer in, and how many mails that saves', async () => {
  const found = await effect(
    journey({ steps: [pause, mail('hello')] }),
    journey({
      steps: [pause, mail('hello')],
      trigger: { type: 'event', event: 'Signed Up', where: { property: 'plan', is: 'pro' } },
    }),
  );
  expect(found.mails).toEqual({ before: 3, after: 1 });
  expect(found.journeys).toMatchObject([
    {
      id: 'welcome',
      people: { before: 3, after: 1 },
      newlyIn: [],
      noLongerIn: ['bob@example.com', 'cy@example.com'],
      ways: [],
    },
  ]);
  expect(found.cost.after).toBeLessThan(found.cost.before);
});

test('people who go another way are told with the step at which their ways part', async () => {
  const week = { ...pause, for: 'P7D' };
  const found = await effect(
    journey({ steps: [pause, asked([mail('yes')], [mail('no')]), mail('last')] }),
    journey({ steps: [week, asked([mail('yes')], [mail('no')]), mail('last')] }),
  );
  expect(found.journeys[0]?.ways).toEqual([{ at: 'ask', before: 'no', after: 'yes', people: ['bob@example.com'] }]);
});

test('a step that is new is no other way, and an end that comes earlier is one', async () => {
  const exit = { id: 'stop', type: 'exit', reason: 'enough' };
  const before = journey({ steps: [pause, mail('hello'), mail('last')] });
  expect((await effect(before, journey({ steps: [pause, mail('new'), mail('hello'), mail('last')] }))).journeys[0]?.ways).toEqual(
    [],
  );
  const cut = await effect(before, journey({ steps: [pause, mail('hello'), asked([], [exit]), mail('last')] }));
  expect(cut.journeys[0]?.ways).toMatchObject([
    { at: 'hello', before: 'last', after: null, people: ['ann@example.com', 'bob@example.com', 'cy@example.com'] },
  ]);
});

test('the busiest day, and who is inside at the end of the history', async () => {
  const found = await effect(journey({ steps: [pause, mail('hello')] }), journey({ steps: [mail('hello'), mail('again')] }));
  expect(found.peak).toEqual({ before: { day: '2026-01-03', mails: 1 }, after: { day: '2026-01-02', mails: 2 } });
  expect(found.journeys[0]?.inside).toEqual({ pause: 1 });
});
