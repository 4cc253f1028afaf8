import type { Form } from '#core/catalogue.ts';
import { isDouble } from '#core/double-opt-in.ts';
import type { TimelineEvent } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { customerIdsOf } from '#core/identity.ts';
import { add, type Instant, toIso } from '#core/instant.ts';
import { canonical, type JsonObject } from '#core/json.ts';
import { instantOf, NO_TIME } from '../capture/times.ts';
import type { FormPost } from '../submit-form.ts';
import type { FormFields } from './fields.ts';

export type Submission = {
  readonly form: Form;
  readonly read: FormFields;
  readonly post: FormPost;
  readonly receivedAt: Instant;
};

/** The event that a valid form post is. */
export function formEvent({ form, read, post, receivedAt }: Submission): TimelineEvent {
  const { email, anonymousId, fields } = read;
  const identities = { ...(email !== undefined && { email }), ...(anonymousId !== undefined && { anonymousId }) };
  const customer = customerIdsOf(identities)[0];
  if (customer === undefined) throw new Error(`a post of the form ${form.id} without an identity was taken for valid`);
  const isAddress = new Set(form.fields.flatMap(({ type, name }) => (type === 'email' && fields[name] === email ? [name] : [])));
  return {
    ...keyOf(form, read, post, receivedAt),
    customer,
    kind: 'form',
    name: 'Form Submitted',
    at: receivedAt,
    receivedAt,
    identities,
    properties: { form: form.id, fields, consent: consentOf(form, read, receivedAt) },
    traits: Object.fromEntries(Object.entries(fields).filter(([name]) => !isAddress.has(name))),
    context: contextOf(post),
    trust: 'publishable',
    origin: 'form',
  };
}

/** A post with a `_messageId` is known by that and by what it says; without one, every post is one of its own. */
function keyOf(
  form: Form,
  read: FormFields,
  { values, requestId = '' }: FormPost,
  receivedAt: Instant,
): Pick<TimelineEvent, 'id' | 'keyTime'> {
  const content = [form.id, canonical(read.fields), String(read.consents)];
  const messageId = shortText(values, '_messageId', 100);
  if (messageId !== undefined) {
    const sent = instantOf(shortText(values, '_timestamp', 40));
    return { id: `form_${digest(32, messageId, ...content)}`, keyTime: sent === undefined ? NO_TIME : toIso(sent) };
  }
  return { id: `form_${digest(32, requestId, toIso(receivedAt), ...content)}`, keyTime: toIso(receivedAt) };
}

/** What was consented to, in the words that the person saw. */
function consentOf(form: Form, { consents }: FormFields, receivedAt: Instant): JsonObject | null {
  const { consent } = form;
  if (consent === undefined || !consents) return null;
  const given = { topics: consent.topics, version: consent.version, text: consent.text };
  if (!isDouble(form)) return given;
  return { ...given, optIn: 'double', confirmableUntil: toIso(add(receivedAt, form.confirmation.validFor)) };
}

function contextOf({ values, pageUrl, ip, userAgent, acceptLanguage }: FormPost): JsonObject {
  const url = addressOf(shortText(values, '_page', 2000)) ?? addressOf(pageUrl);
  const referrer = addressOf(shortText(values, '_referrer', 2000));
  const page = { ...(url !== undefined && { url: url.href }), ...(referrer !== undefined && { referrer: referrer.href }) };
  const campaign = campaignOf(values, url);
  const locale = localeOf(acceptLanguage);
  return {
    ...(Object.keys(page).length > 0 && { page }),
    ...(Object.keys(campaign).length > 0 && { campaign }),
    ...(ip !== undefined && { ip }),
    ...(userAgent !== undefined && userAgent !== '' && { userAgent: userAgent.slice(0, 1000) }),
    ...(locale !== undefined && { locale }),
  };
}

/** As Segment's clients do: `utm_campaign` is the campaign's name, the others keep theirs. */
function campaignOf(values: FormPost['values'], url: URL | undefined): Record<string, string> {
  const found = ['campaign', 'source', 'medium', 'term', 'content', 'id'].flatMap((name): [string, string][] => {
    const value = shortText(values, `utm_${name}`, 256) ?? url?.searchParams.get(`utm_${name}`)?.slice(0, 256);
    return value ? [[name === 'campaign' ? 'name' : name, value]] : [];
  });
  return Object.fromEntries(found);
}

/** The first language that the browser asks for: `pt-PT` of `pt-PT,pt;q=0.9,en;q=0.8`. */
function localeOf(acceptLanguage: string | undefined): string | undefined {
  const first = acceptLanguage?.split(',')[0]?.split(';')[0]?.trim();
  return first !== undefined && /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/.test(first) ? first : undefined;
}

function addressOf(text: string | undefined): URL | undefined {
  const url = text === undefined || text.length > 2000 ? null : URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}

function shortText(values: FormPost['values'], name: string, lengthMax: number): string | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= lengthMax ? value : undefined;
}
