import type { CompiledMail } from '../catalogue.ts';
import { at, type Json, type JsonObject } from '../json.ts';
import { TURNING } from './escape.ts';
import { renderHtml, renderText } from './liquid.ts';
import type { MailVariables } from './variables.ts';

export type RenderedMail = { readonly subject: string; readonly preheader: string; readonly html: string; readonly text: string };

/**
 * A mail for one recipient. Values are escaped in the HTML, and never read as Liquid themselves. Throws where the template
 * breaks a limit or a filter cannot take its value; what can be known before is refused when the template is published.
 */
export function renderMail(mail: CompiledMail, variables: MailVariables): RenderedMail {
  return {
    subject: oneLine(renderText(mail.subject, variables), SUBJECT_LENGTH_MAX),
    preheader: oneLine(renderText(mail.preheader, variables), PREHEADER_LENGTH_MAX),
    html: renderHtml(mail.html, variables),
    text: tidy(renderText(mail.text, variables)).replace(TURNING, '').toWellFormed(),
  };
}

/** The required variables that have no value, or an empty list: the mail is then skipped, with these as the reason. */
export function missing(template: { readonly required: readonly string[] }, variables: MailVariables): string[] {
  return template.required.filter((path) => isEmpty(at(variables as unknown as JsonObject, path)));
}

/** A header in RFC 5322 has at most 998 characters, and may be encoded to three times its length. */
const SUBJECT_LENGTH_MAX = 250;
const PREHEADER_LENGTH_MAX = 500;

function isEmpty(value: Json | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.length === 0)
  );
}

/**
 * A line break in a subject would start a new header, and one in a customer's name must not be able to. Characters that turn
 * the direction of all that follows would show another subject than the one that stands there.
 */
function oneLine(text: string, lengthMax: number): string {
  const line = text
    .toWellFormed()
    .replace(TURNING, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length <= lengthMax
    ? line
    : `${[...line]
        .slice(0, lengthMax - 1)
        .join('')
        .toWellFormed()}…`;
}

/** Conditions and loops that gave nothing leave empty lines behind. */
function tidy(text: string): string {
  return text
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
