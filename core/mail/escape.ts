const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

/**
 * Embeddings, overrides and isolates: they change the direction of all that follows them, in a mail or page that is not theirs.
 * The marks for single characters (U+200E, U+200F), which Arabic and Hebrew names may need, are not among them.
 */
export const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/** Besides those, control characters that HTML does not know (all but tab and line breaks). */
const SPECIAL = '&<>"\'\\u202a-\\u202e\\u2066-\\u2069\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f';
const EACH_SPECIAL = new RegExp(`[${SPECIAL}]`, 'g');

/** What needs a closer look: those, and surrogates, which may be halves of a character. Nearly no value has one. */
const UNUSUAL = new RegExp(`[${SPECIAL}\\ud800-\\udfff]`);

/** A value as text that is text in HTML too, in elements as well as in quoted attributes; halves of characters become U+FFFD. */
export function escapeHtml(value: unknown): string {
  const text = typeof value === 'string' ? value : toText(value);
  return UNUSUAL.test(text) ? text.toWellFormed().replace(EACH_SPECIAL, (character) => escapes[character] ?? '') : text;
}

/** No value is no text, a list is its entries one after the other, and an object is never `[object Object]`. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(toText).join('');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
