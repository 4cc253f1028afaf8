import type { Customer } from '#core/customer.ts';
import type { LedgerEntry } from '#core/decision.ts';
import type { Page, Table } from '../ports.ts';
import { customerPk } from './keys.ts';

/** All entries of somebody, also under ids that were folded in, in the order of time. */
export async function readLedger(table: Table, { id, merged }: Pick<Customer, 'id' | 'merged'>): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (const one of new Set([id, ...merged])) {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page: Page = await table.query(customerPk(one), { prefix: 'L#', ...(cursor !== undefined && { cursor }) });
      for (const { body } of page.items) entries.push(JSON.parse(String(body)) as LedgerEntry);
      cursor = page.cursor;
    }
  }
  return entries.sort((one, other) => one.at - other.at || one.balance - other.balance);
}
