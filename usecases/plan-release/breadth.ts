import type { Condition, EventCondition } from '#core/condition.ts';
import { add } from '#core/instant.ts';
import { same } from './difference.ts';

/** Whether whoever fulfilled a condition still does (wider), or whoever fulfils it did before (narrower). */
export type Breadth = 'wider' | 'narrower';

/** How a condition changed, where that is plain to see; undefined where it may be either or both. No condition holds for all. */
export function breadth(before: Condition | undefined, after: Condition | undefined): Breadth | undefined {
  if (same(before, after)) return undefined;
  if (before === undefined || after === undefined) return before === undefined ? 'narrower' : 'wider';
  if ('not' in before && 'not' in after) return opposite(breadth(before.not, after.not));
  if ('any' in before || 'any' in after) return listBreadth(anyOf(before), anyOf(after), 'wider');
  if ('all' in before || 'all' in after) return listBreadth(allOf(before), allOf(after), 'narrower');
  if ('event' in before && 'event' in after) return eventBreadth(before, after);
  return valueBreadth(before as Values, after as Values);
}

const opposite = (one: Breadth | undefined): Breadth | undefined =>
  one === undefined ? undefined : one === 'wider' ? 'narrower' : 'wider';
const anyOf = (condition: Condition): readonly Condition[] => ('any' in condition ? condition.any : [condition]);
const allOf = (condition: Condition): readonly Condition[] => ('all' in condition ? condition.all : [condition]);

/** `more` is what another entry in the list makes of it. With as many entries each must go the same way as the others. */
function listBreadth(before: readonly Condition[], after: readonly Condition[], more: Breadth): Breadth | undefined {
  const gone = before.filter((one) => !after.some((other) => same(one, other)));
  const come = after.filter((one) => !before.some((other) => same(one, other)));
  if (gone.length === 0) return more;
  if (come.length === 0) return opposite(more);
  const [old, now] = [gone[0], come[0]];
  return gone.length === 1 && come.length === 1 && old !== undefined && now !== undefined && !(isList(old) && isList(now))
    ? breadth(old, now)
    : undefined;
}

const isList = (condition: Condition): boolean => 'any' in condition || 'all' in condition;

function eventBreadth(before: EventCondition, after: EventCondition): Breadth | undefined {
  if (before.event !== after.event || before.sum?.property !== after.sum?.property) return undefined;
  const [old, now] = [least(before), least(after)];
  // "At most 2 orders" holds for more people where fewer orders count, so nothing is said of such conditions.
  if (old === undefined || now === undefined || old.key !== now.key) return undefined;
  const ways = [
    ...(same(before.where, after.where) ? [] : [breadth(before.where, after.where)]),
    ...(before.within === after.within ? [] : [periodBreadth(before.within, after.within)]),
    ...(old.value === now.value ? [] : [numbers(old.value, now.value)]),
  ];
  return ways.every((way) => way === ways[0]) ? ways[0] : undefined;
}

const numbers = (old: number, now: number): Breadth => (now < old ? 'wider' : 'narrower');

/** The least that is asked for; undefined where there is also a most, or something else. */
function least({ count, sum }: EventCondition): { readonly key: string; readonly value: number } | undefined {
  if (count !== undefined && sum !== undefined) return undefined;
  const { property: _, ...asked } = { property: '', ...(count ?? sum ?? { gte: 1 }) };
  const [[key, value] = ['', 0], ...others] = Object.entries(asked);
  return others.length === 0 && (key === 'gte' || key === 'gt') && value > 0 ? { key, value } : undefined;
}

function periodBreadth(before: string | undefined, after: string | undefined): Breadth | undefined {
  if (before === after) return undefined;
  if (before === undefined || after === undefined) return after === undefined ? 'wider' : 'narrower';
  const [old, now] = [add(0, before), add(0, after)];
  return old === now ? undefined : now > old ? 'wider' : 'narrower';
}

type Values = Readonly<Record<string, unknown>>;

/** Comparisons of the same value: one bound moved, one list longer. */
function valueBreadth(before: Values, after: Values): Breadth | undefined {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !same(before[key], after[key]));
  const [key, ...others] = keys;
  if (key === undefined || others.length > 0 || SUBJECTS.has(key)) return undefined;
  const [old, now] = [before[key], after[key]];
  if (key === 'points') return valueBreadth(old as Values, now as Values);
  if (old === undefined || now === undefined) return old === undefined ? 'narrower' : 'wider';
  if (key === 'within' && typeof old === 'string' && typeof now === 'string') return periodBreadth(old, now);
  if (key === 'in' || key === 'notIn') return setBreadth(old as readonly unknown[], now as readonly unknown[], key);
  if (typeof old !== 'number' || typeof now !== 'number') return undefined;
  if (key === 'gt' || key === 'gte') return numbers(old, now);
  return key === 'lt' || key === 'lte' ? numbers(now, old) : undefined;
}

/** What a condition is about; if that changes, it is another condition. */
const SUBJECTS = new Set([
  'attribute',
  'property',
  'segment',
  'journey',
  'message',
  'consent',
  'tier',
  'event',
  'score',
  'stage',
]);

function setBreadth(before: readonly unknown[], after: readonly unknown[], key: 'in' | 'notIn'): Breadth | undefined {
  const within = (some: readonly unknown[], all: readonly unknown[]): boolean => some.every((one) => all.includes(one));
  const found = within(before, after) ? 'wider' : within(after, before) ? 'narrower' : undefined;
  return key === 'in' ? found : opposite(found);
}
