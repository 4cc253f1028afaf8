/** A journey made ready for deciding: its steps by id, with what comes after each, and its conditions as functions. */
import type { Journey, Step, TemplateRef, Topic, Trigger } from '../catalogue.ts';
import { digest } from '../hash.ts';
import { canonical, type Json } from '../json.ts';
import type { LinkedMetric } from '../linked.ts';
import { parseRecurrence, type Recurrence } from '../recurrence.ts';
import { type Linker, link, linkWhere, type Test } from '../test.ts';
import { awaited, journeyConditions, triggerPaths } from './listens.ts';
import { nested, steps } from './nested.ts';

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

export function linkJourney(
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

/** The higher number goes first; equal ones in the order of their ids, so that nothing depends on the order of files. */
export function byPriority(one: Pick<LinkedJourney, 'journey'>, other: Pick<LinkedJourney, 'journey'>): number {
  return (other.journey.priority ?? 0) - (one.journey.priority ?? 0) || (one.journey.id < other.journey.id ? -1 : 1);
}

export function isActive({ journey }: LinkedJourney): boolean {
  return journey.status === 'active';
}
