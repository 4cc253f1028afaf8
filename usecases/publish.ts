import { versioned } from '#core/journey/linked.ts';
import type { Problem } from '#schemas/problem.ts';
import {
  alone,
  type Conflict,
  type Moved,
  moveTo,
  namesFor,
  overtaken,
  type PublishDependencies,
  type RolledBack,
  store,
} from './publish/current-release.ts';
import { withModelOf } from './publish/with-model.ts';
import { type ReleaseNote, releaseNotes } from './releases.ts';
import { journeyItem, releaseItems, templateItems } from './store/catalogue.ts';

export type { Conflict, PublishDependencies } from './publish/current-release.ts';

export type Draft = {
  /** Texts by path: `catalogue/journeys/welcome.json`, `templates/welcome.pt.mjml`. */
  readonly files: Readonly<Record<string, string>>;
  readonly note?: string;
  /** The release that the draft was made from; where another one is current by now, nothing is published. */
  readonly base?: string;
  readonly author: string;
};

export type Published =
  | { readonly outcome: 'published'; readonly release: ReleaseNote; readonly problems: readonly Problem[] }
  | { readonly outcome: 'unchanged'; readonly id: string; readonly problems: readonly Problem[] }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] }
  | Conflict;

/** Checks the files, and makes them the current release as a whole; or says what is wrong with them, and changes nothing. */
export async function publish(dependencies: PublishDependencies, draft: Draft): Promise<Published> {
  // Loaded when it is needed: the compiler of MJML takes longer to load than all the rest.
  const { compileCatalogue } = await import('./compile-catalogue.ts');
  const { problems, compiled } = await compileCatalogue(draft.files);
  if (compiled === undefined) return { outcome: 'refused', problems };
  const { templates } = compiled;
  const moved = await alone(dependencies, async (current): Promise<Moved> => {
    if (draft.base !== undefined && draft.base !== current) return overtaken(current, draft.base);
    const before = current === undefined ? undefined : await dependencies.catalogues.release(current);
    const release = withModelOf(before, compiled.release);
    if (current === release.id) {
      await dependencies.rules.replace(await namesFor(dependencies, [release]));
      return { outcome: 'unchanged', id: release.id };
    }
    await store(dependencies.table, [
      ...templates.flatMap(templateItems),
      ...release.journeys.map((journey) => journeyItem(versioned(journey, release.templates))),
      ...releaseItems(release),
    ]);
    return moveTo(dependencies, release, current, {
      author: draft.author,
      ...(draft.note !== undefined && { note: draft.note }),
    });
  });
  return moved.outcome === 'conflict' ? moved : { ...moved, problems };
}

/** Makes an earlier release current again. What is stored of it never changed, so only the pointer and the rules move. */
export async function rollback(dependencies: PublishDependencies, id: string, author: string): Promise<RolledBack> {
  const known = (await releaseNotes(dependencies.table)).some((note) => note.id === id);
  if (!known) return { outcome: 'unknown' };
  const release = await dependencies.catalogues.release(id);
  return alone(dependencies, async (current): Promise<Moved> => {
    if (current === id) return { outcome: 'unchanged', id };
    return moveTo(dependencies, release, current, { author, note: `rolled back from ${current ?? 'nothing'}` });
  });
}
