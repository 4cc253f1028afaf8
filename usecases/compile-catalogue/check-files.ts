import type { Form } from '#core/catalogue.ts';
import type { Problem } from '#schemas/problem.ts';
import { pageLanguages } from '../pages/words.ts';
import { checkEarning, checkExpiring } from './check-earning.ts';
import { checkProgramme } from './check-loyalty.ts';
import { duplicates } from './duplicates.ts';
import type { Source, Sources } from './sources.ts';
import { conditionsOfSegment } from './walk.ts';

/** What each file must hold by itself, and ids against one another. */
export function checkFiles(sources: Sources): Problem[] {
  return [
    ...[...sources.journeys, ...sources.segments, ...sources.forms].flatMap(idMatchesFile),
    ...(sources.topics
      ? [...duplicates(sources.topics, ['topics'], sources.topics.value.topics), ...unreadTranslations(sources.topics)]
      : []),
    ...(sources.loyalty ? [...checkProgramme(sources.loyalty), ...checkEarning(sources.loyalty)] : []),
    ...checkExpiring(sources),
    ...(sources.scoring ? scoringIds(sources.scoring) : []),
    ...(sources.vouchers ? duplicates(sources.vouchers, ['pools'], sources.vouchers.value.pools) : []),
    ...sources.forms.flatMap(formFields),
    ...segmentCircles(sources.segments),
  ];
}

/** One file, one id, equal to its name: so ids of a kind cannot clash either. */
function idMatchesFile(source: Source<{ readonly id: string }>): Problem[] {
  const stem = source.file.replace(/^.*\/|\.json$/g, '');
  return stem === source.value.id
    ? []
    : [source.report(['id'], 'id-matches-file', `the id is "${source.value.id}", and the file is called "${stem}.json"`)];
}

/** Pages for recipients are in the languages that there are words in; a translation into another one is never seen. */
function unreadTranslations(source: NonNullable<Sources['topics']>): Problem[] {
  const languages = pageLanguages.join(', ');
  return source.value.topics.flatMap(({ translations = {} }, index) =>
    Object.keys(translations)
      .filter((locale) => !pageLanguages.includes(locale.split('-', 1)[0] ?? ''))
      .map((locale) =>
        source.report(
          ['topics', index, 'translations', locale],
          'unread-translation',
          `there are no pages in the language "${locale}": they are in ${languages}`,
        ),
      ),
  );
}

function scoringIds(source: NonNullable<Sources['scoring']>): Problem[] {
  const { scores, stages = [] } = source.value;
  return [
    ...duplicates(source, ['scores'], scores),
    ...scores.flatMap(({ rules }, index) => duplicates(source, ['scores', index, 'rules'], rules)),
    ...duplicates(source, ['stages'], stages),
  ];
}

function formFields(source: Source<Form>): Problem[] {
  const { fields, consent, honeypot } = source.value;
  const problems: Problem[] = [];
  fields.forEach((field, index) => {
    const path = ['fields', index];
    const wrong = (message: string, fix: string) => problems.push(source.report(path, 'form-fields', message, fix));
    if (fields.findIndex((one) => one.name === field.name) < index)
      wrong(`the field "${field.name}" stands twice`, 'remove or rename one of the two');
    if (field.type === 'select' && field.options === undefined)
      wrong(`the field "${field.name}" has nothing to select`, 'add "options"');
    if (field.name === honeypot)
      wrong(`the honeypot "${honeypot}" is a field that people fill in`, 'give the honeypot a name of its own');
    if (field.type === 'consent' && consent === undefined)
      wrong(`the field "${field.name}" consents to nothing`, 'add "consent" with its topics, text and version');
  });
  if (!fields.some((field) => field.type === 'email' && field.required)) {
    problems.push(
      source.report(
        ['fields'],
        'form-fields',
        'no required field has the type "email", so nobody could be written to',
        'add one',
      ),
    );
  }
  return problems;
}

/** Reported once for each circle, at the segment that comes first by name. */
function segmentCircles(segments: Sources['segments']): Problem[] {
  const refers = new Map(
    segments.map(({ value }) => [
      value.id,
      conditionsOfSegment(value).flatMap(({ condition }) => ('segment' in condition ? [condition.segment] : [])),
    ]),
  );
  const circle = (start: string, at: string, chain: readonly string[]): readonly string[] | undefined => {
    for (const next of refers.get(at) ?? []) {
      if (next === start) return [...chain, next];
      if (chain.includes(next) || next < start) continue;
      const found = circle(start, next, [...chain, next]);
      if (found) return found;
    }
    return undefined;
  };
  return segments.flatMap((source) => {
    const found = circle(source.value.id, source.value.id, [source.value.id]);
    return found
      ? [source.report(['when'], 'segment-circle', `the segments refer to each other in a circle: ${found.join(' → ')}`)]
      : [];
  });
}
