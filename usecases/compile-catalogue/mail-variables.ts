import { variablesOf } from '#core/mail/liquid.ts';
import { offered } from '#core/mail/variables.ts';
import { didYouMean, listed } from '#schemas/suggest.ts';

const roots = [...new Set(offered.map((path) => path.split('.')[0] ?? path))];

export type Use = { readonly path: string; readonly message: string; readonly fix: string };

/** Every path that a template reads, as text: `customer.firstName`, `event.products[0].name` as `event.products.0.name`. */
export function pathsRead(sources: readonly string[]): string[] {
  const paths = sources
    .flatMap((source) => variablesOf(source))
    .map((segments) => segments.map((part) => (typeof part === 'object' ? '*' : String(part))).join('.'));
  return [...new Set(paths)];
}

/** Paths that nothing will ever fill, with what was probably meant. */
export function notOffered(paths: readonly string[]): Use[] {
  return paths
    .filter((path) => !isOffered(path))
    .map((path) => {
      const root = path.split('.')[0] ?? path;
      if (!roots.includes(root))
        return { path, message: `nothing is called "${root}"`, fix: didYouMean(root, roots, `offered are ${listed(roots)}`) };
      const siblings = offered.filter((one) => one.startsWith(`${root}.`));
      return { path, message: `"${path}" does not exist`, fix: didYouMean(path, siblings, `offered are ${listed(siblings)}`) };
    });
}

function isOffered(path: string): boolean {
  return offered.some(
    (one) =>
      one === path ||
      one.startsWith(`${path}.`) ||
      (one.endsWith('.*') && path.startsWith(one.slice(0, -1))) ||
      (path.startsWith(`${one}.`) && path.endsWith('.size')),
  );
}

/** What may have no value although it is offered: for these a template says what to do then. */
const open =
  /^(?:customer\.(?!(?:id|email)$)|event\.|loyalty\.(?:tier|next|expiring)\.|voucher\.|brand\.url$|links\.(?!confirm$))/;
const output = /\{\{-?\s*([A-Za-z_][\w-]*(?:\.[\w-]+)+)([^}]*)\}\}/g;

/** Variables that are put out without a default, a condition around them, or a place in the list of required ones. */
export function unguarded(sources: readonly string[], required: readonly string[]): string[] {
  const conditions = sources.flatMap((source) =>
    [...source.matchAll(/\{%-?\s*(?:if|elsif|unless|case|for)\s([^%]*)%\}/g)].map((match) => match[1] ?? ''),
  );
  const guarded = (path: string) =>
    required.some((one) => one === path || path.startsWith(`${one}.`)) ||
    conditions.some(
      (condition) =>
        new RegExp(`(?<![\\w.])${path.replaceAll('.', '\\.')}(?![\\w])`).test(condition) || conditionOnParent(condition, path),
    );
  const found = sources.flatMap((source) =>
    [...source.matchAll(output)].filter((match) => !/\|\s*default\b/.test(match[2] ?? '')).map((match) => match[1] ?? ''),
  );
  return [...new Set(found)].filter((path) => open.test(path) && !guarded(path));
}

function conditionOnParent(condition: string, path: string): boolean {
  const parent = path.slice(0, path.lastIndexOf('.'));
  return parent.includes('.') && new RegExp(`(?<![\\w.])${parent.replaceAll('.', '\\.')}(?![\\w.])`).test(condition);
}
