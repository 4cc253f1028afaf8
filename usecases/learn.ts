/** Learns the forecasts of a shop from its customers' orders, and publishes them as part of a release. */
import { isDueToday } from '#core/due-day.ts';
import { DAY_MS, fromIso, type Instant, MINUTE_MS, toIso } from '#core/instant.ts';
import { learnModel } from '#core/prediction/learn-model.ts';
import type { LifetimeKind } from '#core/prediction/lifetime.ts';
import type { PredictionModel } from '#core/prediction/model.ts';
import { kindOf, learnEveryOf } from '#core/prediction/settings.ts';
import { gatherHistories } from './learn/gather.ts';
import { publishModel } from './learn/publish-model.ts';
import type { Bus, Clock, Item, Pause, Table } from './ports.ts';
import { publishAll } from './relay.ts';
import { type Catalogues, currentRelease } from './store/catalogue.ts';

export type LearnDependencies = {
  readonly table: Table;
  readonly bus: Bus;
  readonly catalogues: Catalogues;
  readonly now: Clock;
  readonly pause: Pause;
};

/** How the latest learning stands, or how it ended. */
export type LearnState = {
  readonly status: 'requested' | 'running' | 'published' | 'refused' | 'failed';
  readonly by: string;
  readonly startedAt: string;
  readonly doneAt?: string;
  /** Customers that were read so far. */
  readonly customers: number;
  /** Why nothing was learnt. */
  readonly reason?: string;
  /** The release that carries the model. */
  readonly release?: string;
};

const key = { pk: 'JOB', sk: 'LEARN' };

/** The function ends after a quarter of an hour; what has not moved for longer is gone. */
const STALE_MS = 16 * MINUTE_MS;

/** Asks for it. Answers at once; `learnState` tells how it goes on. */
export async function requestLearn(
  { table, bus, now, pause }: Omit<LearnDependencies, 'catalogues'>,
  by: string,
): Promise<LearnState> {
  const item = await table.get(key);
  if (item !== undefined && isRunning(item, now())) return stateOf(item);
  const at = now();
  await write(table, at, { status: 'requested', by, startedAt: toIso(at), customers: 0 });
  const published = { source: 'rekindle.internal', type: 'Learn Due', at, detail: { by } } as const;
  const left = await publishAll({ bus, pause }, [{ published }]);
  if (left.length > 0) throw new Error('the bus did not take the request; the schedule learns all the same');
  return { status: 'requested', by, startedAt: toIso(at), customers: 0 };
}

export async function learnState(table: Table): Promise<LearnState | undefined> {
  const item = await table.get(key);
  return item && stateOf(item);
}

/**
 * What the daily schedule does: learns where the last time is `learnEvery` ago. After a failure it tries again the next day;
 * where there was too little to learn from, as if it had learnt.
 */
export async function learnIfDue(dependencies: LearnDependencies): Promise<LearnState | undefined> {
  const { table, now, catalogues } = dependencies;
  const prediction = (await currentRelease(catalogues))?.prediction;
  if (prediction === undefined) return undefined;
  const { status, startedAt } = (await learnState(table)) ?? {};
  const last = status === 'published' || status === 'refused' ? fromIso(startedAt ?? '') : undefined;
  return isDueToday(last, learnEveryOf(prediction.settings), now()) ? learn(dependencies, 'the schedule') : undefined;
}

/**
 * Reads what customers have ordered, learns, and publishes the model with the release that is current then. Undefined where
 * the release asks for no forecasts, or somebody else is at it. A refusal is kept, with its reason.
 */
export async function learn(dependencies: LearnDependencies, by: string): Promise<LearnState | undefined> {
  const { table, now, catalogues } = dependencies;
  const release = await currentRelease(catalogues);
  if (release?.prediction === undefined) return undefined;
  const kind = kindOf(release.prediction.settings);
  const running: LearnState = { status: 'running', by, startedAt: toIso(now()), customers: 0 };
  if (!(await claim(table, now(), running))) return undefined;
  let customers = 0;
  const end = async (how: Pick<LearnState, 'status' | 'reason' | 'release'>): Promise<LearnState> => {
    const state = { ...running, ...how, customers, doneAt: toIso(now()) };
    await write(table, now(), state);
    return state;
  };
  try {
    const learnt = await learnFrom(dependencies, kind, async (read) => {
      customers = read;
      await write(table, now(), { ...running, customers });
    });
    if ('refused' in learnt) return await end({ status: 'refused', reason: learnt.refused });
    const published = await publishModel(dependencies, { model: learnt, under: release }, by);
    return await end(
      'refused' in published
        ? { status: 'refused', reason: published.refused }
        : { status: 'published', release: published.release },
    );
  } catch (cause) {
    await end({ status: 'failed', reason: cause instanceof Error ? cause.message : String(cause) });
    throw cause;
  }
}

async function learnFrom(
  { table, now }: LearnDependencies,
  kind: LifetimeKind,
  tell: (customers: number) => Promise<void>,
): Promise<PredictionModel | { readonly refused: string }> {
  const { histories, customers, parts, partsAll } = await gatherHistories({ table, now }, tell);
  const at = now();
  const model = learnModel({
    kind,
    histories,
    untilDay: Math.floor(at / DAY_MS),
    fittedAt: toIso(at),
  });
  if ('refused' in model || parts === partsAll) return model;
  const about = Math.round((customers / parts) * partsAll);
  return { ...model, notes: [...model.notes, `Learnt from ${customers} of about ${about} customers, an even sample.`] };
}

async function claim(table: Table, at: Instant, state: LearnState): Promise<boolean> {
  const item = await table.get(key);
  if (item !== undefined && isRunning(item, at)) return false;
  const put = itemOf(at, state);
  const claimed = await table.write({ put, if: item === undefined ? 'absent' : { movedAt: Number(item.movedAt) } });
  return claimed.ok;
}

const isRunning = ({ status, movedAt }: Item, at: Instant): boolean =>
  status === 'running' && Math.abs(at - Number(movedAt)) < STALE_MS;

async function write(table: Table, at: Instant, state: LearnState): Promise<void> {
  await table.write({ put: itemOf(at, state) });
}

function itemOf(at: Instant, state: LearnState): Item {
  return { ...key, status: state.status, movedAt: at, body: JSON.stringify(state) };
}

function stateOf({ body }: Item): LearnState {
  return JSON.parse(String(body)) as LearnState;
}
