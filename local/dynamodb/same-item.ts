import type { AttributeValue } from 'aws-lambda';
import type { Item } from 'dynalite/db/index.js';

/** Whether a write changes nothing: sets are compared without their order, numbers are normalised by dynalite before. */
export function sameItem(one: Item | undefined, other: Item | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => sameValue(one[name], other[name]));
}

function sameValue(one: AttributeValue | undefined, other: AttributeValue | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  if (one.M !== undefined) return other.M !== undefined && sameItem(one.M, other.M);
  if (one.L !== undefined) return other.L !== undefined && sameList(one.L, other.L);
  const type = Object.keys(one)[0] as keyof AttributeValue;
  const [mine, theirs] = [one[type], other[type]];
  return Array.isArray(mine) && Array.isArray(theirs) ? sameSet(mine as string[], theirs as string[]) : mine === theirs;
}

function sameList(one: readonly AttributeValue[], other: readonly AttributeValue[]): boolean {
  return one.length === other.length && one.every((value, place) => sameValue(value, other[place]));
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const members = new Set(one);
  return members.size === new Set(other).size && other.every((member) => members.has(member));
}
