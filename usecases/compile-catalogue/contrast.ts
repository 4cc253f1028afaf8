/** Colours as CSS writes them, and how well one can be read on another. Source: WCAG 2.2, relative luminance and contrast ratio. */
export type Colour = readonly [red: number, green: number, blue: number];

/** What text must reach at level AA; large is 24 px, or 18.66 px in bold. */
export function contrastNeeded(text: { readonly sizePx: number; readonly bold: boolean }): number {
  return text.sizePx >= 24 || (text.bold && text.sizePx >= 18.66) ? 3 : 4.5;
}

/** From 1 (the same colour) to 21 (black on white). */
export function contrast(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Undefined where the text is no opaque colour that can be judged: a name that is not known, a variable, `transparent`. */
export function colourOf(css: string): Colour | undefined {
  const text = css.trim().toLowerCase();
  const [, short] = /^#([0-9a-f]{3})$/.exec(text) ?? [];
  const hex =
    short === undefined ? (/^#([0-9a-f]{6})$/.exec(text)?.[1] ?? NAMED[text]) : [...short].map((one) => one + one).join('');
  if (hex !== undefined) return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour;
  const [, red, green, blue] = /^rgb\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)$/.exec(text) ?? [];
  return red === undefined ? undefined : [Number(red), Number(green), Number(blue)];
}

export function hexOf(colour: Colour): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The sixteen names of CSS 1, and two that mails use much. */
const NAMED: Readonly<Record<string, string>> = {
  aqua: '00ffff',
  black: '000000',
  blue: '0000ff',
  fuchsia: 'ff00ff',
  gray: '808080',
  green: '008000',
  grey: '808080',
  lime: '00ff00',
  maroon: '800000',
  navy: '000080',
  olive: '808000',
  orange: 'ffa500',
  purple: '800080',
  red: 'ff0000',
  silver: 'c0c0c0',
  teal: '008080',
  white: 'ffffff',
  yellow: 'ffff00',
};
