/**
 * Liquid through MJML. MJML reads XML and drops what it does not understand, so every piece of Liquid becomes a plain word
 * first, and is put back into the HTML afterwards. Where MJML allows no text (between sections, say) the word is wrapped
 * into an `mj-raw`. On the way, faults that MJML would swallow are found: tags left open, text that would be lost.
 */
import type { Scanned } from './scan-mjml.ts';

export type Fault = { readonly at: number; readonly message: string; readonly fix: string };

export type Tokens = { readonly pieces: string[] };

const word = /lqd(\d+)x/g;

export function newTokens(): Tokens {
  return { pieces: [] };
}

/** The word that stands for a piece of Liquid until `restore`. */
function tokenFor(tokens: Tokens, liquid: string): string {
  tokens.pieces.push(liquid);
  return `lqd${tokens.pieces.length - 1}x`;
}

export function restore(tokens: Tokens, text: string): string {
  return text.replace(word, (whole, index) => tokens.pieces[Number(index)] ?? whole);
}

/** The pieces of Liquid that did not come through: MJML has dropped them with the place where they stood. */
export function lost(tokens: Tokens, text: string): string[] {
  const seen = new Set([...text.matchAll(word)].map((match) => Number(match[1])));
  return tokens.pieces.filter((_, index) => !seen.has(index));
}

/** True where a text holds what could be taken for one of our words. */
export function clashes(text: string): boolean {
  return /lqd\d+x/.test(text);
}

/** The source with its Liquid replaced. */
export function replaceLiquid(scanned: Scanned, tokens: Tokens): string {
  return scanned.parts
    .map((part) => {
      if (part.type !== 'liquid') return part.text;
      const padding = '\n'.repeat(part.text.split('\n').length - 1);
      const piece = tokenFor(tokens, part.address ? withSafeAddress(part.text) : part.text);
      if (part.place === 'attribute') return piece;
      return part.place === 'between' ? `<mj-raw>${piece}</mj-raw>${padding}` : `${piece}${padding}`;
    })
    .join('');
}

/** Our own links are safe; whatever else fills an address may have come from a web page. */
function withSafeAddress(output: string): string {
  return output.replace(/\s*(-?\}\})$/, ' | safe_url $1');
}
