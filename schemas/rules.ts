/**
 * Every rule that a catalogue is checked by: what it refuses and what to do. A problem names its rule by key, so that a
 * marketer can look it up here and a tool can count it.
 */
export const rules = {
  'json-syntax': {
    severity: 'error',
    why: 'A file that is not JSON cannot be read at all.',
    fix: 'Mend the text at the line and column given.',
  },
  'duplicate-key': {
    severity: 'error',
    why: 'JSON keeps only the last of two equal keys, so the first is silently lost.',
    fix: 'Remove or rename one of the two.',
  },
  'unknown-file': {
    severity: 'warning',
    why: 'A file in the wrong folder or with the wrong name is not published.',
    fix: 'Move it to where its kind belongs.',
  },
  'missing-file': { severity: 'error', why: 'Topics and policy are needed to send anything.', fix: 'Add the file.' },
  'unknown-key': {
    severity: 'error',
    why: 'A misspelt key would be ignored without a word.',
    fix: 'Correct the key or remove it.',
  },
  'missing-key': { severity: 'error', why: 'The file cannot work without it.', fix: 'Add the key.' },
  'wrong-value': {
    severity: 'error',
    why: 'The value is not one that the schema allows.',
    fix: 'Use a value that the schema describes.',
  },
  'id-matches-file': {
    severity: 'error',
    why: 'Who reads an id in a report must find its file by name.',
    fix: 'Give the file and the id the same name.',
  },
  'duplicate-id': {
    severity: 'error',
    why: 'Reports and running journeys refer to things by id.',
    fix: 'Give each an id of its own.',
  },
  'duplicate-step-id': {
    severity: 'error',
    why: 'People in flight are remembered by the id of their step.',
    fix: 'Give each step of a journey an id of its own.',
  },
  'unknown-template': {
    severity: 'error',
    why: 'The journey would have no mail to send.',
    fix: 'Add templates/<name>.mjml or correct the name.',
  },
  'unknown-topic': {
    severity: 'error',
    why: 'Consent is kept for each topic, so a topic must be declared.',
    fix: 'Declare it in catalogue/topics.json or correct the name.',
  },
  'topic-differs': {
    severity: 'error',
    why: 'The words of the mail would not fit what was consented to.',
    fix: 'Send it with the topic of its front matter, or correct that.',
  },
  'unknown-segment': {
    severity: 'error',
    why: 'Nobody can ever be in it.',
    fix: 'Add catalogue/segments/<id>.json or correct the name.',
  },
  'unknown-form': {
    severity: 'error',
    why: 'Nobody can ever fill it in.',
    fix: 'Add catalogue/forms/<id>.json or correct the name.',
  },
  'unknown-tier': {
    severity: 'error',
    why: 'Nobody can ever reach it.',
    fix: 'Declare it in catalogue/loyalty.json or correct the name.',
  },
  'unknown-journey': {
    severity: 'error',
    why: 'Nobody can ever be in it.',
    fix: 'Add catalogue/journeys/<id>.json or correct the name.',
  },
  'unknown-step': {
    severity: 'error',
    why: 'The condition names a mail that no journey sends.',
    fix: 'Use the id of a send_email step.',
  },
  'unknown-event': {
    severity: 'warning',
    why: 'The name differs a little from a well-known one, and would silently never match.',
    fix: 'Use the well-known name, if it was meant.',
  },
  'unknown-attribute': {
    severity: 'warning',
    why: 'The name differs a little from a well-known one, and would silently never match.',
    fix: 'Use the well-known name, if it was meant.',
  },
  'segment-circle': {
    severity: 'error',
    why: 'Segments that are defined by each other have no answer.',
    fix: 'Let one of them say its conditions itself.',
  },
  'never-true': { severity: 'error', why: 'Nobody can ever meet the condition.', fix: 'Correct or remove the contradiction.' },
  'property-without-event': {
    severity: 'error',
    why: '"property" reads the event that started the run, and here is none.',
    fix: 'Use "attribute", or put it into the "where" of an event.',
  },
  'unreachable-step': {
    severity: 'error',
    why: 'Everybody has left the journey before this step.',
    fix: 'Move it before the exit, or remove it.',
  },
  'empty-journey': {
    severity: 'error',
    why: 'A journey without steps does nothing.',
    fix: 'Add a step, or set "status": "draft" and add one before publishing.',
  },
  'repeat-without-wait': {
    severity: 'error',
    why: 'All rounds would happen at the same instant, and a customer would get the same mail several times at once.',
    fix: 'Put a delay, a wait or a time window into the round.',
  },
  'journeys-in-a-circle': {
    severity: 'error',
    why: 'Journeys that set each other off go round until a limit stops them.',
    fix: 'Take one start_journey or emit_event out of the circle, or let the first journey of it be entered once.',
  },
  'always-quiet': {
    severity: 'error',
    why: 'A mail that may leave only in quiet hours never leaves on time.',
    fix: 'Change the time window or the quiet hours so that they leave some hours to both.',
  },
  'always-true': {
    severity: 'warning',
    why: 'A condition that holds for everybody decides nothing.',
    fix: 'Correct the bound, or remove the condition.',
  },
  'loyalty-needed': {
    severity: 'error',
    why: 'Tiers and points exist only with a loyalty programme.',
    fix: 'Add catalogue/loyalty.json.',
  },
  'tiers-ascending': {
    severity: 'error',
    why: 'A tier is the highest whose spend is reached, so tiers are listed from the lowest up.',
    fix: 'Sort the tiers by spend; no two alike.',
  },
  'form-fields': {
    severity: 'error',
    why: 'The form could not be filled in, or its answer could not be used.',
    fix: 'Correct the fields.',
  },
  'front-matter': {
    severity: 'error',
    why: 'Subject, preheader and variables stand in the block between two lines of "---".',
    fix: 'Correct the block at the start of the template.',
  },
  'mjml-syntax': { severity: 'error', why: 'MJML drops what it does not understand without a word.', fix: 'Correct the markup.' },
  'liquid-syntax': { severity: 'error', why: 'The mail could not be rendered.', fix: 'Correct the Liquid.' },
  'unknown-partial': {
    severity: 'error',
    why: 'There is nothing to include.',
    fix: 'Add templates/partials/<name>.mjml or correct the name.',
  },
  'template-variable': {
    severity: 'error',
    why: 'Nothing gives the variable a value, so the mail would have a hole.',
    fix: 'Use a variable that is offered.',
  },
  'undeclared-variable': {
    severity: 'warning',
    why: 'Not every customer or event has a value for it, and the mail would have a hole.',
    fix: 'Add "| default: …", or list it under "variables:" in the front matter to skip the mail where it is missing.',
  },
  'variable-not-offered': {
    severity: 'error',
    why: 'The journey that sends the template can never give the variable a value, so every mail would be skipped.',
    fix: 'Use another template, or another variable.',
  },
  'locale-without-default': {
    severity: 'error',
    why: 'A customer whose language has no file of its own gets the default one.',
    fix: 'Add the template without a locale in its name.',
  },
  'mail-size': {
    severity: 'error',
    why: 'Gmail cuts off a mail at about 102 KB, and with it the unsubscribe link.',
    fix: 'Shorten the mail, or move parts of it to a page.',
  },
} as const satisfies Record<string, { severity: 'error' | 'warning'; why: string; fix: string }>;

export type Rule = keyof typeof rules;
