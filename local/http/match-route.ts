import type { RoutePlan } from '../stack/routes.ts';

export type RouteMatch = { readonly route: RoutePlan; readonly pathParameters: Readonly<Record<string, string>> };

/**
 * The route that API Gateway would choose: the most specific path wins (a fixed part before a variable, a variable before
 * `{proxy+}`), then the method before `ANY`; `$default` takes the rest.
 */
export function routeMatcher(routes: readonly RoutePlan[]): (method: string, path: string) => RouteMatch | undefined {
  const candidates = routes.filter(({ routeKey }) => routeKey !== '$default').map(parseRoute);
  candidates.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  return (method, path) => {
    const segments = split(path);
    for (const candidate of candidates) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const pathParameters = matchPath(candidate.parts, segments);
      if (pathParameters !== undefined) return { route: candidate.route, pathParameters };
    }
    return fallback === undefined ? undefined : { route: fallback, pathParameters: {} };
  };
}

type Part = { readonly type: 'fixed' | 'one' | 'rest'; readonly text: string };

function parseRoute(route: RoutePlan) {
  const [method = 'ANY', path = '/'] = route.routeKey.split(' ');
  const parts = split(path).map(parsePart);
  // Sorted as text: kind by kind from the left, and at the end the method before ANY.
  const rank = parts.map(({ type }) => ({ fixed: 'a', one: 'b', rest: 'c' })[type]).join('') + (method === 'ANY' ? 'z' : 'y');
  return { route, method, parts, rank };
}

function parsePart(segment: string): Part {
  const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? [];
  if (name === undefined) return { type: 'fixed', text: segment };
  return { type: plus === '+' ? 'rest' : 'one', text: name };
}

function matchPath(parts: readonly Part[], segments: readonly string[]): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  const greedy = parts.at(-1)?.type === 'rest';
  if (greedy ? segments.length < parts.length : segments.length !== parts.length) return undefined;
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.type === 'fixed' && part.text !== segment) return undefined;
    if (part.type === 'one' && segment === '') return undefined;
    if (part.type === 'one') found[part.text] = decode(segment);
    if (part.type === 'rest') found[part.text] = segments.slice(index).map(decode).join('/');
  }
  return found;
}

function split(path: string): string[] {
  return path.slice(1).split('/');
}

export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
