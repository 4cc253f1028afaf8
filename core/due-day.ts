import { add, DAY_MS, type Duration, type Instant } from './instant.ts';

/**
 * Whether something that is done every so often is to be done today (UTC), by a schedule that looks once a day: a few minutes
 * more or less than whole days since the last time are of no matter. Due where it was never done.
 */
export function isDueToday(last: Instant | undefined, every: Duration, now: Instant): boolean {
  return last === undefined || dayOf(now) >= dayOf(add(last, every));
}

const dayOf = (at: Instant): number => Math.floor(at / DAY_MS);
