/** What became of mails. Each one stands under exactly one status, so that the statuses add up to what was decided. */
import type { Instant } from '../instant.ts';

export type SeenMail = {
  readonly journey: string;
  readonly topic: string;
  readonly at: Instant;
  /** As it is stored now: queued, waiting, claimed, unknown, sent, delivered, opened, clicked, bounced, complained, skipped, failed. */
  readonly status: string;
  readonly reason?: string;
};

export type MailTally = {
  readonly decided: number;
  readonly status: Readonly<Record<string, number>>;
  /** Why mails were skipped, or failed. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
};

export const noMails: MailTally = { decided: 0, status: {}, skipped: {}, failed: {} };

export function mailTally({ status, reason = 'no reason was noted' }: SeenMail): MailTally {
  return {
    decided: 1,
    status: { [status]: 1 },
    skipped: status === 'skipped' ? { [reason]: 1 } : {},
    failed: status === 'failed' ? { [reason]: 1 } : {},
  };
}

/** Statuses that a mail can only have after SES took it. */
const SENT: readonly string[] = ['sent', 'delivered', 'opened', 'clicked', 'bounced', 'complained'];
/** Later reports replace earlier ones: who clicked, opened; who opened or complained, has got it. */
const ARRIVED: readonly string[] = ['delivered', 'opened', 'clicked', 'complained'];

export type MailFigures = {
  readonly decided: number;
  readonly sent: number;
  readonly arrived: number;
  readonly opened: number;
  readonly clicked: number;
  readonly bounced: number;
  readonly complained: number;
  readonly skipped: number;
  readonly failed: number;
  /** Still under way: queued, waiting for SES, being sent, or in doubt. */
  readonly underWay: number;
  readonly whySkipped: Readonly<Record<string, number>>;
  readonly whyFailed: Readonly<Record<string, number>>;
};

/** `decided` is `sent` + `skipped` + `failed` + `underWay`, always. */
export function mailFigures({ decided, status, skipped, failed }: MailTally): MailFigures {
  const of = (...names: readonly string[]): number => names.reduce((sum, name) => sum + (status[name] ?? 0), 0);
  const [sent, missed, broken] = [of(...SENT), of('skipped'), of('failed')];
  return {
    decided,
    sent,
    arrived: of(...ARRIVED),
    opened: of('opened', 'clicked'),
    clicked: of('clicked'),
    bounced: of('bounced'),
    complained: of('complained'),
    skipped: missed,
    failed: broken,
    underWay: decided - sent - missed - broken,
    whySkipped: skipped,
    whyFailed: failed,
  };
}
