import type { Note } from '#core/decision.ts';
import type { TimelineItem } from '../read-timeline.ts';

/** A note of a decision as the timeline shows it. */
export type DatedNote = Omit<Note, 'at'> & { readonly at: string };

/** A mail with what has become of it since it was decided. */
export type MailItem = TimelineItem & {
  readonly id: string;
  readonly template: string;
  readonly step: string;
  readonly status: string;
  readonly reason?: string;
};

export type EventItem = TimelineItem & { readonly name: string; readonly properties?: Readonly<Record<string, unknown>> };

/** A timeline, sorted for asking: oldest first. */
export type Records = {
  readonly journeys: readonly string[];
  /** What was noted about a journey. */
  readonly of: (journey: string) => readonly DatedNote[];
  readonly notes: readonly DatedNote[];
  readonly mail: (id: string | undefined) => MailItem | undefined;
  readonly events: readonly EventItem[];
};

export function recordsOf(items: readonly TimelineItem[]): Records {
  const decisions = items.filter(({ type }) => type === 'decision').sort(byTime);
  const notes = decisions.flatMap(({ notes: list }) => (list ?? []) as readonly DatedNote[]);
  // Decisions in a row may speak of the same instants, so notes keep the order in which they were made where times are equal.
  const sorted = notes.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
  const mails = new Map(items.flatMap((item) => (item.type === 'message' ? [[String(item.id), item as MailItem] as const] : [])));
  const byJourney = Map.groupBy(sorted, ({ journey = '' }) => journey);
  return {
    journeys: [...byJourney.keys()].filter((id) => id !== ''),
    of: (journey) => byJourney.get(journey) ?? [],
    notes: sorted,
    mail: (id) => (id === undefined ? undefined : mails.get(id)),
    events: items.filter(({ type }) => type === 'event').sort(byTime) as EventItem[],
  };
}

const byTime = (one: TimelineItem, other: TimelineItem): number => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0);
