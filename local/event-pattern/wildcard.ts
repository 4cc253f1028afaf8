import { PatternProblem } from './problem.ts';

/** `*` stands for any characters, none included; `\*` and `\\` for themselves. Takes time linear in text × pieces at worst. */
export function wildcardTest(pattern: string): (text: string) => boolean {
  const pieces = piecesOf(pattern);
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return (text) => text === first;
  const between = pieces.slice(1, -1);
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const piece of between) {
      const found = text.indexOf(piece, from);
      if (found < 0) return false;
      from = found + piece.length;
    }
    return from <= end;
  };
}

/** The texts around the `*`s. */
function piecesOf(pattern: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index];
    if (character === '*') {
      if (pattern[index + 1] === '*') throw new PatternProblem(`Consecutive wildcard characters at position ${index}`);
      pieces.push(piece);
      piece = '';
      continue;
    }
    if (character === '\\') {
      index += 1;
      if (pattern[index] !== '*' && pattern[index] !== '\\') {
        throw new PatternProblem(`Invalid escape character at position ${index - 1}`);
      }
    }
    piece += pattern[index];
  }
  return [...pieces, piece];
}
