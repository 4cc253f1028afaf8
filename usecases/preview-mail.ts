import type { CompiledMail, Release } from '#core/catalogue.ts';
import type { Customer } from '#core/customer.ts';
import type { Message } from '#core/decision.ts';
import type { CustomerId } from '#core/event.ts';
import { at, type Json, type JsonObject } from '#core/json.ts';
import { chooseLocale } from '#core/mail/locale.ts';
import { missing, type RenderedMail, renderMail } from '#core/mail/render.ts';
import type { MailVariables } from '#core/mail/variables.ts';
import { whyNot } from '#core/why-not.ts';
import { pathsRead } from './compile-catalogue/mail-variables.ts';
import { sampleVariables } from './compile-catalogue/sample-variables.ts';
import { sentBytes } from './compile-catalogue/sent-bytes.ts';
import { stepsOf } from './compile-catalogue/walk.ts';
import type { MailSource } from './mail-source.ts';
import { type MailLinks, mailVariables, regionalLocale } from './mail-variables.ts';

/** For whom and on what occasion a template is shown. */
export type Occasion = {
  readonly locale?: string | undefined;
  /** Without one, the sample values stand in. */
  readonly customer?: Customer | undefined;
  /** Properties of the event that starts the journey. */
  readonly event?: JsonObject | undefined;
  readonly journey?: string | undefined;
  readonly step?: string | undefined;
};

export type MailPreview = {
  readonly template: string;
  readonly locale: string;
  readonly locales: readonly string[];
  readonly journey?: string;
  readonly step?: string;
  readonly topic?: string;
  readonly customer?: string;
  readonly from: string;
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
  /** Of the HTML, after SES has rewritten its links. */
  readonly bytes: number;
  /** Why this customer would not get it. */
  readonly skip?: string;
  readonly variables: readonly {
    readonly path: string;
    readonly value?: Json;
    /** Without a value the mail is not sent. */
    readonly required: boolean;
  }[];
};

/** What was asked for does not fit the template: a step that does not send it, say. The message says what would. */
export class UnfitOccasion extends Error {
  override readonly name = 'UnfitOccasion';
}

/** A template rendered for a customer, or with sample values. Nothing is sent or written. Throws `UnfitOccasion`. */
export async function previewMail(source: MailSource, occasion: Occasion, allLinks: MailLinks): Promise<MailPreview> {
  const { release, template, required } = source;
  const { customer } = occasion;
  const place = placeOf(source, occasion);
  const locale = localeOf(source, occasion);
  const mail = await source.mail(locale);
  if (mail === undefined) throw new UnfitOccasion(`the template ${template} is not there in ${locale}`);
  const topic = release.topics.find(({ id }) => id === place.topic);
  const topicType = topic?.type ?? 'marketing';
  const message: Message = { ...NOBODYS, ...place, customer: customer?.id ?? NOBODYS.customer, template, locale, topicType };
  const event = occasion.event ?? {};
  const links = linksOf(source, allLinks);
  const variables =
    customer === undefined
      ? sampleFor({ source, event, message, links, region: occasion.locale })
      : mailVariables({ customer, message, release, event, voucher: voucherFor(source, locale) }, links);
  const absent = missing(source, variables);
  const skip =
    (customer === undefined ? undefined : whyNot(customer, topic, place.topic)) ??
    (absent.length === 0 ? undefined : `no value for ${absent.join(', ')}`);
  const rendered = render(template, mail, variables);
  const { name, address } = release.policy.sender;
  return {
    template,
    locale,
    locales: source.locales,
    ...(place.journey !== '' && { journey: place.journey, step: place.step }),
    ...(place.topic !== '' && { topic: place.topic }),
    ...(customer && { customer: customer.id }),
    from: address === undefined ? name : `${name} <${address}>`,
    ...rendered,
    bytes: sentBytes(rendered.html),
    ...(skip !== undefined && { skip }),
    variables: used([mail.subject, mail.preheader, mail.html], required, variables),
  };
}

function render(template: string, mail: CompiledMail, variables: MailVariables): RenderedMail {
  try {
    return renderMail(mail, variables);
  } catch (cause) {
    throw new UnfitOccasion(`the template ${template} cannot be rendered: ${(cause as Error).message.slice(0, 300)}`, { cause });
  }
}

const NOBODYS: Message = {
  id: 'msg_preview',
  customer: 'cus_preview' as CustomerId,
  at: 0,
  status: 'queued',
  journey: '',
  run: 'run_preview',
  step: '',
  template: '',
  templateVersion: '',
  locale: '',
  topic: '',
  topicType: 'marketing',
  release: '',
};

/** The mail of a double opt-in has the link to confirm and none of the others; every other mail has it the other way round. */
function linksOf({ required }: MailSource, { confirm, ...others }: MailLinks): MailLinks {
  return required.includes('links.confirm') && confirm !== undefined ? { confirm } : others;
}

/** The journey would issue one on the way, also to a customer who has none yet. */
function voucherFor({ required, examples }: MailSource, locale: string): MailVariables['voucher'] {
  if (!required.some((path) => path.startsWith('voucher.'))) return undefined;
  return sampleVariables(locale, examples(locale)).voucher;
}

type Place = { readonly journey: string; readonly step: string; readonly topic: string };

/** The step that sends the template: the one that was asked for, or the first there is. */
function placeOf({ release, template, topic = '' }: MailSource, { journey, step }: Occasion): Place {
  const sending = release.journeys.flatMap((one) =>
    stepsOf(one.steps).flatMap(({ step: found }) =>
      found.type === 'send_email' && found.template === template ? [{ journey: one.id, step: found.id, topic: found.topic }] : [],
    ),
  );
  const fitting = sending.find((one) => (journey ?? one.journey) === one.journey && (step ?? one.step) === one.step);
  if (fitting !== undefined) return fitting;
  if (journey === undefined && step === undefined) return { journey: '', step: '', topic };
  const known = sending.map((one) => `${one.journey}/${one.step}`).join(', ');
  throw new UnfitOccasion(
    `${[journey, step].filter(Boolean).join('/')} does not send the template ${template}; ${known === '' ? 'no journey does' : `these do: ${known}`}`,
  );
}

function localeOf({ locales, release }: MailSource, { locale, customer }: Occasion): string {
  const own = customer?.attributes.locale;
  const fallback = release.policy.locale;
  return chooseLocale(locales, locale ?? (typeof own === 'string' ? own : undefined), fallback) ?? fallback;
}

type Sampled = {
  readonly source: MailSource;
  readonly event: JsonObject;
  readonly message: Message;
  readonly links: MailLinks;
  readonly region: string | undefined;
};

function sampleFor({ source, event, message, links, region }: Sampled): MailVariables {
  const { release, examples } = source;
  const sample = sampleVariables(message.locale, examples(message.locale));
  const { preferences: _, unsubscribe: __, ...always } = links;
  return {
    ...sample,
    event: { ...sample.event, ...event },
    links: message.topicType === 'marketing' ? links : always,
    brand: release.policy.brand,
    journey: { id: message.journey, name: nameOf(release, message.journey) },
    locale: regionalLocale(region, message.locale),
    zone: release.policy.zone,
  };
}

const nameOf = ({ journeys }: Release, journey: string): string => journeys.find(({ id }) => id === journey)?.name ?? journey;

/** What the template reads, without what every mail has around it. */
function used(sources: readonly string[], required: readonly string[], variables: MailVariables): MailPreview['variables'] {
  const paths = [...new Set([...required, ...pathsRead(sources)])].filter(
    (path) => !/^(?:links\.|brand\.|locale$|zone$)|\*/.test(path),
  );
  return paths.sort().map((path) => {
    const value = at(variables as unknown as JsonObject, path);
    return { path, ...(value !== undefined && { value }), required: required.includes(path) };
  });
}
