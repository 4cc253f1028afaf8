/** What a customer keeps of one scoring rule's events, so that its points at any instant can be told without the events. */
import type { Metric } from './customer.ts';
import type { EventId } from './event.ts';
import { add, type Duration, type Instant } from './instant.ts';

/** How the events of one rule count: all that the state depends on besides which events they are. */
export type Tally = {
  /** Instants that are kept one by one; older ones become a number, or stop counting where `latestOnly`. */
  readonly keep: number;
  readonly latestOnly: boolean;
  readonly max?: number;
  /** With `max`: that many in each period of this length, the earliest of each; periods are counted from 1970 in UTC. */
  readonly perMs?: number;
  readonly halfLifeMs?: number;
  readonly expires?: Duration;
};

/** Instants of one rule that an item holds at the most. */
export const INSTANTS_MAX = 100;

/** Events of one rule that are remembered by their ids, to explain a score with. */
const IDS_MAX = 10;

export function tallyOf(
  limit: { readonly max: number; readonly per?: Duration } | undefined,
  { halfLifeMs, expires }: { readonly halfLifeMs?: number | undefined; readonly expires?: Duration | undefined },
): Tally {
  const perMs = limit?.per === undefined ? undefined : add(0, limit.per);
  // Where instants matter, the latest ones count up to the limit, so that what counts does not depend on the order of arrival.
  const latestOnly = expires !== undefined || (limit !== undefined && perMs === undefined && halfLifeMs !== undefined);
  const few = limit !== undefined && perMs === undefined ? limit.max : INSTANTS_MAX;
  return {
    keep: latestOnly ? few : perMs === undefined ? IDS_MAX : INSTANTS_MAX,
    latestOnly,
    ...(limit !== undefined && { max: limit.max }),
    ...(perMs !== undefined && { perMs }),
    ...(halfLifeMs !== undefined && { halfLifeMs }),
    ...(expires !== undefined && { expires }),
  };
}

/**
 * Takes one event in, at its own time, in whatever order events arrive. Of the result `t` are instants (oldest first), `e`
 * the ids of the newest of them, `n` how many older ones there are, and `s` what these weigh at `a`, where points fade.
 */
export function tallied(
  known: Metric | undefined,
  tally: Tally,
  event: { readonly at: Instant; readonly id: string },
  now: Instant,
): Metric {
  const metric = known ?? { n: 0, t: [], e: [] };
  const t = [...(metric.t ?? [])];
  const e = [...(metric.e ?? [])];
  const unnamed = t.length - e.length;
  let place = t.length;
  while (place > 0 && isLater(t[place - 1] as number, e[place - 1 - unnamed], event)) place -= 1;
  t.splice(place, 0, event.at);
  if (place >= unnamed) e.splice(place - unnamed, 0, event.id);
  const surplus = tally.perMs === undefined ? undefined : surplusOf(t, tally, event.at);
  if (surplus !== undefined) {
    const name = surplus - (t.length - e.length);
    t.splice(surplus, 1);
    if (name >= 0) e.splice(name, 1);
  }
  const { expires } = tally;
  while (expires !== undefined && t.length > 0 && add(t[0] as number, expires) <= now) t.shift();
  return shortened({ ...metric, t }, tally, e);
}

/** What a rule's events come to at an instant: how many count in full, what the fading ones weigh, and when full ones end. */
export function weigh(metric: Metric, tally: Tally, now: Instant): { full: number; fading: number; ends: readonly Instant[] } {
  const { n, t = [] } = metric;
  const { expires, halfLifeMs, max, perMs } = tally;
  const counted = countedOf(t, tally);
  if (expires !== undefined) {
    const ends = counted.map((at) => add(at, expires)).filter((end) => end > now);
    return { full: ends.length, fading: 0, ends };
  }
  if (halfLifeMs === undefined) {
    const full = n + counted.length;
    return { full: max === undefined || perMs !== undefined ? full : Math.min(full, max), fading: 0, ends: NONE };
  }
  let fading = metric.s === undefined ? 0 : metric.s * faded(now - (metric.a ?? now), halfLifeMs);
  for (const at of counted) fading += faded(now - at, halfLifeMs);
  return { full: 0, fading, ends: NONE };
}

/** The events that count, told one by one as far as their ids are known, and the earlier ones; `left` is what is left of 1 of each. */
export function told(metric: Metric, tally: Tally, now: Instant) {
  const { t = [], e = [] } = metric;
  const weight = weigh(metric, tally, now);
  const all = weight.full + weight.fading;
  const counted = new Set(countedOf(t, tally));
  const left = (at: Instant): number => {
    if (tally.expires !== undefined) return add(at, tally.expires) > now ? 1 : 0;
    return tally.halfLifeMs === undefined ? 1 : faded(now - at, tally.halfLifeMs);
  };
  const named = e.map((id, index) => ({ id, at: t[t.length - e.length + index] as Instant }));
  const most = tally.max !== undefined && tally.perMs === undefined ? Math.min(tally.max, IDS_MAX) : IDS_MAX;
  const events = named
    .filter(({ at }) => counted.has(at) && left(at) > 0)
    .slice(-most)
    .map((one) => ({ ...one, left: left(one.at) }));
  const known = tally.halfLifeMs === undefined ? weight.full : metric.n + countedOf(t, tally).length;
  const count = known - events.length;
  const rest = events.reduce((sum, one) => sum - one.left, all);
  return { events, earlier: { count, left: count === 0 ? 0 : rest }, count: known };
}

/** What is left of 1 after so long. What lies ahead has not begun to fade. */
export function faded(ageMs: number, halfLifeMs: number): number {
  return ageMs <= 0 ? 1 : 2 ** (-ageMs / halfLifeMs);
}

/** A tally within its bounds again, after a fold. */
export function trimmedTally(metric: Metric, tally: Tally): Metric {
  const { t = [], e = [] } = metric;
  const { max = 1, perMs } = tally;
  if (perMs === undefined) return shortened({ ...metric, t: [...t] }, tally, e);
  const first = firstOf(t, perMs, max);
  const unnamed = t.length - e.length;
  return shortened(
    { ...metric, t: t.filter((_, place) => first[place]) },
    tally,
    e.filter((_, place) => first[place + unnamed]),
  );
}

/** The tallies of two people who are one: all events of both. Limits are applied again when the result is read. */
export function foldTallies(one: Metric, other: Metric): Metric {
  const named = ({ t = [], e = [] }: Metric) => t.map((at, index) => ({ at, id: e[index - (t.length - e.length)] }));
  const all = [...named(one), ...named(other)].sort((a, b) => a.at - b.at || ((a.id ?? '') < (b.id ?? '') ? -1 : 1));
  const nameless = all.findLastIndex(({ id }) => id === undefined);
  const e = all.slice(nameless + 1).flatMap(({ id }) => id ?? []);
  const h = one.h ?? other.h;
  const summary = h === undefined ? {} : foldSummaries(one, other, h);
  return { n: one.n + other.n, t: all.map(({ at }) => at), e: e.slice(-IDS_MAX), ...summary };
}

function foldSummaries(one: Metric, other: Metric, h: number): Pick<Metric, 's' | 'a' | 'h'> {
  const a = Math.max(one.a ?? 0, other.a ?? 0);
  const s = [one, other].reduce((sum, each) => sum + (each.s ?? 0) * faded(a - (each.a ?? a), h), 0);
  return { s, a, h };
}

const isLater = (at: Instant, id: string | undefined, event: { readonly at: Instant; readonly id: string }): boolean =>
  at > event.at || (at === event.at && id !== undefined && id > event.id);

/** The place of the latest event of a period in which there are too many now. */
function surplusOf(t: readonly Instant[], { perMs = 1, max = 1 }: Tally, at: Instant): number | undefined {
  const period = Math.floor(at / perMs);
  let count = 0;
  let latest: number | undefined;
  for (let i = t.length - 1; i >= 0 && Math.floor((t[i] as number) / perMs) >= period; i -= 1) {
    if (Math.floor((t[i] as number) / perMs) !== period) continue;
    latest ??= i;
    count += 1;
  }
  return count > max ? latest : undefined;
}

/** Lets the oldest instants go into the summary, or go altogether where only the latest count. */
function shortened(
  known: Metric & { readonly t: Instant[] },
  { keep, latestOnly, halfLifeMs }: Tally,
  ids: readonly EventId[],
): Metric {
  const { t } = known;
  const e = ids.slice(Math.max(0, ids.length - Math.min(IDS_MAX, keep, t.length)));
  const metric = { ...known, e };
  if (t.length <= keep) return metric;
  const gone = t.splice(0, t.length - keep);
  if (latestOnly) return metric;
  const n = metric.n + gone.length;
  if (halfLifeMs === undefined) return { ...metric, n };
  const a = Math.max(metric.a ?? 0, gone.at(-1) as number);
  const before = metric.s === undefined ? 0 : metric.s * faded(a - (metric.a ?? a), halfLifeMs);
  return { ...metric, n, s: gone.reduce((sum, at) => sum + faded(a - at, halfLifeMs), before), a, h: halfLifeMs };
}

/** The kept instants that count. After a fold there may be more of them than the limit lets count. */
function countedOf(t: readonly Instant[], { keep, latestOnly, perMs, max = 1 }: Tally): readonly Instant[] {
  if (perMs === undefined) return latestOnly && t.length > keep ? t.slice(-keep) : t;
  const first = firstOf(t, perMs, max);
  const counted = t.filter((_, place) => first[place]);
  return latestOnly && counted.length > keep ? counted.slice(-keep) : counted;
}

/** Which of the instants are among the first ones of their period. */
function firstOf(t: readonly Instant[], perMs: number, max: number): readonly boolean[] {
  let period = Number.NaN;
  let count = 0;
  return t.map((at) => {
    const its = Math.floor(at / perMs);
    count = its === period ? count + 1 : 1;
    period = its;
    return count <= max;
  });
}

const NONE: readonly never[] = [];
