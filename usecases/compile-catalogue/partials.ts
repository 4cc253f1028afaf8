import type { Fault } from './liquid-tokens.ts';
import { withoutComments } from './scan-mjml.ts';

/** The source of a partial by its name, in the locale of the mail where there is one; undefined where there is none at all. */
export type FindPartial = (name: string) => string | undefined;

const include =
  /\{%-?\s*(include|render)\s+(?:'([^']*)'|"([^"]*)"|([^\s,%]+))\s*((?:,?\s*\w+\s*:\s*(?:'[^']*'|"[^"]*"|[^\s,%]+)\s*)*)-?%\}/g;
const argument = /(\w+)\s*:\s*('[^']*'|"[^"]*"|[^\s,%]+)/g;
const DEPTH_MAX = 8;

/**
 * Puts partials in where they are included, on one line, so that the lines of the template keep their numbers. Arguments
 * become assignments. This happens when the template is published: at the time of sending there are no files.
 */
export function withPartials(
  source: string,
  find: FindPartial,
  faults: Fault[],
  chain: readonly string[] = [],
  root?: number,
): string {
  return source.replace(
    include,
    (
      whole,
      tag: string,
      single: string | undefined,
      double: string | undefined,
      bare: string | undefined,
      rest: string,
      offset: number,
    ) => {
      const at = root ?? offset;
      const fault = (message: string, fix: string) => {
        faults.push({ at, message, fix });
        return '';
      };
      const name = single ?? double;
      if (tag === 'render')
        return fault(`${whole} is not offered`, 'use {% include "name" %}; partials see the variables of the mail');
      if (name === undefined) return fault(`the name of a partial cannot come from a variable (${bare})`, 'write it in quotes');
      if (chain.includes(name) || chain.length >= DEPTH_MAX)
        return fault(`the partial "${name}" includes itself (${[...chain, name].join(' → ')})`, 'break the circle');
      const partial = find(name);
      if (partial === undefined) return fault(`there is no partial "${name}"`, `add templates/partials/${name}.mjml`);
      const assigned = [...rest.matchAll(argument)].map(([, key, value]) => `{% assign ${key} = ${value} %}`).join('');
      return (
        assigned +
        withPartials(
          withoutComments(partial)
            .trim()
            .replace(/\s*\r?\n\s*/g, ' '),
          find,
          faults,
          [...chain, name],
          at,
        )
      );
    },
  );
}
