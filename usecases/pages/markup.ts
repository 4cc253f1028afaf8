import { escapeHtml } from '#core/mail/escape.ts';

/** HTML that is safe to put into HTML. Only `markup` makes it, so a text that came from outside is always escaped. */
export type Markup = { readonly markup: string };

type Value = string | number | Markup | readonly Markup[] | undefined | false;

/** A template whose values are escaped; markup, and lists of it, stay as they are; what is undefined or false is left out. */
export function markup(texts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return { markup: texts.reduce((all, text, index) => all + shown(values[index - 1]) + text) };
}

function shown(value: Value): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'markup' in value ? value.markup : value.map((one) => one.markup).join('');
}
