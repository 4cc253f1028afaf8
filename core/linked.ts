/** A release made ready for deciding: conditions as functions, and indexes, so that a stimulus costs what it touches. */
import type { AwaitedEvent, Cap, Journey, Release, Segment, Step, TemplateRef, Topic, Trigger } from './catalogue.ts';
import type { Condition, EventCondition } from './condition.ts';
import { newCustomer } from './customer.ts';
import { digest } from './hash.ts';
import { ofPeople } from './human.ts';
import { type Duration, NEVER } from './instant.ts';
import { canonical, type Json } from './json.ts';
import { type LinkedLoyalty, linkLoyalty } from './loyalty/linked.ts';
import { loyaltyEvents, programmeOf } from './loyalty/programme.ts';
import type { MetricDefinition } from './metrics.ts';
import { type LinkedPrediction, linkPrediction } from './prediction/linked.ts';
import { parseRecurrence, type Recurrence } from './recurrence.ts';
import { type LinkedScore, linkScores } from './scoring.ts';
import { type LinkedStages, linkStages } from './stages.ts';
import { attributeKey, type Dependencies, type Facts, type Linker, link, linkWhere, type Test, type Truth } from './test.ts';
import type { VoucherPool } from './vouchers.ts';

export type LinkedMetric = MetricDefinition & { readonly where?: Test };

export type LinkedSegment = {
  readonly segment: Segment;
  readonly test: (facts: Facts) => SegmentTruth;
  readonly dependencies: Dependencies;
  /** No segment comes before one that it refers to. */
  readonly order: number;
  /** True where somebody of whom nothing is known is outside, for good: such a segment need not be asked about a new customer. */
  readonly startsEmpty: boolean;
};

/** `plainly` says why the plain rule was asked instead of the forecast. */
type SegmentTruth = Truth & { readonly plainly?: string };

/** A step with what comes after it, and where each of its branches leads. */
export type Node = {
  readonly step: Step;
  readonly next: string | undefined;
  readonly branches: Readonly<Record<string, string | undefined>>;
  readonly tests: Readonly<Record<string, Test>>;
};

export type LinkedJourney = {
  readonly journey: Journey;
  readonly version: string;
  readonly first: string | undefined;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly where: Test | undefined;
  readonly exits: readonly { readonly event: string; readonly where: Test | undefined }[];
  readonly goalWhere: Test | undefined;
  /** Property paths of the triggering event that conditions use; a run keeps these. */
  readonly uses: readonly string[];
  readonly listens: ReadonlySet<string>;
  readonly metrics: ReadonlyMap<string, LinkedMetric>;
  readonly templates: ReadonlyMap<string, TemplateRef>;
  /** Whether it sends marketing mail, which a holdout of all withholds. */
  readonly isMarketing: boolean;
  readonly recurrence: Recurrence | undefined;
};

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

/** A journey as it was released: with the template versions that it sends. Stored under its version, which is a hash of this. */
export type VersionedJourney = {
  readonly version: string;
  readonly journey: Journey;
  readonly templates: readonly TemplateRef[];
};

export function versioned(journey: Journey, templates: readonly TemplateRef[]): VersionedJourney {
  const used = new Set(steps(journey.steps).flatMap((step) => (step.type === 'send_email' ? [step.template] : [])));
  const refs = templates.filter(({ name }) => used.has(name));
  return { version: `jv_${digest(16, canonical({ journey, refs } as unknown as Json))}`, journey, templates: refs };
}

/** All steps, those inside others too, in the order in which they are written. */
export function steps(list: readonly Step[]): Step[] {
  return list.flatMap((step) => [step, ...Object.values(nested(step)).flatMap((inner) => steps(inner))]);
}

/** The lists of steps inside a step, by the name of the branch. */
export function nested(step: Step): Record<string, readonly Step[]> {
  switch (step.type) {
    case 'wait_for_event':
      return {
        ...Object.fromEntries(step.events.map((event, index) => [`event ${index}`, event.steps ?? []])),
        timeout: step.onTimeout ?? [],
      };
    case 'condition':
      return { yes: step.yes ?? [], no: step.no ?? [] };
    case 'branch':
      return { ...Object.fromEntries(step.cases.map((one) => [`case ${one.name}`, one.steps])), default: step.default ?? [] };
    case 'random_split':
      return Object.fromEntries(step.branches.map((one) => [`branch ${one.name}`, one.steps]));
    case 'wait_until':
      return { met: step.onMet ?? [], timeout: step.onTimeout ?? [] };
    case 'repeat':
      return { round: step.steps };
    case 'issue_voucher':
      return { issued: step.onIssued ?? [], refused: step.onRefused ?? [] };
    default:
      return {};
  }
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

function linkSegment(
  segment: Segment,
  order: number,
  { linker, prediction }: { readonly linker: Linker; readonly prediction: LinkedPrediction | undefined },
): LinkedSegment {
  const own: Linker = { ...linker, dependencies: new Set() };
  const test = withFallback(segment, own, prediction);
  const { is, until } = test({ customer: newCustomer('cus_', 0), now: 0, properties: {}, trigger: {} });
  return { segment, test, dependencies: own.dependencies, order, startsEmpty: !is && until === NEVER };
}

/** The condition; where it asks for forecasts that are not to be had, the plain rule that the segment states. */
function withFallback(
  { when, fallback }: Segment,
  linker: Linker,
  prediction: LinkedPrediction | undefined,
): (facts: Facts) => SegmentTruth {
  const test = link(when, linker);
  if (fallback === undefined) return test;
  const plain = link(fallback, linker);
  const paths = walk(when).flatMap((part) => ('attribute' in part ? [part.attribute] : []));
  return (facts) => {
    const missing = prediction === undefined ? NO_PREDICTION : prediction.missing(paths, facts.customer, facts.now);
    if (missing !== undefined) return { ...plain(facts), plainly: missing };
    const { is, until } = test(facts);
    return { is, until: Math.min(until, prediction?.staleAt ?? NEVER) };
  };
}

const NO_PREDICTION = 'the release has no prediction.json';

function linkJourney(
  { journey, version, templates }: VersionedJourney,
  shared: Linker,
  topics: ReadonlyMap<string, Topic>,
): LinkedJourney {
  const linker: Linker = { ...shared, dependencies: new Set() };
  const nodes = new Map<string, Node>();
  const first = place(journey.steps, undefined, nodes, linker);
  const { trigger, goal } = journey;
  return {
    journey,
    version,
    first,
    nodes,
    where: trigger.type === 'event' ? linkWhere(trigger, linker) : undefined,
    exits: (journey.exitWhen ?? []).map((exit) => ({ event: exit.event, where: linkWhere(exit, linker) })),
    goalWhere: goal && linkWhere(goal, linker),
    uses: [...new Set(journeyConditions(journey).flatMap(triggerPaths))].sort(),
    listens: new Set(awaited(journey).map(({ event }) => event)),
    metrics: linker.metrics,
    templates: new Map(templates.map((template) => [template.name, template])),
    isMarketing: steps(journey.steps).some(
      (step) => step.type === 'send_email' && topics.get(step.topic)?.type !== 'transactional',
    ),
    recurrence: recurrenceOf(trigger),
  };
}

/** The compiler refuses a rule that cannot be read; one that is released all the same never comes. */
function recurrenceOf(trigger: Trigger): Recurrence | undefined {
  const parsed = trigger.type === 'schedule' ? parseRecurrence(trigger.rule) : undefined;
  return typeof parsed === 'string' ? undefined : parsed;
}

/** Places a list of steps; answers the id of its first one, or what comes after an empty list. */
function place(list: readonly Step[], after: string | undefined, nodes: Map<string, Node>, linker: Linker): string | undefined {
  list.forEach((step, index) => {
    const next = list[index + 1]?.id ?? after;
    // After a round comes the question whether there is another one.
    const back = step.type === 'repeat' ? step.id : next;
    const branches = Object.fromEntries(
      Object.entries(nested(step)).map(([name, inner]) => [name, place(inner, back, nodes, linker)]),
    );
    nodes.set(step.id, { step, next, branches, tests: stepTests(step, linker) });
  });
  return list[0]?.id ?? after;
}

function stepTests(step: Step, linker: Linker): Record<string, Test> {
  switch (step.type) {
    case 'condition':
    case 'wait_until':
      return { when: link(step.when, linker) };
    case 'repeat':
      return step.until === undefined ? {} : { until: link(step.until, linker) };
    case 'branch':
      return Object.fromEntries(step.cases.map((one) => [`case ${one.name}`, link(one.when, linker)]));
    case 'wait_for_event':
      return Object.fromEntries(
        step.events.flatMap((event, index) => {
          const where = linkWhere(event, linker);
          return where === undefined ? [] : [[`event ${index}`, where] as const];
        }),
      );
    default:
      return {};
  }
}

function awaited(journey: Journey): (AwaitedEvent | EventCondition)[] {
  const waits = steps(journey.steps).flatMap((step) => (step.type === 'wait_for_event' ? step.events : []));
  return [...waits, ...(journey.exitWhen ?? []), ...(journey.goal ? [journey.goal] : [])];
}

function journeyConditions(journey: Journey): Condition[] {
  const inSteps = steps(journey.steps).flatMap((step): Condition[] => {
    if (step.type === 'condition' || step.type === 'wait_until') return [step.when];
    if (step.type === 'repeat') return step.until === undefined ? [] : [step.until];
    return step.type === 'branch' ? step.cases.map((one) => one.when) : [];
  });
  return [...inSteps, ...awaited(journey).flatMap(({ where }) => (where ? [{ not: where }] : []))];
}

/** Mail events that a journey reacts to by `message` conditions: feedback must reach the run. */
function reactions(journey: Journey): string[] {
  const asks = journeyConditions(journey).some((condition) => walk(condition).some((part) => 'message' in part));
  return asks ? ['Email Delivered', 'Email Opened', 'Email Link Clicked', 'Email Bounced'] : [];
}

/** A condition and all that stand inside it. */
function walk(condition: Condition): Condition[] {
  if ('all' in condition) return [condition, ...condition.all.flatMap(walk)];
  if ('any' in condition) return [condition, ...condition.any.flatMap(walk)];
  if ('not' in condition) return [condition, ...walk(condition.not)];
  return 'event' in condition && condition.where !== undefined ? [condition, ...walk(condition.where)] : [condition];
}

function triggerPaths(condition: Condition): string[] {
  return walk(condition).flatMap((part) => {
    if (!('property' in part)) return [];
    return part.equalsTrigger === undefined ? [part.property] : [part.property, part.equalsTrigger];
  });
}

function loggedPaths(journeys: readonly LinkedJourney[]): Map<string, readonly string[]> {
  const paths = new Map<string, Set<string>>();
  for (const { journey } of journeys) {
    for (const { event, where } of awaited(journey)) {
      const known = paths.get(event) ?? new Set<string>();
      const condition = ofPeople(event, where);
      for (const path of condition ? triggerPaths(condition) : []) known.add(path);
      paths.set(event, known);
    }
  }
  return new Map([...paths].map(([event, set]) => [event, [...set].sort()]));
}

function startKeys({ id, trigger }: Journey): string[] {
  return [`journey:${id}`, ...triggerKeys(id, trigger)];
}

function triggerKeys(id: string, trigger: Trigger): string[] {
  switch (trigger.type) {
    case 'event':
      return [`event:${trigger.event}`];
    case 'form':
      return [`${trigger.on === 'confirmation' ? 'confirmed' : 'form'}:${trigger.form}`];
    case 'segment_entry':
    case 'segment_exit':
      return [`${trigger.type}:${trigger.segment}`];
    case 'voucher':
    case 'tier_change':
    case 'stage_change':
    case 'points':
      return [trigger.type];
    case 'api':
      return [`api:${id}`];
    case 'schedule':
    case 'date':
      return [];
  }
}

function alarmKeys({ trigger }: Journey): string[] {
  if (trigger.type === 'schedule') {
    const segment = trigger.segment === undefined ? [] : [`segment:${trigger.segment}`];
    return trigger.zone === 'customer' ? [...segment, 'attribute:timezone'] : segment;
  }
  return trigger.type === 'date' ? [attributeKey(trigger.attribute), 'attribute:timezone'] : [];
}

/** The higher number goes first; equal ones in the order of their ids, so that nothing depends on the order of files. */
export function byPriority(one: Pick<LinkedJourney, 'journey'>, other: Pick<LinkedJourney, 'journey'>): number {
  return (other.journey.priority ?? 0) - (one.journey.priority ?? 0) || (one.journey.id < other.journey.id ? -1 : 1);
}

function voucherWarnings(journeys: readonly LinkedJourney[]): Duration[] {
  const wanted = journeys.flatMap(({ journey: { trigger } }) => (trigger.type === 'voucher' ? [trigger.expiring] : []));
  return [...new Set(wanted)].sort();
}

function isActive({ journey }: LinkedJourney): boolean {
  return journey.status === 'active';
}

function inOrder(segments: readonly Segment[]): Segment[] {
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  const done = new Set<string>();
  const ordered: Segment[] = [];
  const visit = (segment: Segment): void => {
    if (done.has(segment.id)) return;
    done.add(segment.id);
    for (const part of [segment.when, ...(segment.fallback ? [segment.fallback] : [])].flatMap(walk)) {
      const other = 'segment' in part ? byId.get(part.segment) : undefined;
      if (other !== undefined) visit(other);
    }
    ordered.push(segment);
  };
  for (const segment of segments) visit(segment);
  return ordered;
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
