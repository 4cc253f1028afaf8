import { DAY_MS, type Instant, NEVER } from '../instant.ts';
import { type Calibration, calibrated } from './calibration.ts';
import { chancesToLeave, type Lifetime, medianWaitWeeks, probabilityAlive, probabilityOfOrder } from './lifetime.ts';

/** A customer between two orders: what stays the same while time passes. */
export type Silence = {
  readonly repeats: number;
  /** Starts of the days of the first and of the last order. */
  readonly firstOrderAt: Instant;
  readonly lastOrderAt: Instant;
};

const WEEK_MS = 7 * DAY_MS;

/** Beyond this, an instant has no ISO text of four digits, and nobody waits for it. */
const LATEST: Instant = Date.parse('9999-12-31T23:59:59.999Z');

export function pAliveAt(lifetime: Lifetime, silence: Silence, at: Instant): number {
  return probabilityAlive(lifetime, buyerAtInstant(silence, at));
}

/** The probability of at least one order within the next `weeks`, as it is, or as past customers of this shop bear it out. */
export function pOrderAt(
  lifetime: Lifetime,
  { silence, at, weeks, calibration }: OrderQuestion & { readonly at: Instant },
): number {
  const raw = probabilityOfOrder(lifetime, buyerAtInstant(silence, at), weeks);
  return calibration === undefined ? raw : calibrated(calibration, raw);
}

export type OrderQuestion = { readonly silence: Silence; readonly weeks: number; readonly calibration?: Calibration };

/**
 * The first millisecond, from the last order on, at which P(alive) is below the line if no further order comes; NEVER where it
 * stays above, as that of a one-time buyer does under BG/NBD. By the inverse of P(alive), then settled to the millisecond
 * with P(alive) itself, so that who asks at the instant gets the answer that the instant was solved for.
 */
export function whenPAliveFallsBelow(lifetime: Lifetime, silence: Silence, line: number): Instant {
  const { r, alpha, a, b } = lifetime.params;
  const tossed = chancesToLeave(lifetime.kind, silence.repeats);
  if (!(line > 0)) return NEVER;
  if (line >= 1) return tossed > 0 || line > 1 ? silence.lastOrderAt : NEVER;
  if (tossed === 0) return NEVER;
  const lnGrowth = Math.log(((1 / line - 1) * (b + tossed - 1)) / a) / (r + silence.repeats);
  const lastWeek = (silence.lastOrderAt - silence.firstOrderAt) / WEEK_MS;
  const near = silence.lastOrderAt + Math.expm1(lnGrowth) * (alpha + lastWeek) * WEEK_MS;
  return firstInstant((at) => pAliveAt(lifetime, silence, at) < line, silence.lastOrderAt, near);
}

/**
 * The first millisecond, from the last order on, at which the probability of an order within the next `weeks` is below the
 * line if no order comes: both of its factors fall with time, so there is one such instant.
 */
export function whenPOrderFallsBelow(lifetime: Lifetime, question: OrderQuestion, line: number): Instant {
  if (!(line > 0)) return NEVER;
  return firstInstant((at) => pOrderAt(lifetime, { ...question, at }) < line, question.silence.lastOrderAt);
}

/**
 * When an active customer will have ordered with even chance, as seen at an instant. It moves on while no order comes; as
 * seen at the last order it is the date that the customer's own rhythm promised. NEVER beyond the year 9999.
 */
export function nextOrderAt(lifetime: Lifetime, silence: Silence, seenAt: Instant): Instant {
  const at = seenAt + medianWaitWeeks(lifetime, buyerAtInstant(silence, seenAt)) * WEEK_MS;
  return at < LATEST ? Math.round(at) : NEVER;
}

/** The first millisecond, from the last order on, at which the next order is expected at `date` or later, if none comes. */
export function whenNextOrderMovesTo(lifetime: Lifetime, silence: Silence, date: Instant): Instant {
  return firstInstant((at) => nextOrderAt(lifetime, silence, at) >= date, silence.lastOrderAt);
}

/**
 * The first whole millisecond, not before `from`, at which something holds that, once true, stays true; NEVER where it is not
 * true in the year 9999. About 50 questions, or a handful where the answer is known to be `near`.
 */
export function firstInstant(holds: (at: Instant) => boolean, from: Instant, near: number = from): Instant {
  if (holds(from)) return from;
  let [before, reach] = [Math.max(from, Math.min(LATEST, Math.floor(near) - 1)), 2];
  while (before > from && holds(before)) {
    before = Math.max(from, before - reach);
    reach *= 4;
  }
  reach = 2;
  let after = before + reach;
  while (after < LATEST && !holds(after)) {
    before = after;
    reach *= 4;
    after = before + reach;
  }
  if (after >= LATEST && !holds(LATEST)) return NEVER;
  after = Math.min(after, LATEST);
  while (after - before > 1) {
    const middle = before + Math.floor((after - before) / 2);
    if (holds(middle)) after = middle;
    else before = middle;
  }
  return after;
}

function buyerAtInstant({ repeats, firstOrderAt, lastOrderAt }: Silence, at: Instant) {
  return { repeats, lastWeek: (lastOrderAt - firstOrderAt) / WEEK_MS, ageWeeks: (at - firstOrderAt) / WEEK_MS };
}
