import { describe, expect, test } from 'vitest';
import type { Form } from '#core/catalogue.ts';
import { newCustomer } from '#core/customer.ts';
import { confirmationTopic, confirmJourney, isDouble } from '#core/double-opt-in.ts';
import type { TimelineEvent } from '#core/event.ts';
import { customerIdOfEmail } from '#core/identity.ts';
import { whyNot } from '#core/why-not.ts';
import { confirmationOf } from '#usecases/confirm/event.ts';
import { given } from '../support/given.ts';
import { ann, catalogue, event, instant, journey, mail, release } from '../support/shop.ts';

const form: Form = {
  id: 'offers',
  name: 'Offers',
  fields: [],
  consent: { topics: ['offers'], text: 'Yes', version: '2' },
  optIn: 'double',
  confirmation: { template: 'hello', reminderTemplate: 'more', reminders: ['PT6H', 'P4D'], validFor: 'P30D' },
};
const asking = isDouble(form) ? [confirmJourney(form)] : [];
const shop = catalogue({
  forms: [form],
  topics: [...release().topics, confirmationTopic],
  journeys: [
    ...asking,
    journey({
      id: 'greet',
      trigger: { type: 'form', form: 'offers', on: 'confirmation' },
      reentry: { mode: 'always' },
      steps: [mail('hi', 'gift', 'offers')],
    }),
  ],
});

const post = (at: string, parts: Partial<TimelineEvent> = {}): TimelineEvent =>
  event(
    'Form Submitted',
    at,
    { form: 'offers', fields: {}, consent: { topics: ['offers'], version: '2', text: 'Yes', optIn: 'double' } },
    { kind: 'form', origin: 'form', trust: 'publishable', ...parts },
  );
const stranger = newCustomer(customerIdOfEmail('ann@example.com'), 0);
const known = { ...stranger, email: 'ann@example.com' };

describe('a form with double opt-in', () => {
  test('asks once, reminds as often as it says, and ends without a yes', () => {
    const story = given(known, shop).when(post('2026-01-01T10:00:00Z')).until('2026-03-01');
    expect(story.mails).toEqual([
      '2026-01-01T10:00 hello queued',
      '2026-01-01T16:00 more queued',
      '2026-01-05T10:00 more queued',
    ]);
    expect(story.noted('left')).toEqual(['left confirm-offers exited: not confirmed']);
    expect(story.customer.consents.offers).toMatchObject({ status: 'pending', version: '2' });
    expect(story.customer.runs).toEqual([]);
  });

  test('starts its journeys with the confirmation, which subscribes with the version of the words', () => {
    const sent = post('2026-01-01T10:00:00Z');
    const story = given(known, shop)
      .when(sent, confirmationOf(sent, { at: instant('2026-01-02T09:00:00Z') }))
      .until('2026-03-01');
    expect(story.mails).toEqual([
      '2026-01-01T10:00 hello queued',
      '2026-01-01T16:00 more queued',
      '2026-01-02T09:00 gift queued',
    ]);
    expect(story.noted('goal_reached', 'left', 'entered')).toEqual([
      'entered confirm-offers Form Submitted',
      'goal_reached confirm-offers Form Confirmed within P30D',
      'left confirm-offers exited: confirmed',
      'entered greet Form Confirmed',
      'left greet completed: came to the end',
    ]);
    expect(story.customer.consents.offers).toMatchObject({
      status: 'subscribed',
      version: '2',
      source: 'the form offers, confirmed by mail',
    });
  });

  test('does not remind somebody who said yes in another way meanwhile', () => {
    const yes = event('Subscribed', '2026-01-01T12:00:00Z', { list_id: 'offers' }, { kind: 'consent' });
    const story = given(known, shop).when(post('2026-01-01T10:00:00Z'), yes).until('2026-03-01');
    expect(story.mails).toEqual(['2026-01-01T10:00 hello queued']);
    expect(story.noted('left')).toEqual(['left confirm-offers exited: subscribed meanwhile']);
  });

  test('does not ask somebody who is subscribed, and takes nothing from them', () => {
    const story = given(ann(), shop).when(post('2026-01-05T10:00:00Z')).until('2026-03-01');
    expect(story.mails).toEqual([]);
    expect(story.customer.consents.offers?.status).toBe('subscribed');
  });

  test.each(['bounce', 'complaint', 'manual'] as const)('does not write to an address that is suppressed by %s', (reason) => {
    const suppressed = { ...known, suppressed: { reason, at: 0 } };
    const { mails } = given(suppressed, shop).when(post('2026-01-01T10:00:00Z')).until('2026-03-01');
    expect(mails).toHaveLength(3);
    for (const line of mails) expect(line).toContain('skipped');
  });

  test('asks an address at most once a day, ten times in all, however often it is posted', () => {
    const hours = Array.from({ length: 24 * 20 }, (_, hour) =>
      post(new Date(instant('2026-01-01') + hour * 3_600_000).toISOString()),
    );
    const story = given(known, shop)
      .when(...hours)
      .until('2026-06-01');
    const asked = story.mails.filter((line) => line.includes('hello queued'));
    expect(asked).toHaveLength(10);
    expect(new Set(asked.map((line) => line.slice(0, 10))).size).toBe(10);
    expect(story.mails.length).toBeLessThanOrEqual(10 + 10 + 2);
  });

  test('is not confirmed by an event of that name from a web page or a server', () => {
    for (const trust of ['publishable', 'secret'] as const) {
      const forged = event(
        'Form Confirmed',
        '2026-01-01T11:00:00Z',
        { form: 'offers', consent: { topics: ['offers'] } },
        { trust },
      );
      const story = given(known, shop).when(post('2026-01-01T10:00:00Z'), forged);
      expect(story.customer.consents.offers?.status).toBe('pending');
      expect(story.customer.runs.map((run) => run.journey)).toEqual(['confirm-offers']);
    }
  });

  test('says why nothing else comes: the consent is not confirmed yet', () => {
    const { customer } = given(known, shop).when(post('2026-01-01T10:00:00Z'));
    expect(whyNot(customer, shop.topics.get('offers'), 'offers')).toBe('the consent to the topic “Offers” is not confirmed yet');
  });
});
