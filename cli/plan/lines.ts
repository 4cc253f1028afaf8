import type { Difference } from '#usecases/plan-release/difference.ts';
import type { JourneyChange } from '#usecases/plan-release/journeys.ts';
import type { StepChange } from '#usecases/plan-release/steps.ts';
import type { TemplateChange } from '#usecases/plan-release/templates.ts';
import type { ThingChange } from '#usecases/plan-release/things.ts';
import type { FileChange, ReleasePlan } from '#usecases/plan-release.ts';
import { plain } from '../show.ts';

/** A plan for people: what is new stands behind +, what is gone behind -, what is another behind ~. */
export function planLines({ files, from, journeys, senders, templates, things, to, unchanged }: ReleasePlan): string[] {
  if (unchanged) return [`Nothing changes: the draft is the published release ${to}.`];
  return [
    from === null ? `Nothing is published yet; the draft is ${to}.` : `The draft ${to} against the published release ${from}:`,
    ...section('Files', files.map(fileLine)),
    ...section('Journeys', journeys.flatMap(journeyLines)),
    ...section('Segments, forms, topics, policy, loyalty, scoring', things.flatMap(thingLines)),
    ...section('Mails', templates.flatMap(templateLines)),
    ...section(
      'People inside journeys that only send other mails',
      senders.map(({ id, people }) => `${id}: ${people.words.join('; ')}`),
    ),
  ].map(plain);
}

export function section(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', head, ...lines.map((line) => `  ${line}`)];
}

const SIGNS = { added: '+', removed: '-', changed: '~', moved: '>' } as const;

const fileLine = ({ file, change }: FileChange): string => `${SIGNS[change]} ${file}`;

function journeyLines({ change, differences, id, name, people, steps, words }: JourneyChange): string[] {
  return [
    `${SIGNS[change]} ${id}: ${name}`,
    ...(words === undefined ? [] : [`    ${words}`]),
    ...differences.map((one) => `    ${differenceText(one)}`),
    ...steps.map((one) => `    ${stepText(one)}`),
    ...(people.rule === 'nobody' ? [] : people.words.map((one) => `    → ${one}`)),
  ];
}

function stepText({ change, differences = [], id, place, placeBefore, words }: StepChange): string {
  switch (change) {
    case 'added':
      return `+ step ${id} (${words}), ${place}`;
    case 'removed':
      return `- step ${id} (${words}), which stood ${place}`;
    case 'moved':
      return `> step ${id} (${words}): ${place}; it stood ${placeBefore}`;
    case 'changed':
      return `~ step ${id}: ${differences.map(differenceText).join('; ')}`;
  }
}

function thingLines({ change, differences, id, kind, starts, words }: ThingChange): string[] {
  const name = id === kind ? kind : `${kind} ${id}`;
  return [
    `${SIGNS[change]} ${name}${words === undefined ? '' : `: ${words}`}`,
    ...differences.map((one) => `    ${differenceText(one)}`),
    ...(starts === undefined || starts.length === 0 ? [] : [`    → starts ${starts.join(', ')}`]),
  ];
}

function templateLines({ change, locales, name, required, sentBy }: TemplateChange): string[] {
  const senders = change === 'removed' || sentBy.length === 0 ? '' : `, sent by ${sentBy.join(', ')}`;
  return [
    `${SIGNS[change]} ${name}${senders}`,
    ...locales.map(({ change: way, differences, locale }) =>
      `    ${SIGNS[way]} ${locale} ${differences.map(differenceText).join('; ')}`.trimEnd(),
    ),
    ...(required === undefined ? [] : [`    needs: ${required.before} → ${required.after}`]),
  ];
}

function differenceText({ at, before, after, breadth }: Difference): string {
  const wide = breadth === undefined ? '' : ` (${breadth === 'wider' ? 'more' : 'fewer'} people)`;
  if (before === undefined) return `${at}: ${after === 'changed' ? '' : 'now '}${after}`;
  return after === undefined ? `${at}: no more, it was ${before}` : `${at}: ${before} → ${after}${wide}`;
}
