import type { Message } from '#core/decision.ts';
import type { TimelineEvent } from '#core/event.ts';
import { toIso } from '#core/instant.ts';
import type { Handed, Item, Mailer, Value } from '../ports.ts';
import { eventItem } from '../store/events.ts';
import { messageKey } from '../store/keys.ts';
import { closeLine, type PaceDependencies } from './pace.ts';
import type { Wait } from './wait.ts';

export type OutcomeDependencies = PaceDependencies & { readonly mailer: Mailer };

/** Statuses of a message that nobody is sending. */
export const OPEN: readonly string[] = ['queued', 'waiting'];

export const messageOf = (item: Item): Message => JSON.parse(String(item.body)) as Message;

/** After SES said "too fast": long enough for the second that was full, spread over a few. */
const TOO_FAST_MS = 2000;

/** Writes down what became of a claimed message. Answers until when it must wait, where SES does not take it now. */
export async function recordOutcome(
  dependencies: OutcomeDependencies,
  message: Message,
  handed: Handed,
  subject: string,
): Promise<Wait | undefined> {
  const { table, now } = dependencies;
  const settle = (set: Readonly<Record<string, Value>>, remove: readonly string[] = []): Promise<unknown> =>
    // If SES's own event was faster, that stands.
    table.write({ update: messageKey(message.customer, message.id), set, remove, if: { status: 'claimed' } });
  switch (handed.outcome) {
    case 'sent':
      await settle({ status: 'sent', sesId: handed.id, sentAt: toIso(now()), subject }, ['reason']);
      return undefined;
    case 'refused':
      await settle({ status: 'failed', reason: `SES refused it: ${handed.reason}` });
      return undefined;
    case 'later':
      await settle({ status: 'waiting', reason: `SES will take it later: ${handed.reason}` });
      return { until: now() + TOO_FAST_MS };
    case 'closed': {
      const why = `SES takes no mail of this account now: ${handed.reason}`;
      await settle({ status: 'waiting', reason: why });
      await closeLine(dependencies, now() + handed.forMs, why);
      return { until: now() + handed.forMs, why };
    }
    case 'unknown':
      await inDoubt(dependencies, message, handed.reason);
      return undefined;
  }
}

/**
 * Whether it was sent, nobody knows (I3). The message says so, and an event lets the customer's timer settle it by the
 * declared policy, unless SES's own event does before.
 */
export async function inDoubt({ table, now }: PaceDependencies, message: Message, reason: string): Promise<void> {
  const at = now();
  const event: TimelineEvent = {
    id: `unknown-${message.id}-${at}`,
    customer: message.customer,
    kind: 'mail',
    name: 'Email Outcome Unknown',
    at,
    receivedAt: at,
    keyTime: toIso(at),
    identities: {},
    properties: { message: message.id, journey: message.journey, step: message.step, run: message.run, reason },
    trust: 'system',
    origin: 'feedback',
  };
  await table.transact([
    { update: messageKey(message.customer, message.id), set: { status: 'unknown', reason }, if: { status: 'claimed' } },
    { put: eventItem(event), if: 'absent' },
  ]);
}
