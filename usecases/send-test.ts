import type { Policy } from '#core/catalogue.ts';
import { customerIdOfEmail, normalEmail } from '#core/identity.ts';
import type { Handed, Mail, Mailer, Table } from './ports.ts';
import type { MailPreview } from './preview-mail.ts';
import { loadPerson } from './store/customers.ts';

export type TestDependencies = { readonly table: Table; readonly mailer: Pick<Mailer, 'hand'> };

export type TestMail = {
  readonly to: string;
  readonly preview: MailPreview;
  /** Of the release in force: what a draft says of itself allows nothing. */
  readonly policy: Policy | undefined;
  readonly sender: Policy['sender'];
  /** The sender has said that the address is meant, though no list allows it. */
  readonly anyAddress: boolean;
};

export type TestSent = Handed | { readonly outcome: 'not_allowed'; readonly reason: string };

/**
 * Hands one mail to SES that is no message of any customer: it is not on a timeline, its subject says what it is, nothing in
 * it unsubscribes anybody, and without a customer in its tags what SES reports about it is counted for nobody.
 */
export async function sendTest({ table, mailer }: TestDependencies, test: TestMail): Promise<TestSent> {
  const reason = notAllowed(test) ?? (await unreachable(table, test.to));
  if (reason !== undefined) return { outcome: 'not_allowed', reason };
  const { preview, sender, to } = test;
  const mail: Mail = {
    to,
    fromName: sender.name,
    ...(sender.address !== undefined && { from: sender.address }),
    ...(sender.replyTo !== undefined && { replyTo: sender.replyTo }),
    subject: `[Test] ${preview.subject}`,
    html: preview.html,
    text: preview.text,
    headers: {},
    tags: { test: preview.template },
  };
  return mailer.hand(mail);
}

function notAllowed({ to, policy, anyAddress }: TestMail): string | undefined {
  if (anyAddress) return undefined;
  const address = to.toLowerCase();
  const listed = policy?.testRecipients ?? [];
  const allowed = listed.some((one) =>
    one.startsWith('@') ? address.endsWith(one.toLowerCase()) : address === one.toLowerCase(),
  );
  if (allowed) return undefined;
  const known = listed.length === 0 ? 'lists nobody' : `lists ${listed.join(', ')}`;
  return `${to} is not among those who may get test mails: "testRecipients" of the published policy ${known}`;
}

/** A mail to an address that bounced, or whose owner calls us spam, costs reputation, whatever its subject says. */
async function unreachable(table: Table, to: string): Promise<string | undefined> {
  const email = normalEmail(to);
  if (email === undefined) return `${to} is not an address`;
  const { customer } = await loadPerson(table, customerIdOfEmail(email));
  if (customer?.suppressed === undefined) return undefined;
  return `${to} is suppressed (${customer.suppressed.reason}): nothing is sent there`;
}
