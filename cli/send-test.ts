import type { Problem } from '#schemas/problem.ts';
import { apiOf } from './api.ts';
import { type Command, json, Misuse, remote, textOf } from './command.ts';
import { broken, occasion, wishOf } from './preview/wish.ts';
import { plain, show } from './show.ts';

export const sendTest: Command = {
  name: 'send-test',
  usage: 'TEMPLATE',
  summary: 'Send one mail to yourself, as a test, through the system and SES',
  details: [
    'Renders the template as "rekindle preview" does, and sends it to one address with "[Test]" before its subject. It is on',
    'nobody’s timeline and counts in no report, and its links unsubscribe nobody. The address must be among "testRecipients"',
    'of the published policy, or be confirmed with --any-address. The key needs the scope mails:test.',
  ],
  options: {
    to: { type: 'string', value: 'ADDRESS', help: 'Who gets it' },
    'any-address': { type: 'boolean', help: 'Also where "testRecipients" does not name the address' },
    ...occasion,
    ...remote,
    ...json,
  },
  examples: [
    'rekindle send-test welcome --to ann@example.com --any-address',
    'rekindle send-test thank-you --to me@example.com --locale pt --event order.json',
  ],
  run: async (context) => {
    const to = textOf(context, 'to');
    if (to === undefined) throw new Misuse('--to ADDRESS is missing');
    const anyAddress = context.options['any-address'] === true;
    const wish = { ...wishOf(context), to, ...(anyAddress && { anyAddress }) };
    const { status, body } = await apiOf(context).call('POST', '/admin/v1/mails/test', wish, [422]);
    if (status === 422) throw broken((body as { problems: readonly Problem[] }).problems);
    const { subject, id } = body as { subject: string; id: string };
    show(context, body, () => [`Sent to ${plain(to)}: ${plain(subject)} (SES id ${plain(id)}).`]);
    return 0;
  },
};
