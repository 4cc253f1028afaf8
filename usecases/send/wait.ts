/** Mails whose turn has not come: which, until when, and back into the queue. */
import { share } from '#core/hash.ts';
import { type Instant, MINUTE_MS, toIso } from '#core/instant.ts';
import { claim, goesAt, type Turn } from '#core/pace.ts';
import type { Item, Line } from '../ports.ts';
import type { Ready } from '../send.ts';
import { messageKey } from '../store/keys.ts';
import { OPEN } from './outcome.ts';
import { type PaceDependencies, paceOf, takeTurns } from './pace.ts';

/** With a place the mail comes back for it; without one it asks again. */
export type Wait = { readonly until: Instant; readonly turnAt?: Instant; readonly why?: string };

export type WaitDependencies = PaceDependencies & {
  readonly line: Line;
  /** Told each time that SES takes nothing from the account, or the quota is used up. */
  readonly ring: (why: string) => void;
};

/** What a queue can delay. */
const DELAY_SECONDS_MAX = 900;
/** Those without a place come back spread over a time, not all at once. */
const SPREAD_MS_MAX = MINUTE_MS;
/** A wait that is longer is worth a word on the message. */
const UNSAID_MS = MINUTE_MS;

/** Until when each has to wait; nothing for those who may go. Places are taken for all in one write. */
export async function waits(
  dependencies: WaitDependencies,
  item: Item | undefined,
  ready: readonly Ready[],
): Promise<readonly (Wait | undefined)[]> {
  const now = dependencies.now();
  const { closedUntil, closedWhy } = paceOf(item);
  const held = ready.map(({ task: { turnAt } }): Wait | 'go' | 'ask' => {
    if (closedUntil > now) return { until: closedUntil, why: closedWhy };
    if (turnAt === undefined) return 'ask';
    const claimed = claim(turnAt, now);
    if (claimed === 'later') return { until: goesAt(turnAt), turnAt };
    return claimed === 'go' ? 'go' : 'ask';
  });
  const asking = ready.filter((_, index) => held[index] === 'ask');
  const turns = await takeTurns(
    dependencies,
    item,
    asking.map(({ message }) => message.topicType),
  );
  let next = 0;
  return held.map((one) => (one === 'ask' ? waitFor(turns[next++], now) : one === 'go' ? undefined : one));
}

function waitFor(turn: Turn | undefined, now: Instant): Wait | undefined {
  if (turn === undefined) return { until: now };
  if (turn.type === 'none') return { until: turn.again, why: turn.why };
  if (goesAt(turn.at) <= now) return undefined;
  return { until: goesAt(turn.at), turnAt: turn.at, why: `many mails at once: its turn comes at ${toIso(turn.at)}` };
}

/** Puts mails back as new ones of the queue. What waits long says so where a marketer looks. */
export async function putBack(
  { table, line, now, ring }: WaitDependencies,
  waiting: readonly { readonly one: Ready; readonly wait: Wait }[],
): Promise<void> {
  if (waiting.length === 0) return;
  const at = now();
  const held = waiting.find(({ wait }) => wait.turnAt === undefined && wait.why !== undefined)?.wait.why;
  if (held !== undefined) ring(held);
  const said = waiting.filter(
    ({ one, wait }) => wait.why !== undefined && wait.until - at > UNSAID_MS && one.item.reason !== wait.why,
  );
  await Promise.all(
    said.map(({ one: { task }, wait }) =>
      table.write({
        update: messageKey(task.customer, task.message),
        set: { status: 'waiting', reason: wait.why ?? '' },
        if: { status: OPEN },
      }),
    ),
  );
  await line.add(waiting.map(({ one, wait }) => ({ body: bodyOf(one, wait), delaySeconds: delaySeconds(one, wait, at) })));
}

/** As the bus brings it: what is put back is read like what is new. */
function bodyOf({ task: { customer, message, trigger, voucher } }: Ready, { turnAt }: Wait): object {
  return {
    detail: {
      customer,
      message,
      ...(trigger && { trigger }),
      ...(voucher && { voucher }),
      ...(turnAt !== undefined && { turnAt }),
    },
  };
}

function delaySeconds({ message }: Ready, { until, turnAt }: Wait, now: Instant): number {
  const spreadMs = turnAt === undefined ? share('spread', message.id) * Math.min(SPREAD_MS_MAX, until - now) : 0;
  return Math.min(DELAY_SECONDS_MAX, Math.max(1, Math.ceil((until - now + spreadMs) / 1000)));
}
