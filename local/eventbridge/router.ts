import { compile, type Matcher } from '../event-pattern/compile.ts';
import { type Fields, flatten } from '../event-pattern/fields.ts';
import type { BusEvent } from '../ports.ts';
import type { Store } from './store.ts';
import type { Target } from './transform.ts';

type Route = { readonly rule: string; readonly targets: readonly Target[] };

export type Router = {
  /** The enabled rules of a bus that an event matches and that have targets; none when there is no such bus. */
  route(bus: string, event: BusEvent): Route[];
  /** To be called when something about a bus or its rules changed. */
  forget(bus: string): void;
};

type CompiledRule = Route & { readonly matches: Matcher };

/** Rules of one bus, each in one place: under the detail types that it names, else the sources, else among those to try always. */
type Index = {
  readonly byDetailType: ReadonlyMap<string, readonly CompiledRule[]>;
  readonly bySource: ReadonlyMap<string, readonly CompiledRule[]>;
  readonly others: readonly CompiledRule[];
};

export function openRouter(store: Store): Router {
  const indexes = new Map<string, Index>();
  const matchers = new Map<string, Map<string, Matcher>>();

  function indexOf(bus: string): Index {
    const known = indexes.get(bus);
    if (known) return known;
    // Only what is still in use is taken over, so that the patterns of deleted rules do not pile up.
    const before = matchers.get(bus);
    const after = new Map<string, Matcher>();
    matchers.set(bus, after);
    const index = buildIndex(store, bus, (pattern) => {
      const matcher = before?.get(pattern) ?? compiled(pattern);
      after.set(pattern, matcher);
      return matcher;
    });
    indexes.set(bus, index);
    return index;
  }

  return {
    route(bus, event) {
      const index = indexOf(bus);
      const candidates = [
        ...(index.byDetailType.get(event['detail-type']) ?? []),
        ...(index.bySource.get(event.source) ?? []),
        ...index.others,
      ];
      if (candidates.length === 0) return [];
      const fields: Fields = flatten(event);
      return candidates.filter((rule) => rule.matches(fields));
    },
    forget(bus) {
      indexes.delete(bus);
    },
  };
}

function buildIndex(store: Store, bus: string, matcherOf: (pattern: string) => Matcher): Index {
  const byDetailType = new Map<string, CompiledRule[]>();
  const bySource = new Map<string, CompiledRule[]>();
  const others: CompiledRule[] = [];
  const targets = Map.groupBy(store.targetsOfBus(bus), ({ rule }) => rule);
  for (const { name, pattern, state } of store.rules(bus)) {
    const own = targets.get(name)?.map(({ target }) => JSON.parse(target) as Target);
    if (state === 'DISABLED' || !own) continue;
    const matches = matcherOf(pattern);
    const rule = { rule: name, targets: own, matches };
    const detailTypes = matches.exactly('detail-type');
    const sources = matches.exactly('source');
    if (detailTypes) file(byDetailType, detailTypes, rule);
    else if (sources) file(bySource, sources, rule);
    else others.push(rule);
  }
  return { byDetailType, bySource, others };
}

function file(shelf: Map<string, CompiledRule[]>, keys: readonly string[], rule: CompiledRule): void {
  for (const key of keys) {
    const present = shelf.get(key);
    if (present) present.push(rule);
    else shelf.set(key, [rule]);
  }
}

function compiled(pattern: string): Matcher {
  const matcher = compile(pattern);
  if (typeof matcher === 'string') throw new Error(`A stored pattern is not valid: ${matcher}`);
  return matcher;
}
