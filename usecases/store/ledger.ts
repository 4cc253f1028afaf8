import type { Customer } from '#core/customer.ts';
import type { LedgerEntry } from '#core/decision.ts';
import type { Table } from '../ports.ts';
import { readAll } from './events.ts';

/** All entries of somebody, also under ids that were folded in, in the order of time. */
export async function readLedger(table: Table, { id, merged }: Pick<Customer, 'id' | 'merged'>): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (const one of new Set([id, ...merged]))
    for (const { body } of await readAll(table, one, 'L#')) entries.push(JSON.parse(String(body)) as LedgerEntry);
  return entries.sort((one, other) => one.at - other.at || one.balance - other.balance);
}
