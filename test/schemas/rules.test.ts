import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rulesDocument } from '#schemas/rules/rules-document.ts';
import { type Rule, ruleGroups, rules } from '#schemas/rules.ts';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';

type Files = Readonly<Record<string, object | string | undefined>>;
/** The files of a small catalogue in which the piece stands where it belongs. */
type Place = (piece: string) => Files;

const journeyFile = 'catalogue/journeys/welcome.json';
const hello = welcome.steps[1] ?? {};
const keys = (piece: string): object => JSON.parse(`{${piece}}`) as object;
const loyalty = {
  currency: 'EUR',
  earn: { event: 'Order Completed', amount: 'revenue', pointsPerUnit: 1 },
  tiers: [
    { id: 'silver', name: 'Silver', spend: 100 },
    { id: 'gold', name: 'Gold', spend: 500 },
  ],
};
const scoring = {
  scores: [{ id: 'lead', name: 'Lead', min: 0, max: 100, rules: [{ id: 'ordered', event: 'Order Completed', points: 20 }] }],
  stages: [
    { id: 'lead', name: 'Lead', when: { score: 'lead', gte: 10 } },
    { id: 'qualified', name: 'Qualified', when: { score: 'lead', gte: 50 } },
  ],
};
const vouchers = { pools: [{ id: 'comeback-20', name: 'Come back', description: '20 % off', codes: 'generated' }] };
const fiveEuros = {
  pools: [{ id: 'five-euros', name: 'Five', description: '€5', codes: 'generated', value: { amount: 5, currency: 'EUR' } }],
};
const form = {
  id: 'sign-up',
  name: 'Sign up',
  fields: [{ name: 'email', type: 'email', label: 'E-mail', required: true }],
};
const mail = (body: string, variables = ''): string => `---\nsubject: S\npreheader: P\n${variables}---\n${body}\n`;
const words = '<mj-section><mj-column><mj-text>Hello</mj-text></mj-column></mj-section>';
const confirmation = { optIn: 'double', confirmation: { template: 'confirm' } };
const doubleForm = {
  ...form,
  fields: [...form.fields, { name: 'yes', type: 'consent', label: 'Yes', required: true }],
  consent: { topics: ['offers'], text: 'Yes', version: '1' },
};
const asking: Files = {
  'templates/confirm.mjml': mail(
    '<mj-section><mj-column><mj-button href="{{ links.confirm }}">Yes</mj-button></mj-column></mj-section>',
  ),
};
const policy = (more: object): object => ({ ...keys((catalogueFiles()['catalogue/policy.json'] ?? '').slice(1, -1)), ...more });

const inJourney: Place = (piece) => ({ [journeyFile]: { ...welcome, ...keys(piece) } });
const asStep: Place = (piece) => ({
  [journeyFile]: { ...welcome, steps: [JSON.parse(piece)] },
});
const asCondition: Place = (piece) => ({
  [journeyFile]: {
    ...welcome,
    steps: [hello, { id: 'asked', type: 'condition', ...keys(piece), yes: [{ ...hello, id: 'more' }] }],
  },
});
const inLoyalty: Place = (piece) => ({ 'catalogue/loyalty.json': { ...loyalty, ...keys(piece) } });
const asSegment: Place = (piece) => ({ 'catalogue/segments/gone.json': { id: 'gone', name: 'Gone', ...keys(piece) } });
const predicting: Files = { 'catalogue/prediction.json': {} };
const asTopic: Place = (piece) => ({ 'catalogue/topics.json': `{ "topics": [${piece}] }` });
const inColumn: Place = (piece) => ({
  'templates/welcome.mjml': mail(`<mj-section><mj-column>${piece}</mj-column></mj-section>`),
});
/** Lines that are paths name the files that follow. */
const asFiles: Place = (piece) =>
  Object.fromEntries(
    piece.split(/^(?=(?:catalogue|templates)\/)/m).map((part) => [part.split('\n', 1)[0], part.split('\n').slice(1).join('\n')]),
  );
const asPaths =
  (content: object | string): Place =>
  (piece) =>
    Object.fromEntries(piece.split('\n').map((path) => [path, content]));
const beside =
  (place: Place, others: Files): Place =>
  (piece) => ({ ...others, ...place(piece) });

const places: Readonly<Record<Rule, Place>> = {
  'json-syntax': asTopic,
  'duplicate-key': asTopic,
  'unknown-file': asPaths({ ...welcome, id: 'birthday' }),
  'unread-translation': (piece) => ({
    'catalogue/topics.json': `{ "topics": [{ "id": "newsletter", "name": "N", "type": "marketing", ${piece} }] }`,
  }),
  'missing-file': (piece) =>
    Object.fromEntries(
      ['catalogue/policy.json', 'catalogue/topics.json'].flatMap((path) =>
        piece.split('\n').includes(path) ? [] : [[path, undefined]],
      ),
    ),
  'unknown-key': asStep,
  'missing-key': asStep,
  'wrong-value': asStep,
  'tiers-ascending': (piece) => ({ 'catalogue/loyalty.json': { ...loyalty, ...keys(piece) } }),
  'form-fields': (piece) => ({ 'catalogue/forms/sign-up.json': { ...form, ...keys(piece) } }),
  'double-opt-in': beside((piece) => ({ 'catalogue/forms/sign-up.json': { ...doubleForm, ...keys(piece) } }), asking),
  'reserved-id': (piece) => ({
    ...asking,
    'catalogue/forms/offers.json': { ...doubleForm, id: 'offers', ...confirmation },
    [piece]: { ...welcome, id: piece.replace(/^.*\/|\.json$/g, '') },
  }),
  'id-matches-file': asFiles,
  'duplicate-id': (piece) => ({ 'catalogue/topics.json': keys(piece) }),
  'duplicate-step-id': inJourney,
  'unknown-template': asStep,
  'unknown-topic': asStep,
  'topic-differs': asStep,
  'unknown-segment': inJourney,
  'unknown-form': beside(inJourney, { 'catalogue/forms/sign-up.json': form }),
  'unknown-tier': beside(asCondition, { 'catalogue/loyalty.json': loyalty }),
  'unknown-pool': beside(asStep, { 'catalogue/vouchers.json': vouchers }),
  'unknown-score': beside(asCondition, { 'catalogue/scoring.json': scoring }),
  'unknown-stage': beside(asCondition, { 'catalogue/scoring.json': scoring }),
  'scoring-circle': (piece) => ({ 'catalogue/scoring.json': { scores: [{ id: 'lead', name: 'Lead', ...keys(piece) }] } }),
  'score-out-of-reach': beside(asCondition, { 'catalogue/scoring.json': scoring }),
  'rule-twice': (piece) => ({ 'catalogue/scoring.json': { scores: [{ id: 'lead', name: 'Lead', ...keys(piece) }] } }),
  'unreachable-stage': (piece) => ({ 'catalogue/scoring.json': { ...scoring, ...keys(piece) } }),
  'forecast-without-settings': asSegment,
  'unknown-forecast': beside(asCondition, predicting),
  'forecast-comparison': beside(asCondition, predicting),
  'forecast-without-fallback': beside(asSegment, predicting),
  'forecast-in-fallback': beside(asSegment, predicting),
  'unused-fallback': beside(asSegment, predicting),
  'unknown-journey': beside(asStep, { 'catalogue/journeys/win-back.json': { ...welcome, id: 'win-back' } }),
  'unknown-step': asCondition,
  'unknown-event': asCondition,
  'unknown-attribute': asCondition,
  'unknown-property': beside(inColumn, {
    [journeyFile]: { ...welcome, exitWhen: undefined, trigger: { type: 'event', event: 'Order Completed' } },
  }),
  'segment-circle': asFiles,
  'never-true': asCondition,
  'always-true': asCondition,
  'property-without-event': asFiles,
  'loyalty-needed': asCondition,
  'earn-rules-overlap': inLoyalty,
  'earns-nothing': inLoyalty,
  'pending-beyond-expiry': inLoyalty,
  'grace-beyond-window': inLoyalty,
  'nothing-expires': beside((piece) => ({ [journeyFile]: { ...welcome, exitWhen: undefined, ...keys(piece) } }), {
    'catalogue/loyalty.json': loyalty,
  }),
  'unreachable-step': inJourney,
  'empty-journey': inJourney,
  'repeat-without-wait': asStep,
  'journeys-in-a-circle': asFiles,
  'always-quiet': (piece) => ({
    'catalogue/policy.json': policy({ quietHours: { from: '20:00', to: '09:00' } }),
    [journeyFile]: { ...welcome, steps: [JSON.parse(piece), hello] },
  }),
  'variable-not-offered': beside(inJourney, {
    'templates/welcome.mjml': mail(words, 'variables:\n  - event.order_id = A-1\n'),
  }),
  'budget-without-voucher': inJourney,
  'budget-without-worth': beside(inJourney, { 'catalogue/vouchers.json': vouchers }),
  'budget-below-one-voucher': beside(inJourney, { 'catalogue/vouchers.json': fiveEuros }),
  'voucher-may-be-missing': beside(inJourney, {
    'catalogue/vouchers.json': vouchers,
    'templates/welcome.mjml': mail(words, 'variables:\n  - voucher.code = BACK-1\n'),
    'templates/news.mjml': mail(words),
  }),
  'never-refused': beside(inJourney, { 'catalogue/vouchers.json': vouchers }),
  'front-matter': (piece) => ({ 'templates/welcome.mjml': `${piece}\n${words}\n` }),
  'mjml-syntax': inColumn,
  'liquid-syntax': inColumn,
  'unknown-partial': beside(inColumn, { 'templates/partials/opening-hours.mjml': '<mj-text>9 to 17</mj-text>' }),
  'template-variable': inColumn,
  'undeclared-variable': inColumn,
  'confirm-link': inColumn,
  'locale-without-default': asPaths(mail(words)),
  'image-alt': inColumn,
  'mail-link': inColumn,
  'mail-contrast': inColumn,
  'unsubscribe-missing': inColumn,
  'empty-text-part': inColumn,
  'subject-length': (piece) => ({ 'templates/welcome.mjml': `${piece}\n${words}\n` }),
  'preheader-length': (piece) => ({ 'templates/welcome.mjml': `${piece}\n${words}\n` }),
  'mail-size': (piece) => inColumn(piece.replace('…', 'word '.repeat(22_000))),
};

describe.each(Object.keys(places) as Rule[])('the example of %s', (rule) => {
  const found = async (piece: string) => (await compileCatalogue(catalogueFiles(places[rule](piece)))).problems;

  test('breaks that rule, with the severity that it has', async () => {
    const { severity, example } = rules[rule];
    expect(await found(example.bad)).toContainEqual(expect.objectContaining({ rule, severity }));
  });

  test('is without any problem once it is mended', async () => {
    expect(await found(rules[rule].example.good)).toEqual([]);
  });
});

test('docs/rules.md is what the rules say (npm run schemas)', () => {
  expect(readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8')).toBe(rulesDocument());
});

test('each rule stands in one group', () => {
  const grouped = Object.values(ruleGroups).flatMap((group) => Object.keys(group));
  expect(grouped.toSorted()).toEqual(Object.keys(rules).toSorted());
});
