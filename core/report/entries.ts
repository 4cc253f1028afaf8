/** Who entered which journey, and who was held out of it: read out of a person's decisions. */
import type { Decision } from '../decision.ts';
import type { Instant } from '../instant.ts';
import { HELD_OUT_OF_ALL, HELD_OUT_OF_JOURNEY } from '../journey/start.ts';

export type Entry = {
  readonly journey: string;
  readonly run: string;
  readonly at: Instant;
  /** The release that decided it. */
  readonly release: string;
  /** By whose holdout nothing came of it: the journey's own one, or that of all marketing. */
  readonly heldOut?: 'journey' | 'all';
  /** The event that was evaluated: its key, under the id of whom it stands. */
  readonly event?: { readonly customer: string; readonly key: string };
};

/** All entries, each run once, in the order of time. */
export function entriesOf(decisions: readonly Decision[]): Entry[] {
  const entries = new Map<string, Entry>();
  const heldOut = new Map<string, 'journey' | 'all'>();
  for (const { notes, release, event } of decisions) {
    for (const { what, why, at, journey, run } of notes) {
      if (journey === undefined || run === undefined) continue;
      if (what === 'entered') entries.set(run, { journey, run, at, release, ...(event && { event }) });
      else if (what === 'left' && why.endsWith(HELD_OUT_OF_JOURNEY)) heldOut.set(run, 'journey');
      else if (what === 'left' && why.endsWith(HELD_OUT_OF_ALL)) heldOut.set(run, 'all');
    }
  }
  return [...entries.values()]
    .map((entry) => withHoldout(entry, heldOut.get(entry.run)))
    .sort((one, other) => one.at - other.at || (one.run < other.run ? -1 : 1));
}

/** Goals that were noted while people were inside a journey, by journey. */
export function goalsNoted(decisions: readonly Decision[]): Readonly<Record<string, number>> {
  const goals: Record<string, number> = {};
  for (const { notes } of decisions) {
    for (const { what, journey } of notes) {
      if (what === 'goal_reached' && journey !== undefined) goals[journey] = (goals[journey] ?? 0) + 1;
    }
  }
  return goals;
}

function withHoldout(entry: Entry, heldOut: Entry['heldOut']): Entry {
  return heldOut === undefined ? entry : { ...entry, heldOut };
}
