import { addressOf } from './address.ts';
import { checkHeaders, type Header, headersOfRaw } from './headers.ts';
import { badRequest } from './refusal.ts';

/** What SendEmail was asked, as far as the engine does not look after it itself. */
export type SendRequest = {
  readonly headers: readonly Header[];
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet: string | undefined;
  /** The recipients named beside the content. A raw mail may name them in its headers instead. */
  readonly recipients: Recipients;
  readonly isRaw: boolean;
};

export type Recipients = { readonly to: readonly string[]; readonly cc: readonly string[]; readonly bcc: readonly string[] };

const RECIPIENTS_MAX = 50;
const TAGS_MAX = 50;
const TAG = /^[A-Za-z0-9_-]{1,256}$/;
const CONFIGURATION_SET = /^[A-Za-z0-9_-]{1,64}$/;

/** Refuses what SES refuses although aws-ses-v2-local would take it. */
export function readSendRequest(body: string): SendRequest {
  const input = parse(body);
  const content = object(input.Content, 'Content');
  const kinds = ['Simple', 'Raw', 'Template'].filter((kind) => content[kind] !== undefined && content[kind] !== null);
  if (kinds.length !== 1) throw badRequest('Content must be exactly one of Simple, Raw and Template.');
  const isRaw = kinds[0] === 'Raw';
  checkSender(input, isRaw);
  const recipients = recipientsOf(input);
  checkRecipients(recipients, isRaw);
  addresses(input.ReplyToAddresses, 'ReplyToAddresses').forEach(checkAddress);
  return {
    headers: isRaw
      ? headersOfRaw(object(content.Raw, 'Raw').Data)
      : checkHeaders(object(content[kinds[0] ?? ''], 'Content').Headers),
    tags: tagsOf(input.EmailTags),
    configurationSet: configurationSetOf(input.ConfigurationSetName),
    recipients,
    isRaw,
  };
}

export function checkRecipients({ to, cc, bcc }: Recipients, mayBeNone = false): void {
  const all = [...to, ...cc, ...bcc];
  if (all.length === 0 && !mayBeNone) throw badRequest('Destination must name at least one recipient.');
  if (all.length > RECIPIENTS_MAX) throw badRequest(`Recipient count exceeds ${RECIPIENTS_MAX}.`);
  all.forEach(checkAddress);
}

function parse(body: string): Record<string, unknown> {
  try {
    return object(JSON.parse(body), 'The request');
  } catch (cause) {
    throw badRequest(cause instanceof SyntaxError ? 'The request is not JSON.' : String((cause as Error).message));
  }
}

function checkSender(input: Record<string, unknown>, isRaw: boolean): void {
  const { FromEmailAddress: from } = input;
  if (from === undefined || from === null || from === '') {
    if (isRaw) return;
    throw badRequest('FromEmailAddress is missing.');
  }
  if (typeof from !== 'string') throw badRequest('FromEmailAddress must be a string.');
  checkAddress(from);
}

function recipientsOf(input: Record<string, unknown>): Recipients {
  const destination =
    input.Destination === undefined || input.Destination === null ? {} : object(input.Destination, 'Destination');
  return {
    to: addresses(destination.ToAddresses, 'ToAddresses'),
    cc: addresses(destination.CcAddresses, 'CcAddresses'),
    bcc: addresses(destination.BccAddresses, 'BccAddresses'),
  };
}

function addresses(value: unknown, name: string): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw badRequest(`${name} must be a list of strings.`);
  return value;
}

function checkAddress(mailbox: string): void {
  if (addressOf(mailbox) === undefined) throw badRequest(`Illegal address: ${JSON.stringify(mailbox)}.`);
}

function tagsOf(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value)) throw badRequest('EmailTags must be a list.');
  if (value.length > TAGS_MAX) throw badRequest(`EmailTags may have ${TAGS_MAX} tags at most.`);
  const tags: [string, string][] = value.map((tag) => {
    const { Name: name, Value: text } = object(tag, 'EmailTags');
    return [checkedTag(name, 'name'), checkedTag(text, 'value')];
  });
  if (new Set(tags.map(([name]) => name)).size < tags.length) throw badRequest('EmailTags has a name twice.');
  return Object.fromEntries(tags);
}

function checkedTag(value: unknown, part: 'name' | 'value'): string {
  if (typeof value === 'string' && TAG.test(value)) return value;
  throw badRequest(`Invalid tag ${part} <${value}>: only 1 to 256 alphanumeric ASCII characters, '_' and '-' are allowed.`);
}

function configurationSetOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && CONFIGURATION_SET.test(value)) return value;
  throw badRequest(`Invalid configuration set name <${value}>.`);
}

function object(value: unknown, name: string): Record<string, unknown> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw badRequest(`${name} must be an object.`);
}
