import type { Fault } from './liquid-tokens.ts';

type Part =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'liquid';
      readonly text: string;
      readonly at: number;
      readonly place: 'attribute' | 'content' | 'between';
      readonly address: boolean;
    };

export type Scanned = { readonly parts: readonly Part[]; readonly faults: readonly Fault[] };

/** Elements whose content MJML takes over as it stands. Everywhere else it keeps elements only. */
const contentElements = new Set([
  'mj-accordion-text',
  'mj-accordion-title',
  'mj-button',
  'mj-navbar-link',
  'mj-preview',
  'mj-raw',
  'mj-social-element',
  'mj-style',
  'mj-table',
  'mj-text',
  'mj-title',
]);
const addressAttributes = new Set(['href', 'src', 'action', 'background-url', 'background', 'xlink:href']);

type Scanner = {
  readonly source: string;
  readonly parts: Part[];
  readonly faults: Fault[];
  readonly open: { readonly name: string; readonly at: number }[];
};

const LIQUID = String.raw`\{%-?\s*raw\s*-?%\}[\s\S]*?\{%-?\s*endraw\s*-?%\}|\{%-?\s*comment\s*-?%\}[\s\S]*?\{%-?\s*endcomment\s*-?%\}|\{\{(?:"[^"]*"|'[^']*'|[^"'}]|\}(?!\}))*\}\}|\{%(?:"[^"]*"|'[^']*'|[^"'%]|%(?!\}))*%\}`;
// No character fits two alternatives, or a tag that is left open would be tried in all combinations.
const TAG = String.raw`<\/?[A-Za-z][\w:-]*(?:${LIQUID}|"(?:${LIQUID}|[^"{]|\{(?![{%]))*"|'(?:${LIQUID}|[^'{]|\{(?![{%]))*'|[^"'>{]|\{(?![{%]))*>`;
/** A start or end tag of MJML or HTML, with the Liquid in it. */
export const tagPattern = TAG;
const pieces = new RegExp(
  `(?<conditional><!--\\[[\\s\\S]*?\\]>|<!(?:--)?\\[endif\\]-->)|(?<liquid>${LIQUID})|(?<tag>${TAG})`,
  'g',
);

/** Comments go, before anybody reads what stands in them; what is for Outlook alone stays. Lines keep their numbers. */
export function withoutComments(source: string): string {
  return source.replace(/<!--(?!\[)[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ''));
}

/** Splits MJML into Liquid and the rest, and finds what MJML would drop or bend without a word. */
export function scanMjml(source: string): Scanned {
  const scanner: Scanner = { source, parts: [], faults: [], open: [] };
  let end = 0;
  for (const match of source.matchAll(pieces)) {
    scanText(scanner, source.slice(end, match.index), end);
    end = match.index + match[0].length;
    const { liquid, tag } = match.groups ?? {};
    if (liquid !== undefined) scanLiquid(scanner, liquid, match.index);
    else if (tag !== undefined) scanTag(scanner, tag, match.index);
    else push(scanner, match[0]);
  }
  scanText(scanner, source.slice(end), end);
  for (const { name, at } of scanner.open) scanner.faults.push({ at, message: `<${name}> is not closed`, fix: `add </${name}>` });
  return { parts: scanner.parts, faults: scanner.faults };
}

function push(scanner: Scanner, text: string): void {
  if (text !== '') scanner.parts.push({ type: 'text', text });
}

const inContent = (scanner: Scanner): boolean => contentElements.has(scanner.open.at(-1)?.name ?? '');

function scanText(scanner: Scanner, text: string, at: number): void {
  push(scanner, text);
  const opened = /\{\{|\{%/.exec(text);
  if (opened)
    scanner.faults.push({
      at: at + opened.index,
      message: `"${opened[0]}" is not closed`,
      fix: `add "${opened[0] === '{{' ? '}}' : '%}'}"`,
    });
  const start = text.search(/\S/);
  if (start < 0 || inContent(scanner) || opened) return;
  const shown = text.trim().replace(/\s+/g, ' ').slice(0, 40);
  scanner.faults.push({
    at: at + start,
    message: `the text "${shown}" stands where MJML shows none`,
    fix: 'put it into an <mj-text>',
  });
}

function scanLiquid(scanner: Scanner, liquid: string, at: number): void {
  if (/^\{%-?\s*comment\b/.test(liquid)) {
    push(scanner, liquid.replace(/[^\n]/g, ''));
    return;
  }
  const place = inContent(scanner) ? 'content' : 'between';
  if (place === 'between' && liquid.startsWith('{{')) {
    scanner.faults.push({ at, message: `${liquid} stands where MJML shows no text`, fix: 'put it into an <mj-text>' });
  }
  scanner.parts.push({ type: 'liquid', text: liquid, at, place, address: false });
}

function scanTag(scanner: Scanner, tag: string, at: number): void {
  const name = /^<\/?([A-Za-z][\w:-]*)/.exec(tag)?.[1]?.toLowerCase() ?? '';
  const top = scanner.open.at(-1);
  const ours = name === 'mjml' || name.startsWith('mj-');
  if (ours && !(top && contentElements.has(top.name) && name !== top.name)) follow(scanner, name, tag, at);
  if (!ours && !inContent(scanner)) {
    scanner.faults.push({
      at,
      message: `<${name}> is HTML and stands where MJML shows none`,
      fix: 'put it into an <mj-text>, <mj-table> or <mj-raw>',
    });
  }
  splitTag(scanner, tag, at);
}

/** Keeps count of what is open. MJML itself closes what is left open wherever it likes. */
function follow(scanner: Scanner, name: string, tag: string, at: number): void {
  if (name === 'mj-include') {
    scanner.faults.push({
      at,
      message: '<mj-include> reads files, and a published template has none',
      fix: 'write {% include "name" %} for templates/partials/name.mjml',
    });
    return;
  }
  if (tag.endsWith('/>')) return;
  if (!tag.startsWith('</')) {
    scanner.open.push({ name, at });
    return;
  }
  const index = scanner.open.findLastIndex((one) => one.name === name);
  if (index < 0) {
    scanner.faults.push({ at, message: `</${name}> closes what is not open`, fix: 'remove it' });
    return;
  }
  for (const left of scanner.open.slice(index + 1)) {
    scanner.faults.push({ at: left.at, message: `<${left.name}> is not closed before </${name}>`, fix: `add </${left.name}>` });
  }
  scanner.open.length = index;
}

/** Liquid inside a tag may fill the value of an attribute, and nothing else. */
function splitTag(scanner: Scanner, tag: string, at: number): void {
  const liquid = new RegExp(LIQUID, 'g');
  let end = 0;
  for (const match of tag.matchAll(liquid)) {
    const attribute = /([\w:-]+)\s*=\s*(?:"([^"]*)|'([^']*))$/.exec(masked(tag.slice(0, match.index)));
    if (!attribute) {
      scanner.faults.push({
        at: at + match.index,
        message: `${match[0]} stands inside a tag, but not in the value of an attribute`,
        fix: 'write attribute="{{ … }}", or put the Liquid around the whole element',
      });
    }
    push(scanner, tag.slice(end, match.index));
    end = match.index + match[0].length;
    const before = (attribute?.[2] ?? attribute?.[3] ?? '').split(WAY).at(-1)?.trim();
    const address =
      addressAttributes.has(attribute?.[1] ?? '') && before === '' && match[0].startsWith('{{') && !ownAddress.test(match[0]);
    scanner.parts.push({ type: 'liquid', text: match[0], at: at + match.index, place: 'attribute', address });
  }
  push(scanner, tag.slice(end));
}

/** What was before in a tag, with outputs as a letter and each new way (`else`) marked: an address can start on every way. */
function masked(before: string): string {
  return before.replace(new RegExp(LIQUID, 'g'), (liquid) => {
    if (liquid.startsWith('{{')) return 'x';
    return /^\{%-?\s*(?:else|elsif|when)\b/.test(liquid) ? WAY : '';
  });
}

const WAY = '\u0001';
const ownAddress = /^\{\{-?\s*links\.\w+\s*-?\}\}$/;
