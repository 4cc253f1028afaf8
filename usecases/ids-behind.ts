import type { CustomerId } from '#core/event.ts';
import { customerIdOfAnonymous, customerIdsOf } from '#core/identity.ts';
import type { Table } from './ports.ts';
import { candidates, findPerson } from './read-customer.ts';
import { customerPk } from './store/keys.ts';

/**
 * All ids under which something of a person may stand, the one that decisions go to first; or ids of whom only events are
 * known that nobody decided on. None where nothing is held by this name.
 */
export async function idsBehind(table: Table, text: string): Promise<CustomerId[]> {
  const person = await findPerson(table, text);
  if (person !== undefined) {
    const { userId, email, anonymousIds, merged } = person.customer;
    const named = customerIdsOf({ ...(userId !== undefined && { userId }), ...(email !== undefined && { email }) });
    return [...new Set([person.id, ...merged, ...named, ...anonymousIds.map(customerIdOfAnonymous)])];
  }
  const held = candidates(text).map(async (id) => ({ id, page: await table.query(customerPk(id), { limit: 1 }) }));
  return [...new Set((await Promise.all(held)).flatMap(({ id, page }) => (page.items.length > 0 ? [id] : [])))];
}
