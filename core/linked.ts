/** A release made ready for deciding: conditions as functions, and indexes, so that a stimulus costs what it touches. */
import type { Cap, Release, Topic } from './catalogue.ts';
import type { Duration } from './instant.ts';
import { byPriority, isActive, type LinkedJourney, linkJourney, type VersionedJourney, versioned } from './journey/linked.ts';
import { alarmKeys, loggedPaths, reactions, startKeys } from './journey/listens.ts';
import { inOrder, type LinkedSegment, linkSegment } from './linked-segments.ts';
import { type LinkedLoyalty, linkLoyalty } from './loyalty/linked.ts';
import { loyaltyEvents, programmeOf } from './loyalty/programme.ts';
import type { MetricDefinition } from './metrics.ts';
import { type LinkedPrediction, linkPrediction } from './prediction/linked.ts';
import { type LinkedScore, linkScores } from './scoring.ts';
import { type LinkedStages, linkStages } from './stages.ts';
import type { Linker, Test } from './test.ts';
import type { VoucherPool } from './vouchers.ts';

export type LinkedMetric = MetricDefinition & { readonly where?: Test };

export type Catalogue = {
  readonly id: string;
  readonly release: Release;
  readonly topics: ReadonlyMap<string, Topic>;
  readonly metrics: ReadonlyMap<string, readonly LinkedMetric[]>;
  readonly scores: ReadonlyMap<string, LinkedScore>;
  /** Absent where the release has no stages. */
  readonly stages?: LinkedStages;
  readonly segments: ReadonlyMap<string, LinkedSegment>;
  /** Segments by what they depend on. */
  readonly segmentsBy: ReadonlyMap<string, readonly LinkedSegment[]>;
  readonly startedBy: ReadonlyMap<string, readonly LinkedJourney[]>;
  /** The current version of each journey, whatever its status. */
  readonly current: ReadonlyMap<string, LinkedJourney>;
  /** Journeys that start by the calendar, by what changes when they do: `attribute:birthday`, `segment:vip`. */
  readonly alarmsBy: ReadonlyMap<string, readonly LinkedJourney[]>;
  readonly alarms: readonly LinkedJourney[];
  /** All caps, of the policy and of journeys: sends are remembered for as long as one of them looks back. */
  readonly caps: readonly Cap[];
  /** Journeys by version, also those of older releases that people are still in. */
  readonly versions: ReadonlyMap<string, LinkedJourney>;
  /** For each event that a wait, an exit or a goal listens for: the property paths that they look at. */
  readonly logged: ReadonlyMap<string, readonly string[]>;
  readonly loyalty: LinkedLoyalty | undefined;
  readonly prediction: LinkedPrediction | undefined;
  readonly pools: ReadonlyMap<string, VoucherPool>;
  /** How long before vouchers lapse journeys want to hear of it. */
  readonly voucherWarnings: readonly Duration[];
};

/** Links a release, and the older journey versions that customers are still in. */
export function linkRelease(release: Release, older: readonly VersionedJourney[] = []): Catalogue {
  const prediction = release.prediction && linkPrediction(release.prediction, release.loyalty);
  const unscored: Linker = {
    metrics: new Map(),
    dependencies: new Set(),
    scores: new Map(),
    ...(prediction && { predictions: prediction }),
  };
  const scores = linkScores(release.scoring, unscored);
  const linker: Linker = { ...unscored, scores };
  const stages = linkStages(release.scoring, linker);
  const segments = inOrder(release.segments).map((segment, order) => linkSegment(segment, order, { linker, prediction }));
  const topics = new Map(release.topics.map((topic) => [topic.id, topic]));
  const current = release.journeys.map((journey) => linkJourney(versioned(journey, release.templates), linker, topics));
  const all = [...older.map((one) => linkJourney(one, linker, topics)), ...current];
  const active = current.filter(isActive).sort(byPriority);
  const { policy, journeys } = release;
  const loyalty = release.loyalty && linkLoyalty(release.loyalty, policy.zone, journeys, linker);
  const alarms = active.filter(({ journey: { trigger } }) => trigger.type === 'schedule' || trigger.type === 'date');
  return {
    id: release.id,
    release,
    topics,
    metrics: grouped([...linker.metrics.values()].map((metric) => [metric.event, metric])),
    scores,
    ...(stages && { stages }),
    segments: new Map(segments.map((one) => [one.segment.id, one])),
    segmentsBy: grouped(segments.flatMap((one) => [...one.dependencies].map((key) => [key, one] as const))),
    startedBy: grouped(active.flatMap((one) => startKeys(one.journey).map((key) => [key, one] as const))),
    current: new Map(current.map((one) => [one.journey.id, one])),
    alarmsBy: grouped(alarms.flatMap((one) => alarmKeys(one.journey).map((key) => [key, one] as const))),
    alarms,
    caps: [...(release.policy.caps ?? []), ...release.journeys.flatMap(({ caps = [] }) => caps)],
    versions: new Map(all.map((one) => [one.version, one])),
    logged: loggedPaths(all),
    loyalty,
    prediction,
    pools: new Map((release.vouchers ?? []).map((pool) => [pool.id, pool])),
    voucherWarnings: voucherWarnings(active),
  };
}

/** The event names that must start an evaluation because something in the release listens for them. */
export function mentionedEvents(release: Release): string[] {
  const catalogue = linkRelease(release);
  const names = new Set([...catalogue.metrics.keys(), ...catalogue.logged.keys()]);
  for (const key of catalogue.startedBy.keys()) if (key.startsWith('event:')) names.add(key.slice('event:'.length));
  if (release.loyalty !== undefined) for (const name of loyaltyEvents(programmeOf(release.loyalty))) names.add(name);
  for (const name of catalogue.prediction?.events ?? []) names.add(name);
  for (const name of catalogue.stages?.contacts ?? []) names.add(name);
  for (const name of release.scoring?.touches ?? []) names.add(name);
  for (const journey of release.journeys) for (const name of reactions(journey)) names.add(name);
  return [...names].sort();
}

function voucherWarnings(journeys: readonly LinkedJourney[]): Duration[] {
  const wanted = journeys.flatMap(({ journey: { trigger } }) => (trigger.type === 'voucher' ? [trigger.expiring] : []));
  return [...new Set(wanted)].sort();
}

function grouped<V>(pairs: readonly (readonly [string, V])[]): Map<string, V[]> {
  const map = new Map<string, V[]>();
  for (const [key, value] of pairs) {
    const list = map.get(key);
    if (list === undefined) map.set(key, [value]);
    else list.push(value);
  }
  return map;
}
