import { problem } from './problem.ts';

/**
 * The fields of a multipart/form-data body (RFC 7578). Files are refused; the empty part of a file input that nobody
 * filled in is left out. The body is small by the time it comes here, so it is taken apart as one text of bytes.
 */
export function multipartFields(body: Uint8Array, contentType: string): [string, string][] {
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined) throw broken('The content type names no boundary.');
  const [before, ...parts] = `\r\n${Buffer.from(body).toString('latin1')}`.split(`\r\n--${mark}`);
  if (before === undefined || !parts.at(-1)?.startsWith('--')) throw broken('The body does not end with its boundary.');
  return parts.slice(0, -1).flatMap(fieldOf);
}

function fieldOf(part: string): [string, string][] {
  const end = part.indexOf('\r\n\r\n');
  if (end < 0) throw broken('A part has no headers.');
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(part.slice(0, end))?.[1] ?? '';
  const content = part.slice(end + 4);
  const name = parameter(disposition, 'name');
  if (name === undefined) throw broken('A part has no name.');
  if (/;\s*filename\*?=/i.test(`;${disposition}`)) {
    if (content === '') return [];
    throw problem(415, 'Unsupported Media Type', {
      detail: 'Files are not taken.',
      errors: [{ path: name, message: 'is a file' }],
    });
  }
  return [[name, utf8(content)]];
}

/** Browsers write a quote as `%22` and line ends as `%0D`, `%0A`; other clients put a backslash in front. */
function parameter(disposition: string, name: string): string | undefined {
  const [, text] = new RegExp(`(?:^|;)\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(disposition) ?? [];
  if (text === undefined) return undefined;
  return utf8(text.replace(/\\(.)/g, '$1').replace(/%(22|0D|0A)/gi, (all) => decodeURIComponent(all)));
}

function utf8(bytes: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    throw broken('A part is not text in UTF-8.');
  }
}

function broken(detail: string): Error {
  return problem(400, 'Bad Request', { detail });
}
