import type { Customer } from '#core/customer.ts';
import type { Message } from '#core/decision.ts';
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { MINUTE_MS, toIso } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import { missing, renderMail } from '#core/mail/render.ts';
import { whyNot } from '#core/why-not.ts';
import { isErased } from './erasure/tombstones.ts';
import { type MailLinks, mailVariables } from './mail-variables.ts';
import type { Clock, Handed, Item, Mail, Mailer, Table, Value } from './ports.ts';
import type { Catalogues } from './store/catalogue.ts';
import { loadPerson, personOf } from './store/customers.ts';
import { eventItem, eventOf } from './store/events.ts';
import { currentKey, messageKey, stateKey, triggerKey } from './store/keys.ts';

export type SendDependencies = {
  readonly table: Table;
  readonly catalogues: Catalogues;
  readonly mailer: Mailer;
  readonly now: Clock;
  /** Signed links for one recipient of one message. */
  readonly links: (about: { customer: CustomerId; topic: string; message: string }) => Promise<MailLinks>;
};

export type SendTask = {
  readonly customer: CustomerId;
  readonly message: string;
  /** The event that started the journey, whose properties the mail may show. */
  readonly trigger?: NonNullable<Message['trigger']> | undefined;
};

/** A claim that is older than this belongs to a sender that is gone: what it did, nobody knows. */
const CLAIM_MS = 2 * MINUTE_MS;

/**
 * Sends one message at most once: checks consent and suppression again, renders, claims it, hands it to SES, records what
 * became of it. Nothing but the call stands between claim and record, so that little can be in doubt when a sender is cut
 * off. Throws where it should be tried again later.
 */
export async function send(dependencies: SendDependencies, task: SendTask): Promise<void> {
  const { table, now } = dependencies;
  const key = messageKey(task.customer, task.message);
  const known = await read(table, task);
  if (known.item === undefined) {
    if (await isErased(table, task.customer)) return;
    throw new Error(`there is no message ${task.message} of ${task.customer}`);
  }
  if (!OPEN.includes(String(known.item.status))) return notMine(dependencies, known.item);
  const message = messageOf(known.item);
  const prepared = await prepare(dependencies, message, known);
  if ('skip' in prepared) {
    await table.write({ update: key, set: { status: 'skipped', reason: prepared.skip }, if: { status: OPEN } });
    return;
  }
  const claimed = await table.write({ update: key, set: { status: 'claimed', claimedAt: now() }, if: { status: OPEN } });
  if (!claimed.ok) return notMine(dependencies, claimed.failed[0]?.item);
  const handed = await dependencies.mailer.hand(prepared.mail);
  await recordOutcome(dependencies, message, handed, prepared.mail.subject);
}

/** Statuses of a message that nobody is sending. */
const OPEN: readonly string[] = ['queued', 'waiting'];

const messageOf = (item: Item): Message => JSON.parse(String(item.body)) as Message;

type Known = {
  readonly item: Item | undefined;
  readonly customer: Customer | undefined;
  readonly release: string | undefined;
  readonly event: JsonObject;
};

/** All that sending needs to know, in one read; a second one where the person was folded into another. */
async function read(table: Table, { customer, message, trigger }: SendTask): Promise<Known> {
  const keys = [messageKey(customer, message), stateKey(customer), currentKey, ...(trigger ? [triggerKey(trigger)] : [])];
  const items = await table.batchGet(keys);
  const [item, state, current, event] = keys.map(({ pk, sk }) => items.find((one) => one.pk === pk && one.sk === sk));
  const person = state && personOf(state);
  const { customer: found } =
    person?.mergedInto === undefined ? { customer: person?.customer } : await loadPerson(table, person.mergedInto);
  return {
    item,
    customer: found,
    release: current === undefined ? undefined : String(current.release),
    event: event === undefined ? {} : eventOf(event).properties,
  };
}

/** Somebody else has the message, or it is done. Only a claim that was abandoned needs care. */
async function notMine(dependencies: SendDependencies, item: Item | undefined): Promise<void> {
  if (item?.status !== 'claimed') return;
  const message = messageOf(item);
  if (dependencies.now() - Number(item.claimedAt) < CLAIM_MS)
    throw new Error(`the message ${message.id} is being sent elsewhere`);
  await inDoubt(dependencies, message, 'the sender was cut off between the call and its record');
}

async function prepare(
  { catalogues, links }: SendDependencies,
  message: Message,
  { customer, release: current, event }: Known,
): Promise<{ readonly mail: Mail } | { readonly skip: string }> {
  const release = await catalogues.release(current ?? message.release);
  const topic = release.topics.find(({ id }) => id === message.topic);
  const reason = customer === undefined ? 'the person was erased' : whyNot(customer, topic, message.topic);
  if (customer === undefined || reason !== undefined) return { skip: reason ?? 'the person was erased' };
  const template = await catalogues.template(message.templateVersion, message.locale);
  if (template === undefined) return { skip: `the template ${message.template} is not there in ${message.locale}` };
  const given = await links({ customer: customer.id, topic: message.topic, message: message.id });
  const variables = mailVariables({ customer, message, release, event }, given);
  const absent = missing(template, variables);
  if (absent.length > 0) return { skip: `no value for ${absent.join(', ')}` };
  try {
    return { mail: mailOf(customer, message, { ...renderMail(template, variables), links: given }, release.policy) };
  } catch (cause) {
    return { skip: `the template ${message.template} cannot be rendered: ${(cause as Error).message.slice(0, 300)}` };
  }
}

function mailOf(
  customer: Customer,
  message: Message,
  content: { subject: string; html: string; text: string; links: MailLinks },
  policy: { readonly sender: { readonly name: string; readonly address?: string; readonly replyTo?: string } },
): Mail {
  const { unsubscribe } = content.links;
  const oneClick = message.topicType === 'marketing' && unsubscribe !== undefined;
  return {
    to: customer.email ?? '',
    fromName: policy.sender.name,
    ...(policy.sender.address !== undefined && { from: policy.sender.address }),
    ...(policy.sender.replyTo !== undefined && { replyTo: policy.sender.replyTo }),
    subject: content.subject,
    html: content.html,
    text: content.text,
    headers: oneClick ? { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {},
    tags: { message: message.id, customer: message.customer, journey: tag(message.journey), step: tag(message.step) },
  };
}

/** SES takes letters, digits, `_` and `-` in tags. */
const tag = (text: string): string => text.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 256);

async function recordOutcome(dependencies: SendDependencies, message: Message, handed: Handed, subject: string): Promise<void> {
  const { table, now } = dependencies;
  const key = messageKey(message.customer, message.id);
  switch (handed.outcome) {
    case 'sent':
      return settle(table, key, { status: 'sent', sesId: handed.id, sentAt: toIso(now()), subject });
    case 'refused':
      return settle(table, key, { status: 'failed', reason: `SES refused it: ${handed.reason}` });
    case 'later':
      await settle(table, key, { status: 'waiting', reason: `SES will take it later: ${handed.reason}` });
      throw new Error(`SES did not take ${message.id} now: ${handed.reason}`);
    case 'unknown':
      return inDoubt(dependencies, message, handed.reason);
  }
}

/** Writes down what became of a claimed message; if SES's own event was faster, that stands. */
async function settle(table: Table, key: { pk: string; sk: string }, set: Readonly<Record<string, Value>>): Promise<void> {
  await table.write({ update: key, set, if: { status: 'claimed' } });
}

/**
 * Whether it was sent, nobody knows (I3). The message says so, and an event lets the customer's timer settle it by the
 * declared policy, unless SES's own event does before.
 */
async function inDoubt({ table, now }: SendDependencies, message: Message, reason: string): Promise<void> {
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
