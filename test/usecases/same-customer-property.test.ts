import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimelineEvent } from '#core/event.ts';
import { happens, outcomeOf, type Shown } from '../support/identity-world.ts';

const index = fc.integer({ min: 0, max: 2 });
const users = ['u1', 'u2', 'u3'].map((userId) => ({ userId }));
const addresses = ['p1@x.pt', 'p2@x.pt', 'p3@x.pt'].map((email) => ({ email }));
const browsers = ['a1', 'a2', 'a3'].map((anonymousId) => ({ anonymousId }));
const cities = ['Lisbon', 'Porto', 'Faro'].map((city) => ({ city }));

/**
 * One thing that happens to some of three users, three addresses and three browsers. Web pages give one person one address,
 * and one address to one person: which of several stands is in docs/decisions/0003.
 */
const happening = (hasAliases: boolean) =>
  fc.tuple(fc.integer({ min: 0, max: 11 }), index, index, index).map(([what, one, two, three]) => {
    const [user, address, browser, city] = [users[one], addresses[two], browsers[three], cities[three]];
    return (at: number): TimelineEvent => {
      switch (what) {
        case 0:
          return happens.browses(at, { ...browser });
        case 1:
          return happens.signsUp(at, { ...address, ...browser });
        case 2:
          return happens.signsUp(at, { ...address }, ['news']);
        case 3:
          return happens.pageSays(at, { ...user, ...browser }, city);
        case 4:
          return happens.pageSays(at, { ...users[hasAliases ? 0 : one], ...addresses[hasAliases ? 0 : one], ...browser }, city);
        case 5:
          return happens.serverSays(at, { ...user, ...address }, city);
        case 6:
          return happens.serverSays(at, { ...address }, city);
        case 7:
          return happens.orders(at, { ...user });
        case 8:
          return happens.orders(at, { ...address });
        case 9:
          return happens.leaves(at, { ...(three === 0 ? user : address) });
        case 10:
          return happens.orders(at, { ...user, ...browser });
        default:
          if (!hasAliases) return happens.browses(at, { ...user, ...browser });
          return happens.alias(at, one === 0 ? 'u2' : 'u3', one === 0 ? 'u1' : 'u2');
      }
    };
  });

const history = fc
  .boolean()
  .chain((hasAliases) => fc.array(happening(hasAliases), { minLength: 2, maxLength: 9 }))
  .map((list) => list.map((make, place) => make(place + 1)))
  .chain((events) =>
    fc.record({
      events: fc.constant(events),
      order: fc.shuffledSubarray(events, { minLength: events.length }),
      cuts: fc.array(fc.nat(3), { minLength: events.length, maxLength: events.length }),
    }),
  );

test('any order of arrival, in any batches and with repeats, ends in the same people', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ events, order, cuts }) => {
      const first = withoutPoints(
        await outcomeOf(
          events,
          events.map((each) => [[each]]),
        ),
      );
      const arrived = withoutPoints(await outcomeOf(events, batched(order, cuts)));
      expect(arrived).toEqual(first);
    }),
    { numRuns: Number(process.env.RUNS ?? 150), ...(process.env.SEED !== undefined && { seed: Number(process.env.SEED) }) },
  );
}, 60_000);

/** 0: alone; 1: with the one before in a batch; 2: at the same time as the one before; 3: alone, and everything so far again. */
function batched(order: readonly TimelineEvent[], cuts: readonly number[]): TimelineEvent[][][] {
  const batches: TimelineEvent[][][] = [];
  for (const [place, one] of order.entries()) {
    const last = batches.at(-1);
    const cut = cuts[place] ?? 0;
    if (last === undefined || cut === 0) batches.push([[one]]);
    else if (cut === 1) last.at(-1)?.push(one);
    else if (cut === 2) last.push([one]);
    else batches.push([[one]], [order.slice(0, place)]);
  }
  return batches;
}

/** Points that were booked stay where they were booked, so only their sum is asked for; the balance is its ledger for each. */
function withoutPoints({ people, ways }: Awaited<ReturnType<typeof outcomeOf>>) {
  const sum = people.reduce((total, { points }) => total + Number(points), 0);
  for (const { points, ledger } of people) expect(points).toBe(ledger);
  const rest = people.map(({ points: _, ledger: __, spendMinor: ___, orders: ____, ...one }: Shown) => one);
  return { people: rest, ways, sum };
}
