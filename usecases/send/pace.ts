/** The line of mails to SES as it stands in the table: one item for all senders, and one conditional write for a whole batch. */
import type { Instant } from '#core/instant.ts';
import { book, close, type Lane, LIMITS_MS, newPace, type Pace, type Turn, withLimits } from '#core/pace.ts';
import type { Clock, Item, Mailer, Table } from '../ports.ts';
import { paceKey } from '../store/keys.ts';

export type PaceDependencies = {
  readonly table: Table;
  readonly mailer: Pick<Mailer, 'limits'>;
  readonly now: Clock;
  readonly warn: (what: string, cause: unknown) => void;
};

/** Lost races in a row; so many senders at once do not exist, for the queue's concurrency is bounded. */
const RACES_MAX = 25;
/** After SES did not say its limits, they are asked for again so much later. */
const LIMITS_RETRY_MS = 60_000;

/** A turn for each who asks, given by the item as it was seen, or as it stands where that has changed. */
export async function takeTurns(
  dependencies: PaceDependencies,
  seen: Item | undefined,
  asks: readonly Lane[],
): Promise<readonly Turn[]> {
  if (asks.length === 0) return [];
  const now = dependencies.now();
  let turns: readonly Turn[] = [];
  const changed = await change(dependencies, seen, async (pace) => {
    const known = now - pace.limitsAt < LIMITS_MS ? pace : await asked(dependencies, pace, now);
    const booked = book(known, asks, now);
    turns = booked.turns;
    return booked.pace;
  });
  if (changed) return turns;
  return asks.map(() => ({ type: 'none', again: now + 1000, why: 'many senders ask for a place in the line at once' }));
}

/** Lets nobody send until an instant: what concerns the account would meet every mail. */
export async function closeLine(dependencies: PaceDependencies, until: Instant, why: string): Promise<void> {
  const seen = await dependencies.table.get(paceKey);
  await change(dependencies, seen, async (pace) => close(pace, until, why));
}

/** The line as the item has it. */
export function paceOf(item: Item | undefined): Pace {
  return item === undefined ? newPace : (JSON.parse(String(item.body)) as Pace);
}

/** Changes the item, again from the start where somebody else was faster. False where that never ended. */
async function change({ table }: PaceDependencies, seen: Item | undefined, to: (pace: Pace) => Promise<Pace>): Promise<boolean> {
  let item = seen;
  for (let race = 0; race < RACES_MAX; race += 1) {
    const pace = paceOf(item);
    const next = await to(pace);
    if (next === pace) return true;
    const version = Number(item?.version ?? 0);
    const put = { ...paceKey, version: version + 1, body: JSON.stringify(next) };
    const written = await table.write({ put, if: item === undefined ? 'absent' : { version } });
    if (written.ok) return true;
    item = written.failed[0]?.item ?? (await table.get(paceKey));
  }
  return false;
}

async function asked({ mailer, warn }: PaceDependencies, pace: Pace, now: Instant): Promise<Pace> {
  try {
    return withLimits(pace, await mailer.limits(), now);
  } catch (cause) {
    warn('SES does not say what the account may send: the last known limits count, or those of its sandbox', cause);
    return { ...pace, limitsAt: now - LIMITS_MS + LIMITS_RETRY_MS };
  }
}
