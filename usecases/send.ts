import type { Customer } from '#core/customer.ts';
import type { Message } from '#core/decision.ts';
import { confirmationTopic, confirmJourneyId } from '#core/double-opt-in.ts';
import { type CustomerId, eventKey, type TimelineEvent } from '#core/event.ts';
import { type Instant, MINUTE_MS } from '#core/instant.ts';
import { missing, renderMail } from '#core/mail/render.ts';
import { whyNot } from '#core/why-not.ts';
import { askedConsent } from './confirm/event.ts';
import { isErased } from './erasure/tombstones.ts';
import { type About, type Confirmation, invitingOf } from './links.ts';
import { type MailLinks, mailVariables } from './mail-variables.ts';
import type { Item, Mail, Table } from './ports.ts';
import { inDoubt, messageOf, OPEN, type OutcomeDependencies, recordOutcome } from './send/outcome.ts';
import { putBack, type Wait, type WaitDependencies, waits } from './send/wait.ts';
import type { Catalogues } from './store/catalogue.ts';
import { loadPerson, personOf } from './store/customers.ts';
import { eventOf } from './store/events.ts';
import { currentKey, messageKey, paceKey, stateKey, triggerKey, voucherKey } from './store/keys.ts';
import { voucherFacts } from './vouchers/facts.ts';

export type SendDependencies = OutcomeDependencies &
  WaitDependencies & {
    readonly catalogues: Catalogues;
    /** Signed links for one recipient of one message; in the mail that asks for a confirmation, the one to give it. */
    readonly links: (about: About, confirmation: Confirmation | undefined) => Promise<MailLinks>;
  };

export type SendTask = {
  readonly customer: CustomerId;
  readonly message: string;
  /** The event that started the journey, whose properties the mail may show. */
  readonly trigger?: NonNullable<Message['trigger']> | undefined;
  /** The voucher that it shows. */
  readonly voucher?: Message['voucher'];
  /** The place in the line to SES that an earlier look gave it. */
  readonly turnAt?: Instant | undefined;
};

/** A message that is ready to go, but for its turn. */
export type Ready = {
  readonly id: string;
  readonly task: SendTask;
  readonly message: Message;
  readonly item: Item;
  readonly mail: Mail;
};

/**
 * Sends each message at most once: checks consent and suppression again, renders, takes a turn for all that are ready in one
 * write, claims each, hands it to SES, records what became of it. Nothing but the call stands between claim and record, so
 * that little can be in doubt when a sender is cut off. What must wait goes back into the queue as new, so that waiting does
 * not use up its receives. Answers those that failed and are to be tried again, with the cause.
 */
export async function sendAll(
  dependencies: SendDependencies,
  tasks: readonly { readonly id: string; readonly value: SendTask }[],
): Promise<ReadonlyMap<string, unknown>> {
  const failed = new Map<string, unknown>();
  const guarded = async <T>(id: string, act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (cause) {
      failed.set(id, cause);
      return undefined;
    }
  };
  const [pace, ...prepared] = await Promise.all([
    dependencies.table.get(paceKey),
    ...tasks.map(({ id, value }) => guarded(id, () => prepare(dependencies, id, value))),
  ]);
  const ready = prepared.filter((one) => one !== undefined);
  const turns = await waits(dependencies, pace, ready);
  const back = await Promise.all(
    ready.map((one, index) => guarded(one.id, async () => turns[index] ?? (await handOver(dependencies, one)))),
  );
  const waiting = ready.flatMap((one, index): { one: Ready; wait: Wait }[] => {
    const wait = back[index];
    return wait === undefined ? [] : [{ one, wait }];
  });
  await putBack(dependencies, waiting);
  return failed;
}

/** Sends one message. Throws where it should be tried again. */
export async function send(dependencies: SendDependencies, task: SendTask): Promise<void> {
  for (const cause of (await sendAll(dependencies, [{ id: task.message, value: task }])).values()) throw cause;
}

/** A claim that is older than this belongs to a sender that is gone: what it did, nobody knows. */
const CLAIM_MS = 2 * MINUTE_MS;

/** The mail, if it is still to be sent; a message that may not be sent is skipped with the reason. */
async function prepare(dependencies: SendDependencies, id: string, task: SendTask): Promise<Ready | undefined> {
  const { table } = dependencies;
  const known = await read(table, task);
  const { item } = known;
  if (item === undefined) {
    if (await isErased(table, task.customer)) return undefined;
    throw new Error(`there is no message ${task.message} of ${task.customer}`);
  }
  if (!OPEN.includes(String(item.status))) {
    await notMine(dependencies, item);
    return undefined;
  }
  const message = messageOf(item);
  const written = await write(dependencies, message, known);
  if ('mail' in written) return { id, task, message, item, mail: written.mail };
  const key = messageKey(task.customer, task.message);
  await table.write({ update: key, set: { status: 'skipped', reason: written.skip }, if: { status: OPEN } });
  return undefined;
}

/** Claims the message and hands it to SES. Answers until when it must wait, where SES does not take it now. */
async function handOver(dependencies: SendDependencies, { task, message, mail }: Ready): Promise<Wait | undefined> {
  const { table, now, mailer } = dependencies;
  const key = messageKey(task.customer, task.message);
  const claimed = await table.write({ update: key, set: { status: 'claimed', claimedAt: now() }, if: { status: OPEN } });
  if (claimed.ok) return recordOutcome(dependencies, message, await mailer.hand(mail), mail.subject);
  await notMine(dependencies, claimed.failed[0]?.item);
  return undefined;
}

type Known = {
  readonly item: Item | undefined;
  readonly customer: Customer | undefined;
  readonly release: string | undefined;
  readonly event: TimelineEvent | undefined;
  /** The voucher that the mail shows, as it stands. */
  readonly voucher: Item | undefined;
};

/** All that sending needs to know, in one read; a second one where the person was folded into another. */
async function read(table: Table, { customer, message, trigger, voucher }: SendTask): Promise<Known> {
  const wanted = {
    message: messageKey(customer, message),
    state: stateKey(customer),
    current: currentKey,
    event: trigger && triggerKey(trigger),
    voucher: voucher && voucherKey(voucher.customer, voucher.id),
  };
  const keys = Object.values(wanted).filter((key) => key !== undefined);
  const items = await table.batchGet(keys);
  const [item, state, current, event, held] = Object.values(wanted).map((key) =>
    items.find(({ pk, sk }) => pk === key?.pk && sk === key.sk),
  );
  const person = state && personOf(state);
  const { customer: found } =
    person?.mergedInto === undefined ? { customer: person?.customer } : await loadPerson(table, person.mergedInto);
  return {
    item,
    customer: found,
    release: current === undefined ? undefined : String(current.release),
    event: event && eventOf(event),
    voucher: held,
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

async function write(
  { catalogues, links }: SendDependencies,
  message: Message,
  { customer, release: current, event, voucher }: Known,
): Promise<{ readonly mail: Mail } | { readonly skip: string }> {
  const release = await catalogues.release(current ?? message.release);
  const topic = release.topics.find(({ id }) => id === message.topic);
  const reason = customer === undefined ? 'the person was erased' : whyNot(customer, topic, message.topic);
  if (customer === undefined || reason !== undefined) return { skip: reason ?? 'the person was erased' };
  const template = await catalogues.template(message.templateVersion, message.locale);
  if (template === undefined) return { skip: `the template ${message.template} is not there in ${message.locale}` };
  const inviting = invitingOf(customer, release);
  const about = { customer: customer.id, topic: message.topic, message: message.id, inviting };
  const given = await links(about, confirmationIn(message, event));
  const variables = mailVariables(
    {
      customer,
      message,
      release,
      event: event?.properties ?? {},
      voucher: voucher && voucherFacts(voucher, release, message.locale),
    },
    given,
  );
  const absent = missing(template, variables);
  if (absent.length > 0) return { skip: `no value for ${absent.join(', ')}` };
  try {
    return { mail: mailOf(customer, message, { ...renderMail(template, variables), links: given }, release.policy) };
  } catch (cause) {
    return { skip: `the template ${message.template} cannot be rendered: ${(cause as Error).message.slice(0, 300)}` };
  }
}

/** What a mail asks to confirm: the form post that started the journey which the form brings along. */
function confirmationIn({ journey, topic }: Message, post: TimelineEvent | undefined): Confirmation | undefined {
  if (topic !== confirmationTopic.id || post === undefined || askedConsent(post) === undefined) return undefined;
  return journey === confirmJourneyId(String(post.properties.form))
    ? { customer: post.customer, key: eventKey(post) }
    : undefined;
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
