import { type Colour, colourOf } from './contrast.ts';
import { declarations, type Element, type StyleRule, type Styles, styleOf, styleRules } from './style-rules.ts';

/** A text that is shown, and how. Colours that cannot be known (a picture behind it, say) are undefined. */
export type StyledText = {
  readonly text: string;
  readonly colour: Colour | undefined;
  readonly background: Colour | undefined;
  readonly sizePx: number;
  readonly bold: boolean;
};

/**
 * All texts that a mail shows, in the order in which they stand, as a client shows them that honours style sheets. What is
 * for Outlook alone is left out. The HTML is MJML's, which closes what it opens.
 */
export function styledTexts(html: string, dark: boolean): StyledText[] {
  const rules = styleRules(html, dark);
  const page: Frame = { element: ROOT, look: PAGE };
  const open: Frame[] = [page];
  const texts: StyledText[] = [];
  for (const [, closing, name = '', attributes = '', text] of shown(html).matchAll(PIECE)) {
    const top = open.at(-1) ?? page;
    if (text !== undefined) {
      const said = text
        .replace(/&(?:nbsp|#8204|#8199|#160|zwnj);/g, ' ')
        .replace(/\s+/g, ' ')
        .trim();
      if (!top.look.hidden && /[\p{L}\p{N}]/u.test(said.replace(/&\w+;/g, ''))) texts.push({ text: said, ...shownAs(top.look) });
      continue;
    }
    const tag = name.toLowerCase();
    if (closing === '/') close(open, tag);
    else if (!VOID.has(tag) && !attributes.endsWith('/')) open.push(frame(tag, attributes, { open, rules, above: top.look }));
  }
  return texts;
}

type Look = Omit<StyledText, 'text'> & { readonly hidden: boolean };
type Frame = { readonly element: Element; readonly look: Look };

const ROOT: Element = { name: '', classes: [], own: {} };
const PAGE: Look = { colour: [0, 0, 0], background: [255, 255, 255], sizePx: 16, bold: false, hidden: false };
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);
const PIECE = /<(\/?)([a-z][\w:-]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>|([^<]+)/gi;

function shown(html: string): string {
  return html
    .replace(/<!--\[if (?!!)[^\]]*\]>[\s\S]*?<!\[endif\]-->/g, '')
    .replace(/<!--[\s\S]*?-->|<![^>]*>/g, '')
    .replace(/<(head|style|script|title)\b[\s\S]*?<\/\1>/gi, '');
}

const shownAs = ({ hidden: _, ...look }: Look): Omit<StyledText, 'text'> => look;

function close(open: Frame[], tag: string): void {
  const index = open.findLastIndex(({ element }) => element.name === tag);
  if (index > 0) open.length = index;
}

type Around = { readonly open: readonly Frame[]; readonly rules: readonly StyleRule[]; readonly above: Look };

function frame(name: string, attributes: string, { open, rules, above }: Around): Frame {
  const attribute = (wanted: string): string => {
    const [, double, single] = new RegExp(`(?<![\\w-])${wanted}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(attributes) ?? [];
    return (double ?? single ?? '').replaceAll('&quot;', '"');
  };
  const { styles, important } = declarations(attribute('style'));
  const bgcolor = attribute('bgcolor');
  const own = { ...(bgcolor !== '' && { 'background-color': bgcolor }), ...styles, ...important };
  const element: Element = { name, classes: attribute('class').split(/\s+/).filter(Boolean), own };
  const style = styleOf([...open.map((one) => one.element), element], rules);
  return { element, look: looks(name, style, above) };
}

function looks(name: string, style: Styles, above: Look): Look {
  const { color, display, opacity } = style;
  const size = /^([\d.]+)px$/.exec(style['font-size'] ?? '')?.[1];
  const weight = style['font-weight'] ?? (/^(?:b|strong|h[1-6])$/.test(name) ? 'bold' : '');
  const faded = opacity !== undefined && Number(opacity) < 1;
  return {
    colour: faded ? undefined : color === undefined || color === 'inherit' ? above.colour : colourOf(color),
    background: backgroundOf(style, above.background),
    sizePx: size === undefined ? above.sizePx : Number(size),
    bold: weight === '' || weight === 'inherit' ? above.bold : /^(?:bold|bolder|[6-9]00)$/.test(weight),
    hidden: above.hidden || /^none\b/.test(display ?? ''),
  };
}

/** A picture behind a text, or a gradient, may have any colour. */
function backgroundOf(style: Styles, above: Colour | undefined): Colour | undefined {
  const short = style.background ?? '';
  if (/url\(|gradient\(/.test(`${short} ${style['background-image'] ?? ''}`)) return undefined;
  const text = style['background-color'] ?? short;
  if (text === '' || /^(?:none|transparent|inherit)\b/.test(text)) return above;
  return colourOf(text.split(/\s+(?![^(]*\))/)[0] ?? text);
}
