import type { Release } from '#core/catalogue.ts';
import { add, type Instant, toIso } from '#core/instant.ts';
import { mentionedEvents } from '#core/linked.ts';
import { fillOrder, requestFill } from '../fill.ts';
import type { Bus, Clock, Item, Pause, Rules, Table } from '../ports.ts';
import { newestReleases, type ReleaseNote, releaseNoteItem } from '../releases.ts';
import type { Catalogues } from '../store/catalogue.ts';
import { currentKey } from '../store/keys.ts';

export type PublishDependencies = {
  readonly table: Table;
  readonly rules: Rules;
  readonly now: Clock;
  readonly catalogues: Catalogues;
  readonly bus: Bus;
  readonly pause: Pause;
};

export type RolledBack =
  | { readonly outcome: 'published'; readonly release: ReleaseNote }
  | { readonly outcome: 'unchanged'; readonly id: string }
  | { readonly outcome: 'unknown' }
  | Conflict;

/** Somebody else was faster, or is at it right now. */
export type Conflict = { readonly outcome: 'conflict'; readonly current: string | undefined; readonly reason: string };

export type Moved = Extract<RolledBack, { outcome: 'published' | 'unchanged' | 'conflict' }>;

/**
 * Moves the pointer. Until then the rules let through the events of both releases, and only afterwards are they trimmed to
 * those of the new one: so no event that the current release needs is ever without a rule.
 */
export async function moveTo(
  dependencies: PublishDependencies,
  release: Release,
  current: string | undefined,
  about: Pick<ReleaseNote, 'author' | 'note'>,
): Promise<Moved> {
  const { catalogues, now, rules, table } = dependencies;
  const previous = current === undefined ? [] : [await catalogues.release(current)];
  await rules.replace(await namesFor(dependencies, [release, ...previous]));
  const note: ReleaseNote = { id: release.id, at: now(), ...about, counts: countsOf(release), awaits: awaitedEvents(release) };
  const moved = await table.transact([
    {
      put: { ...currentKey, release: release.id, at: toIso(note.at) },
      if: current === undefined ? 'absent' : { release: current },
    },
    { put: releaseNoteItem(note) },
    fillOrder(release.id, note.at),
  ]);
  if (!moved.ok) return overtaken(await catalogues.current(), current);
  await rules.replace(await namesFor(dependencies, [release]));
  // It is the current one, also where the bus takes nothing just now: each minute somebody goes on with what was ordered.
  await requestFill(dependencies, release.id).catch(() => {});
  return { outcome: 'published', release: note };
}

/** How long people may still be inside a journey of a release that is not current any more. */
const IN_FLIGHT = 'P1Y';

/**
 * The events that need a rule: those that the releases mention, and those that journeys of earlier ones still wait for,
 * because whoever is inside finishes on the version that he entered.
 */
export async function namesFor({ table, now }: PublishDependencies, releases: readonly Release[]): Promise<string[]> {
  const earlier = await newestReleases(table, add(now(), IN_FLIGHT, -1));
  return [...new Set([...releases.flatMap(mentionedEvents), ...earlier.flatMap(({ awaits }) => awaits)])].sort();
}

/** What people inside the journeys of a release react to, whatever starts a journey. */
function awaitedEvents({ loyalty: _, scoring: __, prediction: ___, ...release }: Release): string[] {
  const inside = release.journeys.map((journey) => ({ ...journey, status: 'paused' as const }));
  return mentionedEvents({ ...release, segments: [], journeys: inside });
}

function countsOf(release: Release): ReleaseNote['counts'] {
  const { forms, journeys, segments, templates, topics } = release;
  return {
    journeys: journeys.length,
    segments: segments.length,
    templates: templates.length,
    forms: forms.length,
    topics: topics.length,
  };
}

/** Nothing under these keys ever changes: what is there already is the same. */
export async function store(table: Table, items: readonly Item[]): Promise<void> {
  for (let from = 0; from < items.length; from += WRITES_AT_ONCE) {
    await Promise.all(items.slice(from, from + WRITES_AT_ONCE).map((item) => table.write({ put: item, if: 'absent' })));
  }
}

const WRITES_AT_ONCE = 10;

/** A claim that is older than this belongs to somebody who is gone; a publication takes no longer. */
const CLAIM_MS = 60_000;
const claimKey = { pk: currentKey.pk, sk: 'PUBLISHING' };

/** One publication at a time: two that move rules at once would take from each other the rules that they need. */
export async function alone(
  { table, now, catalogues }: PublishDependencies,
  work: (current: string | undefined) => Promise<Moved>,
): Promise<Moved> {
  const at = now();
  const until = at + CLAIM_MS;
  const found = await table.get(claimKey);
  if (found !== undefined && isHeld(found, at)) return busy(await catalogues.current());
  const claimed = await table.write({
    put: { ...claimKey, until },
    if: found === undefined ? 'absent' : { until: Number(found.until) },
  });
  if (!claimed.ok) return busy(await catalogues.current());
  try {
    return await work(await catalogues.current());
  } finally {
    await table.write({ delete: claimKey, if: { until } });
  }
}

/** A claim from the future was made before the clock was set back. */
const isHeld = ({ until }: Item, at: Instant): boolean => Number(until) > at && Number(until) <= at + CLAIM_MS;

function busy(current: string | undefined): Conflict {
  return { outcome: 'conflict', current, reason: 'another release is being published right now: try again in a minute' };
}

export function overtaken(current: string | undefined, base: string | undefined): Conflict {
  return {
    outcome: 'conflict',
    current,
    reason: `the current release is ${current ?? 'none'}, not ${base ?? 'none'}: somebody published in between`,
  };
}
