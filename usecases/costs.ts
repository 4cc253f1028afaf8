/** What winning people has cost, as accounting knows it: by source, campaign and month. Reports go by it. */

import { digest } from '#core/hash.ts';
import { type Instant, toIso } from '#core/instant.ts';
import { minorDigits } from '#core/loyalty/money.ts';
import { type Cost, type CostExchange, minorOfText } from '#core/report/costs.ts';
import type { Clock, Item, Table } from './ports.ts';
import { BadCursor } from './read-timeline.ts';
import { readingOf } from './report/terms.ts';
import { allItems } from './store/all-items.ts';
import type { LinkedCatalogues } from './store/linked-catalogues.ts';

export type CostDependencies = { readonly table: Table; readonly catalogues: LinkedCatalogues; readonly now: Clock };

/** As somebody writes it: the amount as decimal text, the currency left out where it is that of reports. */
type WrittenCost = {
  readonly source: string;
  readonly campaign: string;
  readonly month: string;
  readonly amount: string;
  readonly currency?: string;
};

export type StoredCost = Omit<Cost, 'minor'> & {
  readonly amount: string;
  readonly minor: number;
  readonly changedAt: string;
  readonly by: string;
};

export type CostsSet = { readonly set: number; readonly unchanged: number; readonly deleted: number };

/** What is wrong with a field of what was sent. */
type Wrong = { readonly path: string; readonly message: string };

export type CostsWish = {
  readonly costs: readonly WrittenCost[];
  /** All else that is stored of these months goes. */
  readonly months?: readonly string[];
  readonly by: string;
};

const pk = 'COSTS';
const READ_AT_ONCE = 100;

/**
 * Sets costs, each under its source, campaign and month; what is stored there is replaced. Sent again, it changes nothing. All
 * or nothing is checked before anything is written; a write that is cut off is completed by sending the same again.
 */
export async function setCosts(
  dependencies: CostDependencies,
  wish: CostsWish,
): Promise<CostsSet | { readonly wrong: readonly Wrong[] }> {
  const { table, now } = dependencies;
  const exchange = await costExchange(dependencies);
  const read = wish.costs.map((cost, index) => costOf(cost, exchange, `costs.${index}`));
  const wrong = [...read.flatMap((one) => ('wrong' in one ? one.wrong : [])), ...wrongTogether(wish, exchange)];
  if (wrong.length > 0) return { wrong };
  const costs = read.filter((one): one is Cost => !('wrong' in one));
  const known = new Map((await storedItems(table, [...new Set(costs.map(keyOf))])).map((item) => [item.sk, item]));
  const changed = costs.filter((cost) => !isSame(known.get(keyOf(cost)), cost));
  for (const cost of changed) await table.write({ put: itemOf(cost, now(), wish.by) });
  const kept = new Set(costs.map(keyOf));
  const others = (await itemsOf(table, wish.months ?? [])).filter(({ sk }) => !kept.has(sk));
  for (const { sk } of others) await table.write({ delete: { pk, sk } });
  return { set: changed.length, unchanged: costs.length - changed.length, deleted: others.length };
}

/** How many were there. */
export async function deleteCost(table: Table, cost: Pick<Cost, 'source' | 'campaign' | 'month'>): Promise<number> {
  const key = { pk, sk: keyOf(cost) };
  if ((await table.get(key)) === undefined) return 0;
  await table.write({ delete: key });
  return 1;
}

/** In the order of months. Throws `BadCursor` for a cursor that this did not give. */
export async function listCosts(
  table: Table,
  { month, limit, cursor }: { readonly month?: string; readonly limit: number; readonly cursor?: string },
): Promise<{ readonly items: readonly StoredCost[]; readonly cursor: string | null }> {
  if (cursor !== undefined && !/^K#\d{4}-\d\d#\w+$/.test(cursor)) throw new BadCursor('the cursor is none that this list gave');
  const prefix = month === undefined ? 'K#' : `K#${month}#`;
  const page = await table.query(pk, { prefix, limit, ...(cursor !== undefined && { cursor }) });
  return { items: page.items.map(storedOf), cursor: page.cursor };
}

/** All of them. */
export async function allCosts(table: Table): Promise<readonly StoredCost[]> {
  return (await allItems(table, pk, { prefix: 'K#' })).map(storedOf);
}

/** What costs are counted in: the currency and the rates of the loyalty programme, as in reports. */
async function costExchange({ catalogues }: Pick<CostDependencies, 'catalogues'>): Promise<CostExchange> {
  const id = await catalogues.current();
  const { currency, digits, rates } = readingOf(id === undefined ? undefined : await catalogues.linked(id));
  return { currency, digits, rates };
}

function costOf(written: WrittenCost, exchange: CostExchange, path: string): Cost | { readonly wrong: readonly Wrong[] } {
  const { source, campaign, month, amount } = written;
  const currency = written.currency ?? exchange.currency;
  const digits = currency === null ? exchange.digits : minorDigits(currency);
  const minor = minorOfText(amount, digits);
  const isKnown = currency === null || currency === exchange.currency || exchange.currency === null;
  const wrong = [
    ...(minor === undefined
      ? [
          {
            path: `${path}.amount`,
            message: `is no amount${currency === null ? '' : ` of ${currency}`}: write 1200${digits === 0 ? '' : `, with at most ${digits} digits behind the point`}`,
          },
        ]
      : []),
    ...(isKnown || Object.hasOwn(exchange.rates, currency)
      ? []
      : [{ path: `${path}.currency`, message: `has no rate in loyalty.json, and reports count ${exchange.currency}` }]),
  ];
  return minor === undefined || wrong.length > 0 ? { wrong } : { source, campaign, month, minor, currency };
}

function wrongTogether({ costs, months }: CostsWish, { currency }: CostExchange): Wrong[] {
  const first = new Map<string, number>();
  const main = costs.find((cost) => cost.currency !== undefined)?.currency;
  return costs.flatMap((cost, index): Wrong[] => {
    const earlier = first.get(keyOf(cost));
    first.set(keyOf(cost), earlier ?? index);
    const isMixed = currency === null && cost.currency !== undefined && cost.currency !== main;
    return [
      ...(earlier === undefined
        ? []
        : [{ path: `costs.${index}`, message: `has the source, campaign and month of costs.${earlier}: add them up` }]),
      ...(months === undefined || months.includes(cost.month)
        ? []
        : [{ path: `costs.${index}.month`, message: 'is none of "months", whose costs are replaced' }]),
      ...(isMixed
        ? [
            {
              path: `costs.${index}.currency`,
              message: `is not ${main}: without a loyalty.json with rates all costs are in one currency`,
            },
          ]
        : []),
    ];
  });
}

const keyOf = ({ month, source, campaign }: Pick<Cost, 'source' | 'campaign' | 'month'>): string =>
  `K#${month}#${digest(20, source, campaign)}`;

function itemOf(cost: Cost, at: Instant, by: string): Item {
  const { source, campaign, month, minor, currency } = cost;
  return { pk, sk: keyOf(cost), source, campaign, month, minor, currency: currency ?? '', changedAt: at, by };
}

function isSame(item: Item | undefined, { minor, currency }: Cost): boolean {
  return item?.minor === minor && item.currency === (currency ?? '');
}

function storedOf({ source, campaign, month, minor, currency, changedAt, by }: Item): StoredCost {
  const code = currency === undefined || currency === '' ? null : String(currency);
  const digits = code === null ? 2 : minorDigits(code);
  return {
    source: String(source),
    campaign: String(campaign ?? ''),
    month: String(month),
    amount: (Number(minor) / 10 ** digits).toFixed(digits),
    minor: Number(minor),
    currency: code,
    changedAt: toIso(Number(changedAt)),
    by: String(by),
  };
}

async function storedItems(table: Table, keys: readonly string[]): Promise<Item[]> {
  const found: Item[] = [];
  for (let from = 0; from < keys.length; from += READ_AT_ONCE)
    found.push(...(await table.batchGet(keys.slice(from, from + READ_AT_ONCE).map((sk) => ({ pk, sk })))));
  return found;
}

async function itemsOf(table: Table, months: readonly string[]): Promise<Item[]> {
  const found: Item[] = [];
  for (const month of new Set(months)) found.push(...(await allItems(table, pk, { prefix: `K#${month}#` })));
  return found;
}
