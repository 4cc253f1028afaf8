import type { CompiledMail, CompiledTemplate, Release } from '#core/catalogue.ts';
import type { VersionedJourney } from '#core/journey/linked.ts';
import type { Item, Table } from '../ports.ts';
import { allItems } from './all-items.ts';
import { currentKey, journeyVersionKey, releaseListPk, releasePk, templateKey } from './keys.ts';

/** Releases and what belongs to them, read once and kept: nothing under these keys ever changes. */
export type Catalogues = {
  /** The id of the current release; undefined before the first one. */
  current(): Promise<string | undefined>;
  release(id: string): Promise<Release>;
  /** Whether a release was ever current before this one. */
  hasEarlier(id: string): Promise<boolean>;
  template(version: string, locale: string): Promise<StoredMail | undefined>;
  /** A journey as it was released, also an older version. */
  journey(version: string): Promise<VersionedJourney | undefined>;
};

type StoredMail = CompiledMail & { readonly required: readonly string[] };

/** Things kept in memory of each kind; a container that lives for weeks sees many releases. */
const KEPT_MAX = 50;

export function catalogues(table: Table): Catalogues {
  const releases = new Map<string, Release>();
  const journeys = new Map<string, VersionedJourney>();
  const mails = new Map<string, StoredMail>();
  const earlier = new Map<string, boolean>();

  const release = (id: string): Promise<Release> => remembered(releases, id, () => readRelease(table, id));
  return {
    current: async () => {
      const item = await table.get(currentKey);
      return item === undefined ? undefined : String(item.release);
    },
    release,
    hasEarlier: (id) =>
      remembered(earlier, id, async () => {
        const { items } = await table.query(releaseListPk, { prefix: 'R#', limit: 2 });
        return items.some(({ sk }) => !sk.endsWith(`#${id}`));
      }),
    template: (version, locale) =>
      remembered(mails, `${version} ${locale}`, async () => parsed<StoredMail>(await table.get(templateKey(version, locale)))),
    journey: (version) =>
      remembered(journeys, version, async () => parsed<VersionedJourney>(await table.get(journeyVersionKey(version)))),
  };
}

/** The release that is current; undefined before the first one. */
export async function currentRelease(from: Pick<Catalogues, 'current' | 'release'>): Promise<Release | undefined> {
  const id = await from.current();
  return id === undefined ? undefined : from.release(id);
}

/** Longest text that one item of a release holds; DynamoDB allows 400 KB for all of an item. */
const PART_LENGTH = 300_000;

/** A release as items: its content in parts, since an item has its limit. */
export function releaseItems(release: Release): Item[] {
  const text = JSON.stringify(release);
  const parts: Item[] = [];
  for (let from = 0; from < text.length; from += PART_LENGTH) {
    const sk = `PART#${String(parts.length).padStart(4, '0')}`;
    parts.push({ pk: releasePk(release.id), sk, body: text.slice(from, from + PART_LENGTH) });
  }
  return parts;
}

export function templateItems(template: CompiledTemplate): Item[] {
  return Object.entries(template.locales).map(([locale, mail]) => ({
    ...templateKey(template.version, locale),
    body: JSON.stringify({ ...mail, required: template.required } satisfies StoredMail),
  }));
}

export function journeyItem(journey: VersionedJourney): Item {
  return { ...journeyVersionKey(journey.version), body: JSON.stringify(journey) };
}

async function readRelease(table: Table, id: string): Promise<Release> {
  const texts = (await allItems(table, releasePk(id), { prefix: 'PART#' })).map(({ body }) => String(body));
  if (texts.length === 0) throw new Error(`the release ${id} is not in the table`);
  return JSON.parse(texts.join('')) as Release;
}

function parsed<T>(item: Item | undefined): T | undefined {
  return item === undefined ? undefined : (JSON.parse(String(item.body)) as T);
}

/** What is in the map, or else what is read and then kept there; a map holds so many, and forgets the oldest first. */
export async function remembered<V>(kept: Map<string, V>, key: string, read: () => Promise<V>): Promise<V> {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const value = await read();
  if (value === undefined) return value;
  if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value as string);
  kept.set(key, value);
  return value;
}
