/** What can be seen only in a mail as it is sent: its weight, whether it can be read, and whether the way out is there. */

import type { CompiledMail } from '#core/catalogue.ts';
import { renderMail } from '#core/mail/render.ts';
import type { MailVariables } from '#core/mail/variables.ts';
import type { Problem } from '#schemas/problem.ts';
import { type Rule, rules } from '#schemas/rules.ts';
import { contrast, contrastNeeded, hexOf } from './contrast.ts';
import { sentBytes } from './sent-bytes.ts';
import { styledTexts } from './styled-text.ts';

const BYTES_WARN = 90_000;
const BYTES_MAX = 100_000;
/** What phones and desktops show of it; more is cut off. */
const SUBJECT_LENGTH_GOOD = 70;
const PREHEADER_LENGTH_GOOD = 150;
/** Different colours that do not go together, reported for one mail; one is usually a theme that all texts share. */
const PAIRS_MAX = 5;

type Found = { readonly rule: Rule; readonly message: string; readonly fix?: string; readonly severity?: Problem['severity'] };

/** Throws where the mail cannot be rendered with these values. */
export function lintMail(file: string, mail: CompiledMail, sample: MailVariables): Problem[] {
  const rendered = renderMail(mail, sample);
  const found = [...size(rendered.html), ...inboxLines(rendered), ...wayOut(rendered, sample), ...unreadable(rendered.html)];
  return found.map(({ rule, message, fix, severity }) => ({
    file,
    path: rule === 'subject-length' ? 'subject' : rule === 'preheader-length' ? 'preheader' : '',
    rule,
    severity: severity ?? rules[rule].severity,
    message,
    fix: fix ?? rules[rule].fix,
  }));
}

function size(html: string): Found[] {
  const bytes = sentBytes(html);
  if (bytes < BYTES_WARN) return [];
  const message = `the HTML has ${Math.round(bytes / 1000)} KB by the time it is sent; Gmail cuts off a mail at 102 KB`;
  return [{ rule: 'mail-size', message, severity: bytes < BYTES_MAX ? 'warning' : 'error' }];
}

function inboxLines({ subject, preheader }: { subject: string; preheader: string }): Found[] {
  const found: Found[] = [];
  if (subject.length > SUBJECT_LENGTH_GOOD)
    found.push({ rule: 'subject-length', message: `the subject has ${subject.length} characters: “${subject}”` });
  if (preheader === '' || preheader === subject || preheader.length > PREHEADER_LENGTH_GOOD) {
    const why =
      preheader === ''
        ? 'comes out empty'
        : preheader === subject
          ? 'says the same as the subject'
          : `has ${preheader.length} characters`;
    found.push({ rule: 'preheader-length', message: `the preheader ${why}` });
  }
  return found;
}

/** The footer brings it along; a template can still lose it, by hiding it or by giving `links` another value. */
function wayOut({ html, text }: { html: string; text: string }, { links }: MailVariables): Found[] {
  const address = links.unsubscribe ?? '';
  const inHtml = new RegExp(`<a\\b[^>]*href="${address.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"`).test(html);
  if (inHtml && text.includes(address)) return [];
  return [{ rule: 'unsubscribe-missing', message: `the ${inHtml ? 'text part' : 'HTML'} has no link to unsubscribe` }];
}

function unreadable(html: string): Found[] {
  const found = new Map<string, Found>();
  for (const dark of [false, true]) {
    for (const { text, colour, background, ...size } of styledTexts(html, dark)) {
      if (colour === undefined || background === undefined) continue;
      const ratio = contrast(colour, background);
      const needed = contrastNeeded(size);
      const pair = `${hexOf(colour)} on ${hexOf(background)}`;
      if (ratio >= needed || found.has(pair)) continue;
      const where = `“${text.slice(0, 40)}” is ${pair}${dark ? ' where the reader likes it dark' : ''}`;
      found.set(pair, { rule: 'mail-contrast', message: `${where}: a contrast of ${ratio.toFixed(1)}, and ${needed} is needed` });
    }
  }
  return [...found.values()].slice(0, PAIRS_MAX);
}
