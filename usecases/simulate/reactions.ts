import type { Message } from '#core/decision.ts';
import type { TimelineEvent } from '#core/event.ts';
import { share } from '#core/hash.ts';
import { HOUR_MS, MINUTE_MS } from '#core/instant.ts';
import { mailEvent } from '../feedback/report.ts';

/** The shares of mails, from 0 to 1, that are assumed to be delivered, opened, clicked. */
export type Assumed = { readonly delivered?: number; readonly opened?: number; readonly clicked?: number };

export type Reaction = keyof Assumed | 'bounced';

const NAMES: Readonly<Record<Reaction, string>> = {
  delivered: 'Email Delivered',
  opened: 'Email Opened',
  clicked: 'Email Link Clicked',
  bounced: 'Email Bounced',
};

/** How long after the mail each reaction is assumed to come. */
const AFTER_MS = { delivered: MINUTE_MS, opened: HOUR_MS, clicked: 2 * HOUR_MS } as const;

/**
 * What is assumed to come of a mail. One number, a hash of the message's id, is held against all shares: so the same mail
 * always gets the same reactions, a larger share only adds to a smaller one, and who clicks has also opened, where as many
 * are assumed to open.
 */
export function assumedReactions(message: Message, assumed: Assumed): TimelineEvent[] {
  const place = share('reaction', message.id);
  return (['delivered', 'opened', 'clicked'] as const).flatMap((reaction) =>
    place < (assumed[reaction] ?? 0) ? [reactionTo(message, reaction, message.at + AFTER_MS[reaction])] : [],
  );
}

/** What the mail system would report, as `feedback` writes it to the timeline. */
export function reactionTo(message: Message, reaction: Reaction, at: number): TimelineEvent {
  const properties = { email_id: message.id, ...(reaction === 'bounced' && { bounceType: 'Permanent' }) };
  return mailEvent(message, { id: `simulated-${reaction}-${message.id}`, name: NAMES[reaction], at, properties });
}
