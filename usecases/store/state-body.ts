/**
 * How a customer stands in an item. Writes are paid by the kilobyte, and a customer is written with each event: so a short
 * one is JSON text, which the console shows, and a longer one is the same text compressed (RFC 1951). Both are read, and so
 * is what older versions wrote, with every field.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Customer, newCustomer } from '#core/customer.ts';
import type { CustomerId } from '#core/event.ts';
import type { Item } from '../ports.ts';
import { customerOfPk } from './keys.ts';

/** With its keys and times an item of this much text is just one kilobyte, which is the least that a write costs. */
const TEXT_LENGTH_MAX = 800;

/** The attribute that holds a customer. What is as it is with somebody new is left out, and so is the id, which is the key. */
export function stateBody(customer: Customer): string | Uint8Array {
  const text = JSON.stringify(Object.fromEntries(Object.entries(customer).filter(isNews)));
  return text.length <= TEXT_LENGTH_MAX ? text : deflateRawSync(text);
}

/** The customer that an item holds. What it does not name, or an older version did not keep yet, is as with somebody new. */
export function customerOf({ pk, body }: { readonly pk: string; readonly body?: Item[string] }): Customer {
  const id = customerOfPk(pk);
  const text = body instanceof Uint8Array ? inflateRawSync(body).toString('utf8') : String(body);
  return { ...newCustomer(id, 0), ...(JSON.parse(text) as Partial<Customer>), id };
}

const beginning = new Map(
  Object.entries(newCustomer('cus_' as CustomerId, 0)).map(([name, value]) => [name, JSON.stringify(value)]),
);

function isNews([name, value]: readonly [string, unknown]): boolean {
  return name !== 'id' && !(beginning.has(name) && JSON.stringify(value) === beginning.get(name));
}
