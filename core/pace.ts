/**
 * The line of mails to SES: who may go when, so that all senders together keep to the account's rate and daily quota. It is
 * a token bucket that holds one second, kept as the time of the next free place (the generic cell rate algorithm), because
 * then places can be given in advance and nobody has to ask twice.
 */
import { type Instant, MINUTE_MS } from './instant.ts';

/** What SES says about the account. A `perDay` below zero means that there is no daily quota. */
export type Limits = { readonly perSecond: number; readonly perDay: number; readonly sentLastDay: number };

export type Lane = 'marketing' | 'transactional';

/** How far the line is booked. */
export type Pace = {
  readonly limits: Limits;
  /** When SES was asked for the limits. */
  readonly limitsAt: Instant;
  /** Places that were given since, and those before that were still to come: what `sentLastDay` does not count. */
  readonly booked: number;
  /** The next free place of each lane. */
  readonly free: Readonly<Record<Lane, Instant>>;
  /** Until when SES takes nothing from this account, and why. */
  readonly closedUntil: Instant;
  readonly closedWhy: string;
};

/** A place in the line: the mail may go from `at` on. Or none: ask again at an instant. */
export type Turn =
  | { readonly type: 'place'; readonly at: Instant }
  | { readonly type: 'none'; readonly again: Instant; readonly why: string };

/**
 * Shares of the account's rate. What is left is for clocks and networks that are not exact, and for other senders of the
 * account. Transactional mail goes in whichever lane is free earlier, so a blast of marketing never holds it up.
 */
const SHARE: Readonly<Record<Lane, number>> = { marketing: 0.8, transactional: 0.1 };
/** The part of the daily quota that marketing leaves to transactional mail. */
const QUOTA_RESERVE = 0.05;
/** How much earlier than its place a mail may go: what the bucket holds. */
const BURST_MS = 1000;
/** Limits that are older are asked for again. */
export const LIMITS_MS = 5 * MINUTE_MS;
/** The quota is of the last 24 hours, so it frees bit by bit. */
const QUOTA_WAIT_MS = 14 * MINUTE_MS;
/** Whoever comes later than this has lost the place: many of them at once would be more than the rate. */
const LATE_MS = 10_000;

/** Nobody was sent anything yet; without a word of SES the limits are those of its sandbox. */
export const newPace: Pace = {
  limits: { perSecond: 1, perDay: 200, sentLastDay: 0 },
  limitsAt: 0,
  booked: 0,
  free: { marketing: 0, transactional: 0 },
  closedUntil: 0,
  closedWhy: '',
};

/** Takes in what SES says now. */
export function withLimits(pace: Pace, limits: Limits, now: Instant): Pace {
  const ahead = (lane: Lane): number => Math.max(0, Math.ceil((pace.free[lane] - now) / intervalMs(pace.limits, lane)));
  return { ...pace, limits, limitsAt: now, booked: ahead('marketing') + ahead('transactional') };
}

/** Gives each who asks a place, transactional mail first. Turns stand in the order of the asks. */
export function book(pace: Pace, asks: readonly Lane[], now: Instant): { readonly pace: Pace; readonly turns: readonly Turn[] } {
  const turns: Turn[] = [];
  let after = pace;
  for (const lane of ['transactional', 'marketing'] as const) {
    for (const [index, ask] of asks.entries()) {
      if (ask !== lane) continue;
      const none = whyNone(after, lane, now);
      if (none !== undefined) turns[index] = none;
      else ({ pace: after, turn: (turns[index] as Turn) } = place(after, lane, now));
    }
  }
  return { pace: after, turns };
}

/** SES takes nothing from this account for now. */
export function close(pace: Pace, until: Instant, why: string): Pace {
  return until <= pace.closedUntil ? pace : { ...pace, closedUntil: until, closedWhy: why };
}

/** Whether a place that was given earlier holds: `go`, come back `later`, or ask for a new one (`lost`). */
export function claim(at: Instant, now: Instant): 'go' | 'later' | 'lost' {
  if (now < goesAt(at)) return 'later';
  return now > at + LATE_MS ? 'lost' : 'go';
}

/** The earliest instant at which the mail with this place may go. */
export const goesAt = (at: Instant): Instant => at - BURST_MS;

function place(pace: Pace, lane: Lane, now: Instant): { pace: Pace; turn: Turn } {
  const { free } = pace;
  const taken =
    lane === 'transactional' && Math.max(free.marketing, now) < Math.max(free.transactional, now) ? 'marketing' : lane;
  const at = Math.max(free[taken], now);
  const next = { ...free, [taken]: at + intervalMs(pace.limits, taken) };
  return { pace: { ...pace, free: next, booked: pace.booked + 1 }, turn: { type: 'place', at } };
}

const intervalMs = ({ perSecond }: Limits, lane: Lane): number => 1000 / (Math.max(perSecond, 0.01) * SHARE[lane]);

function whyNone(pace: Pace, lane: Lane, now: Instant): Turn | undefined {
  if (pace.closedUntil > now) return { type: 'none', again: pace.closedUntil, why: pace.closedWhy };
  const { perDay, sentLastDay } = pace.limits;
  const reserve = lane === 'marketing' ? Math.ceil(perDay * QUOTA_RESERVE) : 0;
  if (perDay < 0 || sentLastDay + pace.booked < perDay - reserve) return undefined;
  const why = `the account may send ${perDay} mails in 24 hours, and has: it waits until some of these are older`;
  return { type: 'none', again: now + QUOTA_WAIT_MS, why };
}
