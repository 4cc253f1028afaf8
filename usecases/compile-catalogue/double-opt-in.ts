/** What forms with double opt-in add to a catalogue: a journey each, the topic of its mails, and when other journeys start. */
import type { Form, Journey, Topic } from '#core/catalogue.ts';
import { confirmationTopic, confirmJourney, confirmJourneyId, isDouble } from '#core/double-opt-in.ts';
import { add } from '#core/instant.ts';
import type { Problem } from '#schemas/problem.ts';
import type { TemplateInfo } from './compile-templates.ts';
import type { Source, Sources } from './sources.ts';
import { stepsOf } from './walk.ts';

const ID_LENGTH_MAX = 63;

/** The journeys of a catalogue with those that its forms bring along. What a double form triggers starts at the confirmation. */
export function withConfirmations(journeys: readonly Journey[], forms: readonly Form[]): Journey[] {
  const doubles = forms.filter(isDouble);
  const ids = new Set(doubles.map(({ id }) => id));
  const started = journeys.map((journey) =>
    journey.trigger.type === 'form' && ids.has(journey.trigger.form)
      ? { ...journey, trigger: { ...journey.trigger, on: 'confirmation' as const } }
      : journey,
  );
  return [...started, ...doubles.map(confirmJourney)];
}

/** The topics of a catalogue with the one of the mails that ask, unless the catalogue names it in its own words. */
export function withConfirmationTopic(topics: readonly Topic[], forms: readonly Form[]): readonly Topic[] {
  const isNeeded = forms.some(isDouble) && !topics.some(({ id }) => id === confirmationTopic.id);
  return isNeeded ? [...topics, confirmationTopic] : topics;
}

export function checkDoubleOptIn(sources: Sources, infos: readonly TemplateInfo[]): Problem[] {
  const confirming = new Set(infos.filter(({ confirms }) => confirms).map(({ name }) => name));
  const written = new Set(infos.map(({ name }) => name));
  const mailsWithout = (form: Source<Form>): Problem[] =>
    (['template', 'reminderTemplate'] as const).flatMap((key) => {
      const name = form.value.confirmation?.[key];
      if (name === undefined || confirming.has(name) || !written.has(name)) return [];
      const message = `the template "${name}" has no {{ links.confirm }}, so nobody could confirm anything with it`;
      return [form.report(['confirmation', key], 'confirm-link', message)];
    });
  return [
    ...sources.forms.flatMap((form) => [...settings(form), ...mailsWithout(form), ...reserved(form, sources)]),
    ...topicOfMarketing(sources),
    ...sources.journeys.flatMap((journey) => linksToNothing(journey, confirming)),
  ];
}

function settings(form: Source<Form>): Problem[] {
  const { id, optIn, confirmation, consent, fields } = form.value;
  const wrong = (path: readonly PropertyKey[], message: string, fix: string) => form.report(path, 'double-opt-in', message, fix);
  if (optIn === 'single')
    return confirmation === undefined
      ? []
      : [
          wrong(
            ['confirmation'],
            'nothing is confirmed with a single opt-in',
            'write "optIn": "double", or remove "confirmation"',
          ),
        ];
  const { reminders = [], validFor = 'P30D' } = confirmation ?? {};
  const stops = [...reminders, validFor].map((stop) => add(0, stop));
  return [
    ...(confirmation === undefined
      ? [wrong(['optIn'], 'nothing says which mail asks for the confirmation', 'add "confirmation": { "template": "confirm" }')]
      : []),
    ...(consent === undefined || !fields.some(({ type, required }) => type === 'consent' && required === true)
      ? [
          wrong(
            ['fields'],
            'nothing is consented to that could be confirmed',
            'add "consent", and a required field of the type "consent"',
          ),
        ]
      : []),
    ...(stops.some((stop, index) => index > 0 && stop <= (stops[index - 1] ?? 0))
      ? [
          wrong(
            ['confirmation', 'reminders'],
            'the reminders do not come one after the other, before the end of "validFor"',
            'for instance ["P1D", "P4D"], counted from the post',
          ),
        ]
      : []),
    ...(confirmJourneyId(id).length > ID_LENGTH_MAX
      ? [wrong(['id'], `with it the journey "${confirmJourneyId(id)}" has a name that is too long`, 'shorten the id of the form')]
      : []),
  ];
}

function reserved({ value: form }: Source<Form>, { journeys }: Sources): Problem[] {
  if (!isDouble(form)) return [];
  return journeys
    .filter(({ value }) => value.id === confirmJourneyId(form.id))
    .map((journey) =>
      journey.report(['id'], 'reserved-id', `"${journey.value.id}" is the journey that the form "${form.id}" brings along`),
    );
}

function topicOfMarketing({ topics }: Sources): Problem[] {
  return (topics?.value.topics ?? []).flatMap(({ id, type }, index) =>
    id === confirmationTopic.id && type === 'marketing' && topics !== undefined
      ? [topics.report(['topics', index, 'type'], 'reserved-id', `"${id}" is the topic of mails that ask for a confirmation`)]
      : [],
  );
}

/** Only the mails that a form brings along can ask: for others there is nothing to confirm. */
function linksToNothing(journey: Source<Journey>, confirming: ReadonlySet<string>): Problem[] {
  return stepsOf(journey.value.steps).flatMap(({ step, path }) => {
    if (step.type !== 'send_email') return [];
    if (step.topic === confirmationTopic.id)
      return [
        journey.report([...path, 'topic'], 'reserved-id', `only the mails that a form brings along go out as "${step.topic}"`),
      ];
    if (!confirming.has(step.template)) return [];
    const message = `the template "${step.template}" asks for a confirmation, and in this journey there is nothing to confirm`;
    return [journey.report([...path, 'template'], 'confirm-link', message)];
  });
}
