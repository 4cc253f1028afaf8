import { fromIso, type Instant, toIso } from '#core/instant.ts';
import type { Item, Table } from './ports.ts';
import { BadCursor } from './read-timeline.ts';
import { allPages } from './store/all-items.ts';
import { releaseListPk } from './store/keys.ts';

/** That a release became the current one: an entry in the list, newest first. A rollback is one too. */
export type ReleaseNote = {
  readonly id: string;
  readonly at: Instant;
  readonly author: string;
  readonly note?: string;
  readonly counts: Readonly<Record<'journeys' | 'segments' | 'templates' | 'forms' | 'topics', number>>;
  /** The events that people inside its journeys may wait for. */
  readonly awaits: readonly string[];
};

/** One page, newest first. Throws `BadCursor` for a cursor that this did not give. */
export async function listReleases(
  table: Table,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Promise<{ readonly items: readonly ReleaseNote[]; readonly cursor: string | null }> {
  if (cursor !== undefined && !/^R#[^#]+#.+$/.test(cursor))
    throw new BadCursor('the cursor is none that the list of releases gave');
  const page = await table.query(releaseListPk, {
    prefix: 'R#',
    descending: true,
    limit,
    ...(cursor !== undefined && { cursor }),
  });
  return { items: page.items.map(releaseNote), cursor: page.cursor };
}

/** All entries, newest first. */
export async function releaseNotes(table: Table): Promise<ReleaseNote[]> {
  return newestReleases(table, Number.NEGATIVE_INFINITY);
}

/** The releases that were current at some time after an instant: those published after it, and the one that was current then. */
export async function newestReleases(table: Table, after: Instant): Promise<ReleaseNote[]> {
  const found: ReleaseNote[] = [];
  for await (const page of allPages(table, releaseListPk, { prefix: 'R#', descending: true })) {
    for (const note of page.map(releaseNote)) {
      found.push(note);
      if (note.at < after) return found;
    }
  }
  return found;
}

/** Two entries at the same millisecond are two of different releases. */
export function releaseNoteItem(note: ReleaseNote): Item {
  const { id, at, ...rest } = note;
  return { pk: releaseListPk, sk: `R#${toIso(at)}#${id}`, body: JSON.stringify(rest) };
}

function releaseNote({ sk, body }: Item): ReleaseNote {
  const [, at = '', id = ''] = /^R#([^#]+)#(.+)$/.exec(sk) ?? [];
  const rest = JSON.parse(String(body)) as Omit<ReleaseNote, 'id' | 'at'>;
  return { id, at: fromIso(at) ?? 0, ...rest };
}
