import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Customer, newCustomer } from '#core/customer.ts';
import { personOf, stateItem } from '#usecases/store/customers.ts';
import { customerOf, stateBody } from '#usecases/store/state-body.ts';
import { plainText } from '../../support/plain-text.ts';

const ID = 'cus_0a1b2c3d4e5f60718293';
const PK = `C#${ID}`;
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const at = fc.integer({ min: 0, max: 4e12 });

/** Customers of all sizes: of whom nearly nothing is known, and with hundreds of bookings. */
const customers: fc.Arbitrary<Customer> = fc
  .record(
    {
      createdAt: at,
      clock: at,
      email: text,
      vouched: fc.boolean(),
      told: fc.boolean(),
      anonymousIds: fc.array(text, { maxLength: 20 }),
      attributes: fc.dictionary(text, fc.jsonValue() as fc.Arbitrary<Customer['attributes'][string]>),
      attributeTimes: fc.dictionary(text, at),
      flips: fc.dictionary(text, at),
      metrics: fc.dictionary(
        text,
        fc.record({ n: fc.nat(), t: fc.array(at), s: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
      ),
      log: fc.dictionary(text, fc.array(fc.record({ id: text, at, p: fc.dictionary(text, text) }))),
      orders: fc.record({
        known: fc.array(
          fc.record({
            id: fc.stringMatching(/^[0-9a-f]{10}$/),
            revenue: fc.nat(),
            refunded: fc.constantFrom(null, 0, 9.5),
            refunds: fc.array(text),
          }),
          { maxLength: 400 },
        ),
      }),
    },
    { requiredKeys: ['createdAt', 'clock'] },
  )
  // As JSON has it: no −0, which no customer ever holds.
  .map((parts) => JSON.parse(JSON.stringify({ ...newCustomer(ID, 0), ...parts })) as Customer);

test('a customer of any size is read as it was written', () => {
  fc.assert(
    fc.property(customers, (customer) => {
      expect(customerOf({ pk: PK, body: stateBody(customer) })).toEqual(customer);
    }),
  );
});

const buyer = (orders: number): Customer => ({
  ...newCustomer(ID, 1_790_000_000_000),
  email: 'ann@example.com',
  attributes: { firstName: 'Ann', city: 'São Paulo' },
  orders: {
    known: Array.from({ length: orders }, (_, index) => ({
      id: `order-${index}`,
      day: 20_000 + index,
      revenue: index,
      refunded: 0,
      refunds: [],
    })),
  },
});

test('a short one is text, and names only what is not as with somebody new', () => {
  expect(JSON.parse(String(stateBody(buyer(1))))).toEqual({
    createdAt: 1_790_000_000_000,
    email: 'ann@example.com',
    attributes: { firstName: 'Ann', city: 'São Paulo' },
    orders: { known: [{ id: 'order-0', day: 20_000, revenue: 0, refunded: 0, refunds: [] }] },
  });
});

test('a long one takes a fraction of its text', () => {
  const body = stateBody(buyer(100));
  expect(body).toBeInstanceOf(Uint8Array);
  expect(body.length).toBeLessThan(JSON.stringify(buyer(100)).length / 4);
});

test.each([
  ['with every field, as text', JSON.stringify(buyer(3))],
  ['with every field, compressed', deflateRawSync(JSON.stringify(buyer(3)))],
])('a customer that was written %s is read', (_, body) => {
  expect(customerOf({ pk: PK, body })).toEqual(buyer(3));
});

test('what an older version did not keep yet begins as with somebody new', () => {
  const { vouchers: _, said: __, ...older } = buyer(3);
  expect(customerOf({ pk: PK, body: JSON.stringify(older) })).toEqual(buyer(3));
});

test('an item keeps beside it, in the open, what the index and conditions ask for', () => {
  const item = stateItem({ ...buyer(100), flips: { vip: 1_790_000_000_000 } }, 7);
  expect(item).toMatchObject({ pk: PK, sk: 'STATE', version: 7, wakeAt: '2026-09-21T14:13:20.000Z' });
  expect(personOf(item)).toMatchObject({ id: ID, version: 7, customer: { email: 'ann@example.com' } });
});

test('tests that search items for traces of somebody find them in compressed ones, too', () => {
  expect(plainText(stateItem(buyer(100), 7))).toContain('ann@example.com');
});
