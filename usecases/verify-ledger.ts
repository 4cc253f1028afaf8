/** Proves the points of all customers against their ledgers, a page of the index at a time. Reads only. */
import { type Difference, differences } from '#core/loyalty/audit.ts';
import { programmeOf } from '#core/loyalty/programme.ts';
import { type CustomerId, type Table, WAKE_SHARDS } from './ports.ts';
import { type Catalogues, currentRelease } from './store/catalogue.ts';
import { loadPerson } from './store/customers.ts';
import { customerOfPk } from './store/keys.ts';
import { readLedger } from './store/ledger.ts';

export type VerifyDependencies = { readonly table: Table; readonly catalogues: Catalogues };

/** Somebody whose points are not what the ledger says. */
type Differing = {
  readonly customer: CustomerId;
  readonly email?: string;
  readonly points: number;
  readonly pending: number;
  readonly differences: readonly Difference[];
};

export type Verification = {
  readonly items: readonly Differing[];
  /** Goes on in the same shard; null where it is through. */
  readonly cursor: string | null;
  readonly shard: number;
  readonly shards: number;
  /** Customers and entries that this page has looked at. */
  readonly customers: number;
  readonly entries: number;
};

/** How often somebody is read again who moved while being read. */
const ATTEMPTS_MAX = 5;

/** Customers that are read at the same time. */
const AT_ONCE = 10;

/** One page. Customers who move in the index meanwhile may be missed or come twice; whoever is looked at is looked at whole. */
export async function verifyLedger(
  { table, catalogues }: VerifyDependencies,
  { shard, cursor, limit }: { readonly shard: number; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Verification> {
  const allowDebt = await debtIsAllowed(catalogues);
  const page = await table.customers(String(shard), cursor, limit);
  const ids = page.pks.map(customerOfPk);
  const checked: Checked[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    checked.push(...(await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => check(table, id, allowDebt)))));
  }
  return {
    items: checked.flatMap(({ differing }) => (differing === undefined ? [] : [differing])),
    cursor: page.cursor,
    shard,
    shards: WAKE_SHARDS,
    customers: checked.length,
    entries: checked.reduce((sum, { entries }) => sum + entries, 0),
  };
}

type Checked = { readonly entries: number; readonly differing?: Differing };

/** State and ledger are two reads: what differs counts only if nobody decided in between. */
async function check(table: Table, id: CustomerId, allowDebt: boolean): Promise<Checked> {
  for (let attempt = 1; ; attempt += 1) {
    const { customer, version } = await loadPerson(table, id);
    // Erased, or folded into somebody who stands in the index too.
    if (customer === undefined || customer.id !== id) return { entries: 0 };
    const entries = await readLedger(table, customer);
    const found = differences(customer.loyalty, entries, { allowDebt });
    if (found.length === 0) return { entries: entries.length };
    if ((await loadPerson(table, id)).version !== version) {
      if (attempt < ATTEMPTS_MAX) continue;
      throw new Error(`${id} changed ${ATTEMPTS_MAX} times while being read`);
    }
    const { points = 0, pending = 0 } = customer.loyalty ?? {};
    const email = customer.email === undefined ? {} : { email: customer.email };
    return { entries: entries.length, differing: { customer: id, ...email, points, pending, differences: found } };
  }
}

/** Without a programme nobody may be in debt. */
async function debtIsAllowed(catalogues: Catalogues): Promise<boolean> {
  const loyalty = (await currentRelease(catalogues))?.loyalty;
  return loyalty !== undefined && programmeOf(loyalty).allowDebt;
}
