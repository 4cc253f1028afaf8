/** Any order of the same events ends in the same people. */
import { describe, expect, test } from 'vitest';
import type { TimelineEvent } from '#core/event.ts';
import { happens, outcomeOf, type Shown } from '../support/identity-world.ts';

const { browses, signsUp, pageSays, serverSays, orders, leaves, alias, joins } = happens;

const a1 = { anonymousId: 'a1' };
const a2 = { anonymousId: 'a2' };
const ann = { email: 'ann@example.com' };
const bob = { email: 'bob@example.com' };
const u1 = { userId: 'u1' };
const u2 = { userId: 'u2' };

type History = { readonly name: string; readonly events: readonly TimelineEvent[]; readonly people: readonly Shown[] };

const histories: History[] = [
  {
    name: 'a visitor browses, signs up, logs in and buys',
    events: [
      browses(1, a1),
      signsUp(2, { ...ann, ...a1 }),
      pageSays(3, { ...u1, ...ann, ...a1 }, { city: 'Lisbon' }),
      orders(4, u1),
      browses(5, { ...u1, ...a1 }),
    ],
    people: [{ userId: 'u1', email: 'ann@example.com', anonymousIds: ['a1'], points: 10 }],
  },
  {
    name: 'a server says at last whose address it is',
    events: [
      browses(1, a1),
      signsUp(2, { ...ann, ...a1 }),
      orders(3, ann, 7),
      orders(4, u1, 20),
      serverSays(5, { ...u1, ...ann }),
    ],
    people: [{ userId: 'u1', email: 'ann@example.com', points: 27, ledger: 27 }],
  },
  {
    name: 'one person on two devices',
    events: [browses(1, a1), browses(2, a2), pageSays(3, { ...u1, ...a1 }), pageSays(4, { ...u1, ...a2 }), browses(5, a2)],
    people: [{ userId: 'u1', anonymousIds: ['a1', 'a2'], segments: ['keen'] }],
  },
  {
    name: 'two people use one browser',
    events: [
      browses(1, a1),
      pageSays(2, { ...u1, ...a1 }, { city: 'Lisbon' }),
      browses(3, a1),
      pageSays(4, { ...u2, ...a1 }, { city: 'Porto' }),
      browses(5, a1),
    ],
    people: [
      { userId: 'u2', anonymousIds: [], segments: [], attributes: { city: 'Porto' } },
      { userId: 'u1', anonymousIds: ['a1'], segments: ['keen', 'lisboeta'] },
    ],
  },
  {
    name: 'an alias makes two users one',
    events: [
      serverSays(1, { ...u1, ...ann }, { city: 'Porto' }),
      orders(2, u1),
      orders(3, u2, 20),
      alias(4, 'u2', 'u1'),
      signsUp(5, ann),
    ],
    people: [{ userId: 'u2', email: 'ann@example.com', points: 30, ledger: 30 }],
  },
  {
    name: 'an alias of a visitor, by a web page',
    events: [browses(1, a1), browses(2, a1), alias(3, 'u1', 'a1', 'publishable'), orders(4, u1)],
    people: [{ userId: 'u1', segments: ['keen'], points: 10 }],
  },
  {
    name: 'a web page cannot make two known users one by an alias',
    events: [
      serverSays(1, { ...u1, ...ann }),
      serverSays(2, { ...u2, ...bob }),
      alias(3, 'u2', 'u1', 'publishable'),
      orders(4, u1),
    ],
    people: [
      { userId: 'u2', email: 'bob@example.com', points: 0 },
      { userId: 'u1', email: 'ann@example.com', points: 10 },
    ],
  },
  {
    name: 'a web page claims the address of another known person',
    events: [
      signsUp(1, bob),
      pageSays(2, { ...u1, ...bob }),
      serverSays(3, { ...u2, ...bob }, { city: 'Lisbon' }),
      serverSays(4, { ...u1, ...ann }),
      orders(5, u2),
    ],
    people: [
      { userId: 'u2', email: 'bob@example.com', segments: ['lisboeta', 'reader'], points: 10 },
      { userId: 'u1', email: 'ann@example.com', segments: [], consents: {}, points: 0 },
    ],
  },
  {
    name: 'a web page claims the address of somebody whom the server knows, for a user whom it knows',
    events: [
      pageSays(1, { ...u1, ...bob }),
      signsUp(2, bob),
      serverSays(3, bob, { city: 'Lisbon' }),
      serverSays(4, u1),
      leaves(5, bob),
    ],
    people: [
      { userId: 'u1', email: undefined, segments: [] },
      { email: 'bob@example.com', segments: ['lisboeta'], consents: { news: { status: 'unsubscribed' } } },
    ],
  },
  {
    name: 'and a secret key that says so after all',
    events: [pageSays(1, { ...u1, ...bob }), signsUp(2, bob), orders(3, bob), orders(4, u1), serverSays(5, { ...u1, ...bob })],
    people: [{ userId: 'u1', email: 'bob@example.com', segments: ['reader'] }],
  },
  {
    name: 'web pages give one user two addresses, and one address two users',
    events: [
      pageSays(1, { ...u1, ...ann }),
      pageSays(2, { ...u1, ...bob }),
      pageSays(3, { ...u2, ...ann }),
      signsUp(4, ann),
      signsUp(5, bob),
    ],
    people: [
      { userId: 'u2', email: undefined },
      { userId: 'u1', email: 'ann@example.com', segments: ['reader'] },
      { userId: undefined, email: 'bob@example.com', segments: ['reader'] },
    ],
  },
  {
    name: 'a secret key changes the address',
    events: [signsUp(1, ann), serverSays(2, { ...u1, ...ann }), serverSays(3, { ...u1, ...bob }), leaves(4, bob), orders(5, ann)],
    people: [{ userId: 'u1', email: 'bob@example.com', consents: { news: { status: 'unsubscribed' } }, points: 10 }],
  },
  {
    name: 'an address is given to a second user',
    events: [signsUp(1, ann), serverSays(2, { ...u1, ...ann }), serverSays(3, { ...u2, ...ann }), orders(4, u2), browses(5, ann)],
    people: [
      { userId: 'u2', email: 'ann@example.com', points: 10 },
      { userId: 'u1', email: 'ann@example.com', segments: ['reader'] },
    ],
  },
  {
    name: 'a group call says which company somebody is in, and nothing about the person',
    events: [
      joins(1, a1, 'acme', { plan: 'pro', name: 'Acme' }),
      pageSays(2, { ...u1, ...a1 }, { name: 'Ann' }),
      joins(3, u1, 'tea', { plan: 'basic' }),
      joins(4, u1, 'acme', { plan: 'pro' }),
    ],
    people: [{ attributes: { name: 'Ann', group: { id: 'acme', traits: { plan: 'pro' } } }, segments: ['pro'] }],
  },
  {
    name: 'each side said something else about consent before they were one',
    events: [
      leaves(1, ann),
      signsUp(2, ann, ['offers']),
      serverSays(3, u1),
      event('Subscribed', 4, u1),
      serverSays(5, { ...u1, ...ann }),
    ],
    people: [{ consents: { news: { status: 'unsubscribed' }, offers: { status: 'subscribed' } } }],
  },
  {
    name: 'a no of the user outweighs a later yes of the address',
    events: [leaves(1, u1), signsUp(2, ann, ['news']), serverSays(3, { ...u1, ...ann }), orders(4, ann)],
    people: [{ userId: 'u1', consents: { news: { status: 'unsubscribed' } } }],
  },
  {
    name: 'and the later word counts once they are',
    events: [
      leaves(1, ann),
      serverSays(2, { ...u1, ...ann }),
      event('Subscribed', 3, u1),
      browses(4, { ...u1, ...a1 }),
      browses(5, a1),
    ],
    people: [{ consents: { news: { status: 'subscribed' } }, segments: ['keen', 'reader'] }],
  },
];

describe.each(histories)('$name', { timeout: 60_000 }, ({ events, people }) => {
  const shows = people.map((one) => expect.objectContaining(matching(one)));

  test('gives the same people in every order', async () => {
    const first = await outcomeOf(events, oneByOne(events));
    expect(first.people).toEqual(expect.arrayContaining(shows));
    expect(first.people).toHaveLength(shows.length);
    for (const order of permutations(events)) {
      expect(
        await outcomeOf(events, oneByOne(order)),
        order.map(({ at, name }) => `${new Date(at).getUTCDate()} ${name}`).join(', '),
      ).toEqual(first);
    }
  });

  test('and in batches, twice, and at the same time', async () => {
    const first = await outcomeOf(events, oneByOne(events));
    expect(await outcomeOf(events, [[events]]), 'in one batch').toEqual(first);
    for (const order of permutations(events).filter((_, index) => index % 7 === 0)) {
      const [one = [], other = []] = [order.slice(0, 2), order.slice(2)];
      expect(await outcomeOf(events, [[one], [other, one], [order]]), 'in batches and again').toEqual(first);
      expect(await outcomeOf(events, [order.map((each) => [each])]), 'at the same time').toEqual(first);
    }
  });
});

/** What was booked while an address was another's is not booked again; nothing is lost, and nothing counts twice. */
test('points that were booked for somebody stay theirs, and add up in every order', async () => {
  const events = [signsUp(1, ann), serverSays(2, { ...u1, ...ann }), serverSays(3, { ...u2, ...ann }), orders(4, ann, 20)];
  for (const order of permutations(events)) {
    const { people } = await outcomeOf(events, oneByOne(order));
    expect(people.reduce((sum, { points }) => sum + Number(points), 0)).toBe(20);
    for (const { points, ledger } of people) expect(points).toBe(ledger);
  }
});

test('traits of a group that are too long are left out with a reason, and the group is known', async () => {
  const events = [joins(1, u1, 'acme', { text: 'x'.repeat(5000) })];
  expect((await outcomeOf(events, oneByOne(events))).people).toEqual([
    expect.objectContaining({ attributes: { group: { id: 'acme' } } }),
  ]);
});

describe('an alias', { timeout: 60_000 }, () => {
  test('of two users in a circle ends in one person, also at the same time', async () => {
    const events = [serverSays(1, u1), orders(2, u2), alias(3, 'u2', 'u1'), alias(4, 'u1', 'u2')];
    for (const order of permutations(events)) {
      for (const batches of [oneByOne(order), [order.map((each) => [each])]]) {
        const { people, ways } = await outcomeOf(events, batches);
        expect(people).toEqual([expect.objectContaining({ points: 10, ledger: 10 })]);
        expect(new Set(Object.values(ways)).size).toBe(1);
      }
    }
  });

  test('of somebody with themselves says nothing', async () => {
    const events = [orders(1, u1), alias(2, 'u1', 'u1')];
    expect((await outcomeOf(events, oneByOne(events))).people).toEqual([expect.objectContaining({ userId: 'u1', merged: [] })]);
  });

  test('after an alias leads everybody to the last one, and late events of the first follow', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `user-${index}`);
    const aliases = names.slice(1).map((name, index) => alias(2 + index, name, names[index] ?? ''));
    const events = [
      orders(1, { userId: 'user-0' }),
      ...aliases,
      orders(31, { userId: 'user-0' }, 7),
      orders(30, { userId: 'user-3' }, 5),
    ];
    const { people } = await outcomeOf(events, oneByOne(events));
    expect(people).toEqual([expect.objectContaining({ userId: 'user-29', points: 22, ledger: 22 })]);
  });
});

const oneByOne = (events: readonly TimelineEvent[]) => events.map((each) => [[each]]);

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length <= 1) return [[...list]];
  return list.flatMap((one, index) => permutations(list.toSpliced(index, 1)).map((others) => [one, ...others]));
}

function event(name: 'Subscribed', at: number, who: typeof u1): TimelineEvent {
  const said = leaves(at, who);
  return { ...said, name };
}

/** What is asked of consent is its outcome. */
function matching(one: Shown): Shown {
  const asked = one.consents as Record<string, object> | undefined;
  if (asked === undefined || Object.keys(asked).length === 0) return one;
  const consents = Object.fromEntries(Object.entries(asked).map(([topic, each]) => [topic, expect.objectContaining(each)]));
  return { ...one, consents: expect.objectContaining(consents) };
}
