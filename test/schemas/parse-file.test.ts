import { describe, expect, test } from 'vitest';
import type { Journey as CoreJourney } from '#core/catalogue.ts';
import { Form } from '#schemas/form.ts';
import { Journey } from '#schemas/journey.ts';
import { Loyalty } from '#schemas/loyalty.ts';
import { parseFile } from '#schemas/parse-file.ts';
import { Policy } from '#schemas/policy.ts';

const file = 'catalogue/journeys/hello.json';
const exit = { id: 'bye', type: 'exit', reason: 'done' };
const minimal = { id: 'hello', name: 'Hello', trigger: { type: 'form', form: 'newsletter' }, steps: [exit] };

const problemsOf = (change: object) => parseFile(Journey, file, JSON.stringify({ ...minimal, ...change })).problems;
const withStep = (step: object) => problemsOf({ steps: [{ id: 'a', ...step }] });
const withCondition = (when: unknown) => withStep({ type: 'condition', when });

test('what is left out gets its default', () => {
  expect(parseFile<CoreJourney>(Journey, file, JSON.stringify(minimal)).value).toEqual({
    ...minimal,
    status: 'active',
    reentry: { mode: 'once' },
  });
  const form = { id: 'f', name: 'F', fields: [{ name: 'email', type: 'email', label: 'E-mail' }] };
  expect(parseFile(Form, 'f', JSON.stringify(form)).value).toMatchObject({ optIn: 'single' });
});

test('any $schema is accepted', () => {
  expect(problemsOf({ $schema: '../../schemas/journey.schema.json' })).toEqual([]);
});

test('all problems are reported at once, each with its line', () => {
  const text =
    '{\n  "id": "Hello",\n  "naem": "x",\n  "trigger": { "type": "evnt" },\n  "steps": [{ "id": "a", "type": "delay" }]\n}';
  const found = parseFile(Journey, file, text).problems.map(({ path, line, rule }) => ({ path, line, rule }));
  expect(found).toEqual(
    expect.arrayContaining([
      { path: 'id', line: 2, rule: 'wrong-value' },
      { path: 'name', line: 1, rule: 'missing-key' },
      { path: 'naem', line: 3, rule: 'unknown-key' },
      { path: 'trigger.type', line: 4, rule: 'wrong-value' },
      { path: 'steps[0]', line: 5, rule: 'wrong-value' },
    ]),
  );
  expect(found).toHaveLength(5);
});

describe('a problem names what was meant', () => {
  test.each([
    ['unknown key', { stattus: 'draft' }, 'stattus', '"stattus" is not known here', 'did you mean "status"?'],
    [
      'unknown trigger',
      { trigger: { type: 'segment_enter', segment: 'a' } },
      'trigger.type',
      'no trigger has the type "segment_enter"',
      'did you mean "segment_entry"?',
    ],
    [
      'unknown status',
      { status: 'on' },
      'status',
      '"on" is not allowed here',
      'use "draft" or "active" or "paused" or "archived"',
    ],
    ['wrong type', { steps: 'none' }, 'steps', 'a list is expected, not a text', 'write a list'],
    [
      'interval without after',
      { reentry: { mode: 'after' } },
      'reentry',
      '"interval" goes with the mode "after", and only with it',
      'write { "mode": "after", "interval": "P180D" }',
    ],
  ])('%s', (_, change, path, message, fix) => {
    expect(problemsOf(change)).toMatchObject([{ file, path, message, fix, severity: 'error' }]);
  });

  test.each([
    ['an unknown step', { type: 'send_mail' }, 'steps[0].type', 'no step has the type "send_mail"', 'did you mean "send_email"?'],
    ['a step without a type', {}, 'steps[0].type', '"type" is missing', expect.stringContaining('send_email')],
    [
      'a wait without a timeout',
      { type: 'wait_for_event', events: [{ event: 'X' }] },
      'steps[0].timeout',
      '"timeout" is missing',
      expect.stringContaining('PT2H'),
    ],
    ['marketing mail without a topic', { type: 'send_email', template: 'a' }, 'steps[0].topic', '"topic" is missing', 'add it'],
    ['a duration in words', { type: 'delay', for: '3 days' }, 'steps[0].for', 'not a duration', expect.stringContaining('P3D')],
    ['a duration of zero', { type: 'delay', for: 'PT0S' }, 'steps[0].for', 'a duration of zero', expect.any(String)],
    ['a negative duration', { type: 'delay', for: '-P1D' }, 'steps[0].for', 'not a duration', expect.any(String)],
    [
      'a day that does not exist',
      { type: 'delay', until: '2026-13-01' },
      'steps[0].until',
      'no such day or time',
      expect.any(String),
    ],
    [
      'both ways to delay',
      { type: 'delay', for: 'P1D', until: '2026-12-01' },
      'steps[0]',
      'a delay needs one of "for", "until" and "untilAttribute"',
      expect.any(String),
    ],
    [
      'an address without https',
      { type: 'webhook', url: 'http://10.0.0.1/x' },
      'steps[0].url',
      'not an https address',
      expect.any(String),
    ],
  ])('%s', (_, step, path, message, fix) => {
    expect(withStep(step)).toMatchObject([{ path, message, fix }]);
  });
});

describe('of a condition only the kind that was meant is complained about', () => {
  test.each([
    ['misspelt kind', { evnt: 'X' }, 'steps[0].when', 'no kind of condition has the keys evnt', 'did you mean "event"?'],
    ['not an object', 'vip', 'steps[0].when', 'a condition is an object, not a text', expect.stringContaining('segment')],
    ['no comparison', { attribute: 'a' }, 'steps[0].when', 'nothing is compared', expect.stringContaining('"is"')],
    [
      'misspelt comparison',
      { attribute: 'a', is: 1, gtee: 2 },
      'steps[0].when.gtee',
      '"gtee" is not known here',
      'did you mean "gte"?',
    ],
    ['no bound', { event: 'X', count: {} }, 'steps[0].when.count', 'no bound is given', expect.any(String)],
    [
      'deep inside',
      { all: [{ not: { event: 'X', within: 'soon' } }] },
      'steps[0].when.all[0].not.within',
      'not a duration',
      expect.any(String),
    ],
    [
      'a broken pattern',
      { attribute: 'a', matches: '(' },
      'steps[0].when.matches',
      'not a regular expression',
      expect.any(String),
    ],
    [
      'an unknown relation',
      { journey: 'a', is: 'done' },
      'steps[0].when.is',
      '"done" is not allowed here',
      expect.stringContaining('"completed"'),
    ],
  ])('%s', (_, when, path, message, fix) => {
    expect(withCondition(when)).toMatchObject([{ path, message, fix }]);
  });

  test.each([
    { attribute: 'country', is: null },
    { property: 'cartId', equalsTrigger: 'cartId' },
    { event: 'X', sum: { property: 'revenue', gte: 5 }, within: 'P1Y' },
    { any: [{ tier: 'gold' }, { points: { gte: 5 } }, { consent: 'news' }, { segment: 'vip' }] },
    { message: 'hello', is: 'clicked' },
  ])('%j is fine', (when) => {
    expect(withCondition(when)).toEqual([]);
  });
});

test.each([
  [
    Policy,
    { sender: { name: 'A' }, brand: { name: 'A', postalAddress: 'B' }, zone: 'Lisbon', locale: 'en' },
    'zone',
    'no such time zone',
  ],
  [
    Policy,
    { sender: { name: 'A' }, brand: { name: 'A', postalAddress: 'B' }, zone: 'Europe/Lisbon', locale: 'pt_BR' },
    'locale',
    'not a language tag',
  ],
  [Loyalty, { currency: 'EURO', earn: { event: 'X', amount: 'a', pointsPerUnit: 1 }, tiers: [] }, 'currency', 'no such currency'],
])('names of the world are checked: %#', (schema, value, path, message) => {
  expect(parseFile<object>(schema, 'x.json', JSON.stringify(value)).problems).toMatchObject([{ path, message }]);
});
