import type { Item, Page, PageOptions, Table } from '../ports.ts';

type Wish = Omit<PageOptions, 'cursor'>;

/** All items of one partition, page by page, in the order of their keys; with a prefix, those whose sort keys begin so. */
export async function* allPages(
  table: Pick<Table, 'query'>,
  pk: string,
  wish: Wish = {},
): AsyncGenerator<readonly Item[], undefined> {
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: Page = await table.query(pk, { ...wish, ...(cursor !== undefined && { cursor }) });
    yield page.items;
    cursor = page.cursor;
  }
  return undefined;
}

/** The same as one list. */
export async function allItems(table: Pick<Table, 'query'>, pk: string, wish: Wish = {}): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of allPages(table, pk, wish)) items.push(...page);
  return items;
}
