import type { Form } from '#core/catalogue.ts';
import { eventKey, type TimelineEvent } from '#core/event.ts';
import type { Clock, Random, Table } from './ports.ts';
import { type Catalogues, currentRelease } from './store/catalogue.ts';
import { append } from './store/events.ts';
import { itemKey } from './store/keys.ts';
import { type CaptchaDependencies, type CaptchaProof, checkCaptcha } from './submit-form/captcha.ts';
import { formEvent } from './submit-form/event.ts';
import { type FieldProblem, readFormFields } from './submit-form/fields.ts';
import { isTooFast, STAMP, stampOf } from './submit-form/fill-time.ts';
import { tooMany } from './submit-form/limits.ts';
import { tokenSecret } from './tokens.ts';

/** Bytes of one form post, unpacked. */
export const FORM_BYTES_MAX = 32 * 1024;

export type SubmitFormDependencies = {
  readonly table: Table;
  readonly catalogues: Pick<Catalogues, 'current' | 'release'>;
  readonly now: Clock;
  readonly random: Random;
  readonly captcha: CaptchaDependencies;
};

export type FormPost = {
  readonly form: string;
  /**
   * What was posted. Besides the form's own fields: `_anonymousId` (the visitor's), `_messageId` (the same for a repeat)
   * with its `_timestamp`, `_page` and `_referrer` (addresses), and `utm_…`.
   */
  readonly values: Readonly<Record<string, unknown>>;
  /** The browser's `Origin`, and the origin of our own page of the form. */
  readonly origin?: string | undefined;
  readonly ownOrigin?: string;
  /** The page that the form stands in. */
  readonly pageUrl?: string | undefined;
  readonly ip?: string;
  readonly userAgent?: string;
  readonly acceptLanguage?: string | undefined;
  /** Tells one post from another that says the same. */
  readonly requestId?: string;
};

export type Submitted =
  | { readonly outcome: 'accepted'; readonly form: Form }
  | { readonly outcome: 'invalid'; readonly form: Form; readonly errors: readonly FieldProblem[] }
  /** Sent sooner than anybody fills it in: to be sent once more, which is taken. */
  | { readonly outcome: 'too_fast'; readonly form: Form }
  | { readonly outcome: 'too_many'; readonly form: Form; readonly againSeconds: number }
  /** The provider of the captcha does not answer, and the form wants no post that was not checked. */
  | { readonly outcome: 'not_checked'; readonly form: Form }
  | { readonly outcome: 'unknown_form' | 'origin_refused' };

/** Takes in a form post: the lead is durable when it answers `accepted`. What a robot sent is answered alike, and thrown away. */
export async function submitForm(dependencies: SubmitFormDependencies, post: FormPost): Promise<Submitted> {
  const { table, catalogues } = dependencies;
  const now = dependencies.now();
  const form = await findForm(catalogues, post.form);
  if (form === undefined) return { outcome: 'unknown_form' };
  if (!mayPost(form, post)) return { outcome: 'origin_refused' };
  if (isTrapped(form, post.values)) return { outcome: 'accepted', form };
  const read = readFormFields(form, post.values);
  if ('errors' in read) return { outcome: 'invalid', form, errors: read.errors };
  if (form.fillTimeMin !== undefined && isTooFast(await secretOf(dependencies), form, post.values[STAMP], now))
    return { outcome: 'too_fast', form };
  const event = formEvent({ form, read, post, receivedAt: now });
  const checked = await checkCaptcha(dependencies.captcha, form, post);
  if (checked.outcome !== 'ok') return (await isKnown(table, event)) ? { outcome: 'accepted', form } : { ...checked, form };
  const againSeconds = await tooMany(table, { form, ip: post.ip, requestId: post.requestId ?? '', now });
  if (againSeconds !== undefined) return { outcome: 'too_many', form, againSeconds };
  await append(table, [checked.proof === undefined ? event : withProof(event, checked.proof)]);
  return { outcome: 'accepted', form };
}

/** A token is good for one check: whoever sends the same page twice has passed with the first post. */
async function isKnown(table: Table, event: TimelineEvent): Promise<boolean> {
  return (await table.get(itemKey(event.customer, eventKey(event)))) !== undefined;
}

function withProof(event: TimelineEvent, captcha: CaptchaProof): TimelineEvent {
  return { ...event, properties: { ...event.properties, captcha } };
}

/** What the page of a form carries to tell when it was made; undefined where the form does not ask. */
export async function pageStamp(dependencies: SubmitFormDependencies, form: Form): Promise<string | undefined> {
  return form.fillTimeMin === undefined ? undefined : stampOf(await secretOf(dependencies), form.id, dependencies.now());
}

const secretOf = ({ table, random }: SubmitFormDependencies) => tokenSecret(table, random);

/** A form of the current release. */
export async function findForm(catalogues: SubmitFormDependencies['catalogues'], id: string): Promise<Form | undefined> {
  return (await currentRelease(catalogues))?.forms.find((form) => form.id === id);
}

/** Without an origin it was no browser that asked, and no list of origins keeps others out. */
function mayPost({ allowedOrigins }: Form, { origin, ownOrigin }: FormPost): boolean {
  if (allowedOrigins === undefined || allowedOrigins.includes('*') || origin === undefined) return true;
  return origin === ownOrigin || allowedOrigins.includes(origin);
}

function isTrapped({ honeypot }: Form, values: FormPost['values']): boolean {
  if (honeypot === undefined || !Object.hasOwn(values, honeypot)) return false;
  const value = values[honeypot];
  return value !== null && String(value).trim() !== '';
}
