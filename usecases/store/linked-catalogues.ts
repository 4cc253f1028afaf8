import { type Catalogue, linkRelease } from '#core/linked.ts';
import type { Table } from '../ports.ts';
import { type Catalogues, catalogues, remembered } from './catalogue.ts';

/** Releases ready for deciding. Apart from `catalogues`, so that functions which do not decide need not load what decides. */
export type LinkedCatalogues = Catalogues & {
  /** A release, with the older journey versions that are asked for. */
  linked(id: string, versions?: readonly string[]): Promise<Catalogue>;
};

export function linkedCatalogues(table: Table): LinkedCatalogues {
  const known = catalogues(table);
  const links = new Map<string, Catalogue>();
  return {
    ...known,
    linked: async (id, versions = []) => {
      const base = await remembered(links, id, async () => linkRelease(await known.release(id)));
      const older = versions.filter((version) => !base.versions.has(version)).sort();
      if (older.length === 0) return base;
      return remembered(links, `${id} ${older.join(' ')}`, async () => {
        const found = await Promise.all(older.map((version) => known.journey(version)));
        return linkRelease(
          await known.release(id),
          found.filter((one) => one !== undefined),
        );
      });
    },
  };
}
