const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

/** A value as text that is text in HTML too, in elements as well as in quoted attributes. */
export function escapeHtml(value: unknown): string {
  const text = typeof value === 'string' ? value : toText(value);
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => escapes[character] ?? character) : text;
}

/** No value is no text, a list is its entries one after the other, and an object is never `[object Object]`. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(toText).join('');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
