import { canonical, type Json, type JsonObject } from '#core/json.ts';
import type { Breadth } from './breadth.ts';

/** One thing that is not as it was, in words: "for: 3 days → 5 days". What was not there has no `before`. */
export type Difference = {
  readonly at: string;
  readonly before?: string;
  readonly after?: string;
  /** For conditions: whether more people or fewer fulfil it now, where that can be told. */
  readonly breadth?: Breadth;
};

/** A value with the words that it is told in. */
export type Fact = { readonly value: unknown; readonly words: string };
export type Facts = ReadonlyMap<string, Fact>;

export const fact = (value: unknown, words: string): Fact => ({ value, words });

/** Facts by name, in the order in which they are to be told; those without a value are left out. */
export function facts(all: Readonly<Record<string, Fact | undefined>>): Facts {
  return new Map(Object.entries(all).flatMap(([name, one]) => (one === undefined ? [] : [[name, one] as const])));
}

export function differences(before: Facts, after: Facts): Difference[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((at): Difference[] => {
    const [old, now] = [before.get(at), after.get(at)];
    if (same(old?.value, now?.value)) return [];
    return [{ at, ...(old && { before: old.words }), ...(now && { after: now.words }) }];
  });
}

/** Any value as facts, one for each leaf; lists of things with ids by their ids. */
export function leaves(value: unknown, at = ''): Facts {
  return new Map(leafPairs(value as Json | undefined, at));
}

export const same = (one: unknown, other: unknown): boolean => canonical(one as Json) === canonical(other as Json);

function leafPairs(value: Json | undefined, at: string): [string, Fact][] {
  if (value === undefined) return [];
  const under = (name: string): string => (at === '' ? name : `${at}.${name}`);
  if (Array.isArray(value) && value.length > 0 && value.every(hasName)) {
    const named = value.flatMap((one) => {
      const { id, name, ...rest } = one as JsonObject & { id?: string; name?: string };
      const own = under(String(id ?? name));
      return [
        [own, fact('there', 'is there')] as [string, Fact],
        ...leafPairs({ ...(id !== undefined && name !== undefined && { name }), ...rest }, own),
      ];
    });
    const order = value.map((one) => String((one as JsonObject).id ?? (one as JsonObject).name)).join(', ');
    return [...named, [under('order'), fact(order, order)]];
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.entries(value).flatMap(([name, inner]) => leafPairs(inner, under(name)));
  return [[at, fact(value, text(value))]];
}

function hasName(one: Json): boolean {
  return typeof one === 'object' && one !== null && !Array.isArray(one) && ('id' in one || 'name' in one);
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ');
  return JSON.stringify(value);
}
