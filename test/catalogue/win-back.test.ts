/** The starter win-back with a model: who is written to when, and who gets a voucher. */
import { expect, test } from 'vitest';
import { advance } from '#core/advance.ts';
import { DAY_MS } from '#core/instant.ts';
import { linkRelease } from '#core/linked.ts';
import { NOTHING } from '#core/offer-budget.ts';
import type { PredictionModel } from '#core/prediction/model.ts';
import { starterFiles } from '#test/usecases/starter-files.ts';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { withModel } from '#usecases/publish/with-model.ts';
import { given } from '../support/given.ts';
import { predictionModel } from '../support/model.ts';
import { ann, event, instant } from '../support/shop.ts';

const { compiled } = await compileCatalogue(starterFiles());

function shop(parts: Partial<PredictionModel> = {}) {
  if (compiled === undefined) throw new Error('the starter catalogue compiles');
  return linkRelease(withModel(compiled.release, predictionModel({ fittedAt: '2026-01-26T03:20:00.000Z', ...parts })));
}

const LAST = instant('2026-02-01T10:00:00Z');

/** Orders every so many days, the last one on 1 February. */
const orders = (every: number, count: number, revenue: number) =>
  Array.from({ length: count }, (_, n) => {
    const at = LAST - (count - 1 - n) * every * DAY_MS;
    return event('Order Completed', new Date(at).toISOString(), { order_id: `${every}-${n}`, revenue, currency: 'EUR' });
  });

const story = (every: number, count: number, revenue: number, linked = shop()) => {
  const told = given(ann(), linked)
    .when(...orders(every, count, revenue))
    .until('2026-03-11');
  const templates = told.effects.flatMap((effect) =>
    effect.type === 'message' && effect.message.at > LAST + DAY_MS ? [effect.message.template] : [],
  );
  return { ...told, templates };
};

/** Who was silent so long that the raw probability is low, comes back all the same. */
const loyal = {
  points: [
    { predicted: 0, observed: 0.6 },
    { predicted: 1, observed: 1 },
  ],
};

test('a weekly buyer is missed within weeks, and a yearly one is not', () => {
  expect(story(7, 20, 40).templates[0]).toBe('we-miss-you');
  expect(story(365, 4, 40).templates).not.toContain('we-miss-you');
});

test('a week later a voucher goes to those alone whose coming year is worth it', () => {
  const [rich, poor] = [story(5, 20, 90), story(5, 20, 1)];
  expect(rich.templates).toEqual(['we-miss-you', 'voucher']);
  expect(rich.effects.filter(({ type }) => type === 'voucher')).toHaveLength(1);
  expect(poor.templates).toEqual(['we-miss-you', 'what-is-new']);
  expect(poor.effects.filter(({ type }) => type === 'voucher')).toEqual([]);
});

test('when the budget of vouchers is used up, the mail says what is new instead', () => {
  const linked = shop();
  const missed = given(ann(), linked).when(...orders(5, 20, 90));
  const issued = story(5, 20, 90, linked).effects.find(({ type }) => type === 'voucher');
  const at = issued?.type === 'voucher' ? issued.voucher.at : Number.NaN;
  const { customer } = missed.until(new Date(at - 1).toISOString());
  const { effects, decisions } = advance(customer, [], linked, at, new Map([['win-back', NOTHING]]));
  expect(effects.flatMap((effect) => (effect.type === 'message' ? [effect.message.template] : []))).toEqual(['what-is-new']);
  expect(decisions.flatMap(({ notes }) => notes.map(({ why }) => why))).toContainEqual(
    expect.stringMatching(/^no voucher: the budget of 500 vouchers for the 30 days to 2026-\d\d-\d\d is used up$/),
  );
});

test('nobody who is likely to come back anyway gets one', () => {
  const anyway = story(5, 20, 90, shop({ calibration: { ...loyal, days: 90 } }));
  expect(anyway.templates).toEqual(['we-miss-you', 'what-is-new']);
  expect(anyway.effects.filter(({ type }) => type === 'voucher')).toEqual([]);
});
