import type { SuppressionReason } from '#core/suppression.ts';
import type { SuppressionView } from '#usecases/read-customer.ts';
import type { Suppressing } from '#usecases/suppress.ts';
import { apiOf, part } from './api.ts';
import { type Command, type Context, json, Misuse, only, remote, textOf } from './command.ts';
import { plain, show, time } from './show.ts';

const REASON = { type: 'string', value: 'TEXT', help: 'Why; it stands on the timeline with the name of the key' } as const;

export const block: Command = {
  name: 'block',
  usage: 'ID|EMAIL',
  summary: 'Send a customer no mail any more, until it is lifted',
  details: ['No mail at all, service mail included, also none that was decided already. --reason is needed.'],
  options: { reason: REASON, ...remote, ...json },
  examples: ['rekindle block ann@example.com --reason "asked by phone, ticket 4711"'],
  run: async (context) => {
    const reason = textOf(context, 'reason')?.trim();
    if (reason === undefined || reason === '') throw new Misuse('--reason is missing: say why, for those who ask later');
    const { body } = await apiOf(context).call('POST', address(context), { reason });
    const { changed } = body as Suppressing;
    show(context, body, () => [changed ? 'Blocked. No mail goes out any more.' : 'Was blocked already; nothing has changed.']);
    return 0;
  },
};

export const unblock: Command = {
  name: 'unblock',
  usage: 'ID|EMAIL',
  summary: 'Lift a block, or what a bounce or a complaint led to',
  details: [
    'Lifts the block by hand, unless --what names something else. What else suppresses the customer stays.',
    'SES may keep an address that bounced on a list of its own: see "Consent and suppression" in docs/rights.md.',
  ],
  options: {
    what: { type: 'string', value: 'WHAT', help: 'manual (unless told), bounce or complaint' },
    reason: REASON,
    ...remote,
    ...json,
  },
  examples: [
    'rekindle unblock ann@example.com',
    'rekindle unblock ann@example.com --what bounce --reason "mailbox was full, now repaired"',
  ],
  run: async (context) => {
    const what = textOf(context, 'what') ?? 'manual';
    const reason = textOf(context, 'reason');
    if (!(what in LIFTED)) throw new Misuse(`--what is manual, bounce or complaint, not ${what}`);
    const query = new URLSearchParams({ what, ...(reason !== undefined && { reason }) });
    const { body } = await apiOf(context).call('DELETE', `${address(context)}?${query}`);
    const { changed, suppressions } = body as Suppressing;
    const [done, nothing] = LIFTED[what as SuppressionReason];
    show(context, body, () => [
      changed ? done : nothing,
      ...suppressions.map((one) => `Still suppressed: ${suppressionText(one)}`),
    ]);
    return 0;
  },
};

const LIFTED: Readonly<Record<SuppressionReason, readonly [done: string, nothing: string]>> = {
  manual: ['No longer blocked.', 'Was not blocked; nothing has changed.'],
  bounce: ['The bounce counts no more.', 'There was no bounce; nothing has changed.'],
  complaint: ['The complaint counts no more.', 'There was no complaint; nothing has changed.'],
};

const REASONS: Readonly<Record<SuppressionReason, string>> = {
  manual: 'blocked',
  bounce: 'the address has bounced',
  complaint: 'a mail was marked as spam',
};

/** `blocked by “support”: asked by phone, since 2026-11-21 20:40:15` */
export function suppressionText({ reason, at, by, why, address }: SuppressionView): string {
  const who = by === undefined ? '' : ` by “${plain(by)}”`;
  const which = address === undefined ? '' : ` (${plain(address)})`;
  return `${REASONS[reason]}${which}${who}${why === undefined ? '' : `: ${plain(why)}`}, since ${time(at)}`;
}

function address(context: Context): string {
  return `/admin/v1/customers/${part(only(context, 'ID|EMAIL'))}/suppression`;
}
