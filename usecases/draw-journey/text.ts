/**
 * How wide text will be, and where it breaks. Nobody knows which font a drawing will be shown in, so widths are those of
 * Arial with some room to spare: the fonts of all systems that the style names fit into that.
 */
export type Font = { readonly sizePx: number; readonly bold?: boolean };

export function textWidth(text: string, { sizePx, bold = false }: Font): number {
  let units = 0;
  for (const character of text) units += widthOf(character);
  return (units / 1000) * sizePx * ROOM * (bold ? BOLD : 1);
}

/** Lines no wider than told, at most so many; what does not fit ends in "…". A word that is too long is cut. */
export function wrap(text: string, font: Font, { widthPx, linesMax }: { widthPx: number; linesMax: number }): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words(text)) {
    const longer = line + word;
    if (line === '' || textWidth(longer.trimEnd(), font) <= widthPx) {
      line = longer;
      continue;
    }
    lines.push(line.trimEnd());
    line = word;
  }
  lines.push(line.trimEnd());
  const fitting = lines.flatMap((one) => pieces(one, font, widthPx)).filter((one) => one !== '');
  if (fitting.length <= linesMax) return fitting;
  return [...fitting.slice(0, linesMax - 1), shortened(`${fitting[linesMax - 1]}…`, font, widthPx)];
}

/** One line, cut with "…" where it is too wide. */
export function shortened(text: string, font: Font, widthPx: number): string {
  if (textWidth(text, font) <= widthPx) return text;
  const characters = [...text.replace(/…$/, '')];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`, font) > widthPx) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

/** Words with the space that follows them; after these signs a line may break too, without a space. */
function words(text: string): string[] {
  return (
    text
      .replace(/\s+/g, ' ')
      .trim()
      .match(/[^\s/_.?&=-]*[/_.?&=-]+\s?|[^\s/_.?&=-]+\s?|\s/g) ?? []
  );
}

function pieces(line: string, font: Font, widthPx: number): string[] {
  if (textWidth(line, font) <= widthPx) return [line];
  const found: string[] = [];
  let piece = '';
  for (const character of line) {
    if (piece !== '' && textWidth(piece + character, font) > widthPx) {
      found.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...found, piece];
}

/** Thousandths of the size, as Arial has them, by groups of characters of about the same width. */
const groups: readonly (readonly [width: number, characters: string])[] = [
  [222, "ijl'|‘’"],
  [278, ' ftI!,.:;/\\[]'],
  [340, 'r()-{}`"“”•'],
  [389, '*°'],
  [500, 'ckvxyzJ'],
  [556, 'abdeghnopqsuL0123456789?_$#€£'],
  [584, '+<>=~^–'],
  [611, 'FTZ'],
  [667, 'ABEKPSVXY&'],
  [722, 'CDHNRUw'],
  [778, 'GOQ'],
  [833, 'mM'],
  [889, '%'],
  [1000, 'W@—…→'],
];
const widths = new Map(groups.flatMap(([width, characters]) => [...characters].map((one) => [one, width] as const)));

/** Letters with accents are as wide as those without; signs of East Asia and pictures fill a square. */
function widthOf(character: string): number {
  const known = widths.get(character) ?? widths.get(character.normalize('NFD').charAt(0));
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x300 && code < 0x370) return 0;
  return code >= 0x1100 ? 1050 : 650;
}

const ROOM = 1.1;
const BOLD = 1.07;
