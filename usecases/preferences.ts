import type { Release, Topic } from '#core/catalogue.ts';
import { attribute, type Customer } from '#core/customer.ts';
import type { Message } from '#core/decision.ts';
import type { CustomerId } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { toIso } from '#core/instant.ts';
import { renderMail } from '#core/mail/render.ts';
import type { MailVariables } from '#core/mail/variables.ts';
import { type EvaluateDependencies, record } from './evaluate.ts';
import { type About, invitingOf, linksFor, readLink } from './links.ts';
import { mailVariables } from './mail-variables.ts';
import type { Random, Table } from './ports.ts';
import { loadPerson } from './store/customers.ts';
import { eventOf, triggerProperties } from './store/events.ts';
import { customerPk, messageKey, voucherKey } from './store/keys.ts';
import { type Purpose, tokenSecret } from './tokens.ts';
import { translationIn } from './translation.ts';
import { voucherFacts } from './vouchers/facts.ts';

export type PreferencesDependencies = EvaluateDependencies & { readonly random: Random };

/** A link that somebody opened: whom it is for, and what is known of that person now. */
export type Opened = {
  readonly about: About;
  readonly release: Release;
  /** Undefined where the person was erased since. */
  readonly customer: Customer | undefined;
  readonly locale: string | undefined;
  /** Where the same person chooses what to get. */
  readonly preferences: string;
};

/** Undefined for a token that was not made for this purpose. */
export async function openLink(
  { table, catalogues, random }: PreferencesDependencies,
  purpose: Exclude<Purpose, 'confirm' | 'erasure' | 'form' | 'member'>,
  token: string,
): Promise<Opened | undefined> {
  const secret = await tokenSecret(table, random);
  const about = readLink(secret, purpose, token);
  const current = await catalogues.current();
  if (about === undefined || current === undefined) return undefined;
  const { customer } = await loadPerson(table, about.customer);
  return {
    about,
    customer,
    release: await catalogues.release(current),
    locale: localeOf(customer),
    preferences: linksFor(secret, '', about).preferences,
  };
}

/** Takes effect before it answers, however often it is said: nothing more of this topic is sent. A repeat writes nothing. */
export async function unsubscribe(
  dependencies: PreferencesDependencies,
  { about, customer, release }: Opened,
  source: string,
): Promise<void> {
  if (customer === undefined || (await hasLeft(dependencies.table, customer, [about.topic]))) return;
  const name = release.topics.find(({ id }) => id === about.topic)?.name ?? about.topic;
  await take(dependencies, about, [{ name: 'Unsubscribed', list_id: about.topic, list_name: name, source }]);
}

/** The topics that people may choose among. */
export function choices(release: Release): Topic[] {
  return release.topics.filter(({ type }) => type === 'marketing');
}

/** Topics that a form asked for, and that wait for the click in the mail that asks for confirmation. */
export function waitingFor(customer: Customer | undefined): Set<string> {
  const consents = Object.entries(customer?.consents ?? {});
  return new Set(consents.flatMap(([topic, { status }]) => (status === 'pending' ? [topic] : [])));
}

/** A topic in the language of a page: of a region (`pt-BR`) where that is the reader's, else of the language. */
export function topicIn(topic: Topic, lang: string, locale: string | undefined): Topic {
  const asked = locale?.split(/[-_]/, 1)[0]?.toLowerCase() === lang ? locale : lang;
  return { ...topic, ...translationIn(topic.translations, asked) };
}

export function subscribedTo(customer: Customer | undefined): Set<string> {
  const consents = Object.entries(customer?.consents ?? {});
  return new Set(consents.flatMap(([topic, { status }]) => (status === 'subscribed' ? [topic] : [])));
}

/** Writes down what changed between what somebody has and what they want. Answers what they have now. */
export async function savePreferences(
  dependencies: PreferencesDependencies,
  opened: Opened,
  wanted: ReadonlySet<string>,
): Promise<Set<string>> {
  const { about, customer, release } = opened;
  if (customer === undefined) return new Set();
  const has = subscribedTo(customer);
  const changes = choices(release).flatMap(({ id, name }): Change[] => {
    if (wanted.has(id) === has.has(id)) return [];
    return [{ name: wanted.has(id) ? 'Subscribed' : 'Unsubscribed', list_id: id, list_name: name, source: 'preference centre' }];
  });
  await take(dependencies, about, changes);
  return subscribedTo((await loadPerson(dependencies.table, about.customer)).customer);
}

/** Also from topics that the person never had: whoever says "everything" means it. */
export async function leaveEverything(
  dependencies: PreferencesDependencies,
  { about, customer, release }: Opened,
): Promise<void> {
  const topics = choices(release).map(({ id }) => id);
  if (customer === undefined || (await hasLeft(dependencies.table, customer, topics))) return;
  await take(dependencies, about, [{ name: 'Unsubscribed', list_id: '*', list_name: '', source: 'preference centre' }]);
}

/** The HTML of a mail that was sent, rendered again with what is known now; undefined where it is gone. */
export async function viewMail(
  { table, catalogues, random }: PreferencesDependencies,
  opened: Opened,
  publicUrl: string,
): Promise<string | undefined> {
  const { about, customer, release } = opened;
  if (customer === undefined) return undefined;
  const message = await messageOf(table, [about.customer, customer.id, ...customer.merged], about.message);
  if (message === undefined) return undefined;
  const template = await catalogues.template(message.templateVersion, message.locale);
  if (template === undefined) return undefined;
  const { view: _, ...links } = linksFor(await tokenSecret(table, random), publicUrl, {
    ...about,
    customer: customer.id,
    inviting: invitingOf(customer, release),
  });
  const event = await triggerProperties(table, message);
  const voucher = await voucherOf(table, message, release);
  return renderMail(template, mailVariables({ customer, message, release, event, voucher }, links)).html;
}

/** Latest events of each id that are looked at for a consent that is still on its way to be decided on. */
const LATEST = 25;

/**
 * Whether somebody is out of these topics for good: they said so, and nothing on the timeline says otherwise since. A new
 * consent may wait in a queue, and would win over a refusal that was not written down.
 */
async function hasLeft(table: Table, { id, merged, consents }: Customer, topics: readonly string[]): Promise<boolean> {
  const left = topics.map((topic) => consents[topic]).filter((consent) => consent?.status === 'unsubscribed');
  if (left.length < topics.length) return false;
  const since = Math.min(...left.map((consent) => consent?.at ?? 0));
  const pages = await Promise.all(
    [id, ...merged].map((one) => table.query(customerPk(one), { prefix: 'E#', descending: true, limit: LATEST })),
  );
  const later = pages.flatMap(({ items }) => items.map(eventOf)).filter(({ at }) => at >= since);
  return !later.some(({ name }) => ['Subscribed', 'Form Submitted', 'Form Confirmed'].includes(name));
}

type Change = {
  readonly name: 'Subscribed' | 'Unsubscribed';
  readonly list_id: string;
  readonly list_name: string;
  readonly source: string;
};

async function take(dependencies: PreferencesDependencies, about: About, changes: readonly Change[]): Promise<void> {
  const at = dependencies.now();
  await record(
    dependencies,
    changes.map(({ name, ...properties }) => ({
      ...base(about.customer, at),
      id: `consent-${digest(24, about.customer, name, properties.list_id, String(at))}`,
      name,
      keyTime: toIso(at),
      properties: { ...properties, message: about.message },
    })),
  );
}

const base = (customer: CustomerId, at: number) =>
  ({ customer, kind: 'consent', at, receivedAt: at, identities: {}, trust: 'confirmed', origin: 'recipient' }) as const;

/** As it was when it was sent; one that was used since is still shown. */
async function voucherOf(table: Table, { voucher, locale }: Message, release: Release): Promise<MailVariables['voucher']> {
  const item = voucher && (await table.get(voucherKey(voucher.customer, voucher.id)));
  return item?.code === undefined ? undefined : voucherFacts({ ...item, status: 'issued' }, release, locale);
}

/** A message stands under the id that its customer had when it was decided. */
async function messageOf(table: Table, ids: readonly CustomerId[], message: string): Promise<Message | undefined> {
  const [item] = await table.batchGet([...new Set(ids)].slice(0, 100).map((id) => messageKey(id, message)));
  return item && (JSON.parse(String(item.body)) as Message);
}

/** The language that somebody reads, as far as it is known. */
export function localeOf(customer: Customer | undefined): string | undefined {
  const locale = customer && attribute(customer, 'locale');
  return typeof locale === 'string' ? locale : undefined;
}
