/** The stages of a lead: who stands where, since when, by what, and how long they waited for an answer. */
import type { Scoring, Stage } from './catalogue.ts';
import { newCustomer, type StageState } from './customer.ts';
import { type Draft, note } from './draft.ts';
import { type Instant, NEVER } from './instant.ts';
import { type Dependencies, type Linker, link, type Test } from './test.ts';

export type LinkedStages = {
  /** From the lowest up. */
  readonly list: readonly { readonly stage: Stage; readonly test: Test }[];
  readonly dependencies: Dependencies;
  readonly goBack: boolean;
  readonly contacts: ReadonlySet<string>;
  /** True where somebody of whom nothing is known is in no stage, for good. */
  readonly startsEmpty: boolean;
};

/** Changes of stage that a person's item remembers. */
const HISTORY_MAX = 20;

/** Under this key stands when the stage next may change by the mere passage of time; no segment has such an id. */
export const STAGE = '#stage';

/** What a company does that is not a mail, where the catalogue names nothing else. */
const CONTACTS = ['Lead Contacted'];

const NOWHERE: StageState = { rank: -1, history: [] };

export function linkStages(scoring: Scoring | undefined, linker: Linker): LinkedStages | undefined {
  if (scoring?.stages === undefined || scoring.stages.length === 0) return undefined;
  const own: Linker = { ...linker, dependencies: new Set() };
  const list = scoring.stages.map((stage) => ({ stage, test: link(stage.when, own) }));
  const nobody = { customer: newCustomer('cus_', 0), now: 0, properties: {}, trigger: {} };
  const startsEmpty =
    list.every(({ test }) => {
      const { is, until } = test(nobody);
      return !is && until === NEVER;
    }) && ![...own.dependencies].some((key) => key.startsWith('segment:'));
  const contacts = new Set(scoring.contacts ?? CONTACTS);
  return { list, dependencies: own.dependencies, goBack: scoring.stagesGoBack ?? false, contacts, startsEmpty };
}

/** Asks which stage somebody is in; without `stagesGoBack` only those above the present one. A change starts what waits for it. */
export function askStage(draft: Draft, at: Instant, by: string): void {
  const { customer } = draft;
  const { stages } = draft.catalogue;
  if (stages === undefined) {
    delete customer.flips[STAGE];
    return;
  }
  const state = customer.stage ?? NOWHERE;
  const rank = state.id === undefined ? -1 : stages.list.findIndex(({ stage }) => stage.id === state.id);
  const { next, until } = highest(draft, stages, { above: stages.goBack ? -1 : rank, at });
  if (until === NEVER) delete customer.flips[STAGE];
  else customer.flips[STAGE] = until;
  const reached = next ?? (stages.goBack ? -1 : rank);
  const stage = stages.list[reached]?.stage;
  if (stage?.id === state.id) return;
  enter(draft, stage, { rank: reached, at, by, isUp: reached > rank });
}

/** Notes that the company turned to somebody: of the stage that the person was in then, the first time counts. */
export function takeContact(draft: Draft, at: Instant): void {
  const { stage } = draft.customer;
  if (stage === undefined) return;
  const index = stage.history.findLastIndex((entry) => entry.at <= at);
  const entry = stage.history[index];
  if (entry === undefined || (entry.contactedAt !== undefined && entry.contactedAt <= at)) return;
  draft.customer.stage = { ...stage, history: stage.history.with(index, { ...entry, contactedAt: at }) };
}

/** Of two people who are one the higher stage counts, with what happened to either of them before it was reached. */
export function foldStages(one: StageState | undefined, other: StageState | undefined): StageState | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const higher = other.rank > one.rank ? other : one;
  const since = higher.history.at(-1)?.at ?? NEVER;
  const lower = (higher === one ? other : one).history.filter(({ at }) => at < since);
  const history = [...lower, ...higher.history].sort((a, b) => a.at - b.at).slice(-HISTORY_MAX);
  return { ...higher, history };
}

function highest(
  { customer }: Draft,
  { list, goBack }: LinkedStages,
  { above, at }: { readonly above: number; readonly at: Instant },
): { readonly next: number | undefined; readonly until: Instant } {
  let until = NEVER;
  for (let index = list.length - 1; index > above; index -= 1) {
    const truth = list[index]?.test({ customer, now: at, properties: {}, trigger: {} });
    if (truth === undefined) continue;
    if (!truth.is || goBack) until = Math.min(until, truth.until);
    if (truth.is) return { next: index, until };
  }
  return { next: undefined, until };
}

function enter(
  draft: Draft,
  stage: Stage | undefined,
  { rank, at, by, isUp }: { readonly rank: number; readonly at: Instant; readonly by: string; readonly isUp: boolean },
): void {
  const { id: before, history } = draft.customer.stage ?? NOWHERE;
  const entry = { stage: stage?.id ?? null, at, by };
  draft.customer.stage = { ...(stage && { id: stage.id }), rank, history: [...history, entry].slice(-HISTORY_MAX) };
  draft.changed.add('stage');
  note(draft, at, 'stage', `${before ?? 'no stage'} → ${stage?.id ?? 'no stage'}, by ${by}`);
  const why = stage === undefined ? `left the stage ${before ?? ''}` : `reached the stage ${stage.id}`;
  draft.starts.push({ key: 'stage_change', at, name: `${isUp ? 'up' : 'down'}:${stage?.id ?? ''}`, why });
}
