import type { Handler, Routes } from './http.ts';
import { problem } from './problem.ts';

type Part = { readonly type: 'fixed' | 'one' | 'rest'; readonly text: string };
type Route = { readonly method: string; readonly parts: readonly Part[]; readonly rank: string; readonly handler: Handler };

/** One handler of many: by path, the most specific first, then by method. What nobody answers is a 404 or a 405. */
export function router(routes: Routes): Handler {
  const all = Object.entries(routes).map(parseRoute);
  all.sort((one, other) => (one.rank < other.rank ? -1 : 1));
  return (request) => {
    const segments = split(request.path);
    const allowed = new Set<string>();
    for (const route of all) {
      const params = match(route.parts, segments);
      if (params === undefined) continue;
      if (route.method === request.method) return route.handler({ ...request, params });
      if (route.method === 'GET' && request.method === 'HEAD') return route.handler({ ...request, params });
      allowed.add(route.method);
      if (route.method === 'GET') allowed.add('HEAD');
    }
    if (allowed.size === 0) throw problem(404, 'Not Found', { detail: 'There is nothing at this address.' });
    const allow = [...allowed].join(', ');
    throw problem(405, 'Method Not Allowed', { detail: `Allowed here: ${allow}.`, headers: { allow } });
  };
}

function parseRoute([key, handler]: readonly [string, Handler]): Route {
  const [method = 'GET', path = '/'] = key.split(' ');
  const parts = split(path).map(parsePart);
  // Compared as text, part by part from the left: a fixed part comes before a variable, and that before the rest.
  const rank = parts.map(({ type }) => ({ fixed: 'a', one: 'b', rest: 'c' })[type]).join('');
  return { method, parts, rank, handler };
}

function parsePart(segment: string): Part {
  const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? [];
  return name === undefined ? { type: 'fixed', text: segment } : { type: plus === '+' ? 'rest' : 'one', text: name };
}

function match(parts: readonly Part[], segments: readonly string[]): Record<string, string> | undefined {
  const greedy = parts.at(-1)?.type === 'rest';
  if (greedy ? segments.length < parts.length : segments.length !== parts.length) return undefined;
  const found: [string, string][] = [];
  for (const [index, { type, text }] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (type === 'fixed' ? segment !== text : segment === '') return undefined;
    if (type !== 'fixed') found.push([text, type === 'one' ? segment : segments.slice(index).join('/')]);
  }
  return Object.fromEntries(found);
}

/** A slash at the end makes no other address. */
function split(path: string): string[] {
  return path.replace(/\/+$/, '').split('/').slice(1);
}
