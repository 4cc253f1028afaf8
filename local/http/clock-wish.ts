import { add, fromIso, isDuration } from '#core/instant.ts';

/** Where somebody wants the clock to stand; worked out when it is this wish's turn. */
export type ClockWish = { readonly targetFrom: (now: number) => number };

/** The clock cannot be moved there. */
export class ClockRefused extends Error {
  override readonly name = 'ClockRefused';
}

/** The last instant that a four-digit year can name. */
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** Reads `{ "advance": "P61D" }` or `{ "now": "2027-01-01T00:00:00Z" }`. Throws `ClockRefused` with what is wrong. */
export function readClockWish(body: Readonly<Record<string, unknown>>): ClockWish {
  const keys = Object.keys(body);
  if (keys.length === 1 && keys[0] === 'advance') return advanceBy(body.advance);
  if (keys.length === 1 && keys[0] === 'now') return standAt(body.now);
  throw new ClockRefused(
    'Give either "advance", an ISO 8601 duration such as "P7D", or "now", an instant such as "2027-01-01T00:00:00Z".',
  );
}

export function advanceBy(duration: unknown): ClockWish {
  if (typeof duration !== 'string' || !isDuration(duration)) {
    throw new ClockRefused('"advance" must be an ISO 8601 duration above zero, for instance "P7D" or "PT2H".');
  }
  return { targetFrom: (now) => checked(add(now, duration), now, 'advance') };
}

export function standAt(instant: unknown): ClockWish {
  const at = typeof instant === 'string' ? fromIso(instant) : typeof instant === 'number' ? instant : undefined;
  if (at === undefined) throw new ClockRefused('"now" must be an instant, for instance "2027-01-01T00:00:00Z".');
  return { targetFrom: (now) => checked(at, now, 'now') };
}

function checked(target: number, now: number, key: string): number {
  if (!(target <= LATEST)) throw new ClockRefused(`"${key}" leads beyond the year 9999.`);
  if (target < now) throw new ClockRefused(`"${key}" lies in the past: the clock stands at ${new Date(now).toISOString()}.`);
  return target;
}
