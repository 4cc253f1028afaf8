/** What can be seen in the markup itself, with its place: pictures that say nothing, links that lead nowhere. */
import type { Rule } from '#schemas/rules.ts';
import type { Fault } from './liquid-tokens.ts';
import { tagPattern } from './scan-mjml.ts';

export type MarkupFault = Fault & { readonly rule: Rule };

export function lintMarkup(source: string): MarkupFault[] {
  return [...tagFaults(source), ...wordless(source)];
}

function tagFaults(source: string): MarkupFault[] {
  return [...source.matchAll(new RegExp(tagPattern, 'g'))].flatMap(({ 0: tag, index }) => {
    const name = /^<([A-Za-z][\w:-]*)/.exec(tag)?.[1]?.toLowerCase();
    if (name === undefined) return [];
    const attribute = (wanted: string): string | undefined => {
      const [, double, single] =
        new RegExp(`\\s${wanted}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(withoutQuotesInLiquid(tag)) ?? [];
      return double ?? single;
    };
    return [...pictures(name, attribute), ...links(name, attribute)].map((fault) => ({ at: index, ...fault }));
  });
}

type Attribute = (name: string) => string | undefined;
type Found = Omit<MarkupFault, 'at'>;

/** `alt=""` is an answer too: the picture is there for its looks. */
function pictures(name: string, attribute: Attribute): Found[] {
  if (name !== 'mj-image' && name !== 'img') return [];
  const source = attribute('src');
  const faults: Found[] = [];
  if (attribute('alt') === undefined)
    faults.push({
      rule: 'image-alt',
      message: `the picture ${source === undefined ? '' : `"${source}" `}has no text`,
      fix: 'add alt="…" with what it shows, or alt="" where it is only there for its looks',
    });
  const wrong = source === undefined || source.trim() === '' ? 'is missing' : wrongAddress(source, PICTURE);
  if (wrong !== undefined)
    faults.push({ rule: 'mail-link', message: `the address of a picture ${wrong}`, fix: 'write src="https://…"' });
  return faults;
}

/** Fewer words than this beside pictures are a caption and no mail. */
const WORDS_MIN = 4;

/** Values count as words: what they say is not known here. */
function wordless(source: string): MarkupFault[] {
  const at = source.search(/<(?:mj-image|img)\b/i);
  if (at < 0) return [];
  const said = source
    .replace(/\{\{[\s\S]*?\}\}/g, ' value ')
    .replace(/\{%[\s\S]*?%\}/g, ' ')
    .replace(new RegExp(tagPattern, 'g'), ' ');
  if ((said.match(/\p{L}[\p{L}\p{N}'’-]*/gu) ?? []).length >= WORDS_MIN) return [];
  const message = 'without its pictures the mail says next to nothing';
  return [{ at, rule: 'empty-text-part', message, fix: 'say in words what the picture says' }];
}

const LINKING = new Set(['a', 'mj-button', 'mj-navbar-link', 'mj-social-element']);

function links(name: string, attribute: Attribute): Found[] {
  const href = attribute('href');
  if (href === undefined && (!LINKING.has(name) || name === 'mj-social-element' || attribute('name') !== undefined)) return [];
  const wrong = href === undefined ? 'leads nowhere: it has no address' : wrongAddress(href, LINK);
  if (wrong === undefined) return [];
  return [{ rule: 'mail-link', message: `a link (<${name}>) ${wrong}`, fix: 'write href="https://…", the whole address' }];
}

const LINK = /^(?:https?:\/\/[^\s/]|mailto:.+@|tel:\+?\d)/i;
const PICTURE = /^https?:\/\/[^\s/]/i;

/** What starts with a value is made safe when it is sent, and judged by the trial run. */
function wrongAddress(address: string, right: RegExp): string | undefined {
  const text = address.trim();
  if (/^\{[{%]/.test(text) || right.test(text)) return undefined;
  if (text === '' || text === '#') return 'leads nowhere';
  if (/^[a-z][a-z\d+.-]*:/i.test(text)) return `has an address that mail programs refuse: "${text.slice(0, 60)}"`;
  return `has only a part of an address, "${text.slice(0, 60)}", and a mail stands on no page`;
}

/** Liquid inside an attribute may hold the very quotes that the attribute is written with. */
function withoutQuotesInLiquid(tag: string): string {
  return tag.replace(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g, (liquid) => liquid.replace(/["']/g, ' '));
}
