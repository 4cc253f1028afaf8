import { badRequest } from './refusal.ts';

export type Header = { readonly name: string; readonly value: string };

const HEADERS_MAX = 15;
const NAME = /^[!-9;-~]{1,126}$/;
const VALUE = /^[ -~]{1,995}$/;
const NAME_AND_VALUE_LENGTH_MAX = 996;
const FORBIDDEN: ReadonlySet<string> = new Set([
  ...['bcc', 'cc', 'content-disposition', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'reply-to'],
  ...['return-path', 'subject', 'to'],
]);
const ONCE: readonly string[] = ['list-unsubscribe', 'list-unsubscribe-post'];

/** The extra headers of a Simple or Template mail, after SES's rules. */
export function checkHeaders(value: unknown): Header[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw badRequest('Headers must be a list.');
  if (value.length > HEADERS_MAX) throw badRequest(`Headers may have ${HEADERS_MAX} headers at most.`);
  const headers = value.map(checkedHeader);
  for (const name of ONCE) {
    if (headers.filter((header) => header.name.toLowerCase() === name).length > 1)
      throw badRequest(`Header ${name} is there twice.`);
  }
  return headers;
}

function checkedHeader(header: unknown): Header {
  const { Name: name, Value: value } = (header ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !NAME.test(name)) throw badRequest(`Invalid header name <${name}>.`);
  if (typeof value !== 'string' || !VALUE.test(value)) throw badRequest(`Invalid value of header ${name}.`);
  if (name.length + value.length > NAME_AND_VALUE_LENGTH_MAX) throw badRequest(`Header ${name} is too long.`);
  if (FORBIDDEN.has(name.toLowerCase())) throw badRequest(`Header ${name} is not allowed.`);
  return { name, value };
}

/** The headers of a raw mail in base64, unfolded. The engine parses the mail but keeps none of them. */
export function headersOfRaw(data: unknown): Header[] {
  if (typeof data !== 'string') throw badRequest('Raw.Data is missing.');
  const [head = ''] = Buffer.from(data, 'base64')
    .toString('utf8')
    .split(/\r?\n\r?\n/, 1);
  const headers: Header[] = [];
  for (const line of head.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.push({ name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() });
  }
  return headers;
}
