import { afterAll, expect, test } from 'vitest';
import { customerIdOfAnonymous, customerIdOfEmail, customerIdOfUser } from '#core/identity.ts';
import { loadPerson } from '#usecases/store/customers.ts';
import { arrive, happens, peopleTable } from '../support/identity-world.ts';
import { localTables } from '../support/local-table.ts';

const local = localTables();
afterAll(local.close);

const { alias, browses, orders, pageSays, serverSays, signsUp } = happens;

/** Two evaluations that fold each other would leave two pointers in a circle and nobody at their end. */
test.each([1, 2, 3, 4, 5])(
  'people who are folded into each other at the same time are one person, on the real engine (%i)',
  async () => {
    const table = await local.table();
    const [u1, u2, ann, a1] = [{ userId: 'u1' }, { userId: 'u2' }, { email: 'ann@example.com' }, { anonymousId: 'a1' }];
    const before = [browses(1, a1), signsUp(2, { ...ann, ...a1 }), orders(3, u1), orders(4, u2)];
    const atOnce = [alias(5, 'u2', 'u1'), alias(6, 'u1', 'u2'), serverSays(7, { ...u1, ...ann }), pageSays(8, { ...u2, ...a1 })];
    await peopleTable(table, [...before, ...atOnce]);
    await arrive(table, [before.map((one) => [one]), atOnce.map((one) => [one])]);
    const ids = [customerIdOfUser('u1'), customerIdOfUser('u2'), customerIdOfEmail(ann.email), customerIdOfAnonymous('a1')];
    const people = await Promise.all(ids.map((id) => loadPerson(table, id)));
    expect(new Set(people.map(({ id }) => id)).size).toBe(1);
    expect(people[0]?.customer).toMatchObject({
      email: 'ann@example.com',
      loyalty: { points: 20 },
      consents: { news: { status: 'subscribed' } },
    });
  },
);
