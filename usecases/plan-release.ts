import type { JourneyChange, People } from './plan-release/journeys.ts';
import { journeyChanges, sendersOf } from './plan-release/journeys.ts';
import { type TemplateChange, templateChanges } from './plan-release/templates.ts';
import { type ThingChange, thingChanges } from './plan-release/things.ts';
import { withModelOf } from './publish/with-model.ts';
import type { ReleaseContent } from './read-release.ts';

export type ReleasePlan = {
  /** The published release; null where there is none yet. */
  readonly from: string | null;
  readonly to: string;
  readonly unchanged: boolean;
  readonly files: readonly FileChange[];
  readonly journeys: readonly JourneyChange[];
  /** Journeys that stay as they are, but send mails that changed. */
  readonly senders: readonly { readonly id: string; readonly people: People }[];
  readonly things: readonly ThingChange[];
  readonly templates: readonly TemplateChange[];
};

export type FileChange = { readonly file: string; readonly change: 'added' | 'removed' | 'changed' };

/** What publishing a draft would change: which files, what it means, and what becomes of people who are inside a journey. */
export function planRelease(before: ReleaseContent | undefined, draft: ReleaseContent): ReleasePlan {
  const release = withModelOf(before?.release, draft.release);
  const after = { ...draft, id: release.id, release };
  const journeys = journeyChanges(before, after);
  const things = thingChanges(before?.release, after.release);
  const templates = templateChanges(before, after);
  return {
    from: before?.id ?? null,
    to: after.id,
    unchanged: before?.id === after.id,
    files: fileChanges({ journeys, things, templates }, after.release.policy.locale),
    journeys,
    senders: sendersOf(before, after),
    things,
    templates,
  };
}

/** The files that hold what changed. A release keeps no files, but a thing and its file have the same name. */
function fileChanges(
  { journeys, templates, things }: Pick<ReleasePlan, 'journeys' | 'templates' | 'things'>,
  locale: string,
): FileChange[] {
  const topics = things.filter(({ kind }) => kind === 'topic');
  const all: FileChange[] = [
    ...journeys.map(({ id, change }) => ({ file: `catalogue/journeys/${id}.json`, change })),
    ...things.flatMap(({ kind, id, change }): FileChange[] => {
      if (kind === 'segment' || kind === 'form') return [{ file: `catalogue/${kind}s/${id}.json`, change }];
      return kind === 'topic' ? [] : [{ file: `catalogue/${kind}.json`, change }];
    }),
    ...(topics.length === 0 ? [] : [{ file: 'catalogue/topics.json', change: 'changed' as const }]),
    ...templates.flatMap(({ name, locales }) =>
      locales.map((one) => ({
        file: `templates/${name}${one.locale === locale ? '' : `.${one.locale}`}.mjml`,
        change: one.change,
      })),
    ),
  ];
  return all.sort((one, other) => (one.file < other.file ? -1 : 1));
}
