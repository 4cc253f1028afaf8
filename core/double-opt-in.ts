/** Double opt-in: who filled in a form is asked by mail whether it was really they, and consent counts from their answer. */
import type { Form, Journey, Step, Topic } from './catalogue.ts';
import type { Condition } from './condition.ts';
import { add, DAY_MS, type Duration, HOUR_MS } from './instant.ts';

/** The mail that asks for a confirmation goes out under this topic, and no other mail does. */
export const confirmationTopic: Topic = {
  id: 'confirmation',
  name: 'Confirming an address',
  description: 'The mail that asks whether it was really you who filled in a form.',
  type: 'transactional',
};

/** How often one address is asked for one form: at the most once a day, and so many times in all. */
const ASKED_AGAIN_AFTER: Duration = 'P1D';
const ASKED_MAX = 10;

export const confirmJourneyId = (form: string): string => `confirm-${form}`;

type DoubleForm = Form & Required<Pick<Form, 'consent' | 'confirmation'>>;

export function isDouble(form: Form): form is DoubleForm {
  return form.optIn === 'double' && form.consent !== undefined && form.confirmation !== undefined;
}

/**
 * The journey that a form with double opt-in brings along: the mail that asks, the reminders, and an end without a yes. It
 * is like any other: it can be drawn, planned, explained and simulated, and its timers and reports are theirs.
 */
export function confirmJourney({ id, name, consent, confirmation }: DoubleForm): Journey {
  const { template, reminderTemplate = template, reminders, validFor } = confirmation;
  const confirmed: Condition = { all: consent.topics.map((topic) => ({ consent: topic })) };
  const answer = { event: 'Form Confirmed', where: { all: [{ property: 'form', is: id }, confirmed] } };
  const stops = [...reminders, validFor];
  const waits = stops.map((stop, index): Step[] => {
    const nth = index + 1;
    return [
      {
        id: `wait-${nth}`,
        type: 'wait_for_event',
        events: [{ ...answer, steps: [{ id: `confirmed-${nth}`, type: 'exit', reason: 'confirmed' }] }],
        timeout: between(stops[index - 1], stop),
      },
      // Whoever said yes in another way meanwhile, in the preference centre for instance, needs no reminder.
      {
        id: `known-${nth}`,
        type: 'condition',
        when: confirmed,
        yes: [{ id: `subscribed-${nth}`, type: 'exit', reason: 'subscribed meanwhile' }],
      },
      ...(index < reminders.length ? [mail(`remind-${nth}`, reminderTemplate)] : []),
    ];
  });
  return {
    id: confirmJourneyId(id),
    name: `Confirm: ${name}`,
    description: `Made from the form ${id}, which has a double opt-in.`,
    status: 'active',
    trigger: { type: 'form', form: id, on: 'post' },
    reentry: { mode: 'after', interval: ASKED_AGAIN_AFTER, max: ASKED_MAX, restart: true },
    quietHours: false,
    goal: { ...answer, window: validFor },
    steps: [
      {
        id: 'known',
        type: 'condition',
        when: confirmed,
        yes: [{ id: 'subscribed', type: 'exit', reason: 'is subscribed already' }],
      },
      mail('ask', template),
      ...waits.flat(),
      { id: 'not-confirmed', type: 'exit', reason: 'not confirmed' },
    ],
  };
}

const mail = (id: string, template: string): Step => ({ id, type: 'send_email', template, topic: confirmationTopic.id });

/** From one time after the post to the next, both without months or years. */
function between(from: Duration | undefined, to: Duration): Duration {
  const ms = add(0, to) - (from === undefined ? 0 : add(0, from));
  if (ms % DAY_MS === 0) return `P${ms / DAY_MS}D`;
  return ms % HOUR_MS === 0 ? `PT${ms / HOUR_MS}H` : `PT${ms / 1000}S`;
}
