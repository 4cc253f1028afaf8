import { beforeEach, describe, expect, test } from 'vitest';
import type { TimelineEvent } from '#core/event.ts';
import { customerIdOfAnonymous, customerIdOfEmail, customerIdOfUser } from '#core/identity.ts';
import { MINUTE_MS } from '#core/instant.ts';
import { capture } from '#usecases/capture.ts';
import { deliver } from '#usecases/deliver.ts';
import { erasable, erase, eraseStep, erasureState, LAST_LOOK_MS, resumeErasures } from '#usecases/erase.ts';
import { knownTombstones } from '#usecases/erasure/known-tombstones.ts';
import { evaluate } from '#usecases/evaluate.ts';
import { linksFor } from '#usecases/links.ts';
import type { Mail, Published, Write } from '#usecases/ports.ts';
import { publish } from '#usecases/publish.ts';
import { findPerson } from '#usecases/read-customer.ts';
import { send } from '#usecases/send.ts';
import { append, eventOf } from '#usecases/store/events.ts';
import { voucherCodeKey, voucherKey } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';
import { memoryTable } from '../support/memory-table.ts';
import { noLimits, openLine } from '../support/open-line.ts';
import { plainText } from '../support/plain-text.ts';
import { quietBus } from '../support/quiet-bus.ts';
import { event } from '../support/shop.ts';

const START = Date.parse('2026-03-02T08:00:00Z');
const ANN = { userId: 'user-ann', email: 'ann@example.com', anonymousId: 'browser-of-ann' };

/** A shop that knows Ann by three ids, with a mail, and Bea, of whom nothing may be missing afterwards. */
async function shop() {
  const table = memoryTable();
  let at = START;
  const now = (): number => at;
  let made = 0;
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(++made);
  const asked: Published[] = [];
  const bus = {
    publish: async (entries: readonly Published[]) => {
      asked.push(...entries);
      return [];
    },
  };
  const dependencies = { table, catalogues: linkedCatalogues(table), now, random, bus, pause: async () => {} };
  const direct = { ...welcome, steps: [{ id: 'hello', type: 'send_email', template: 'welcome', topic: 'newsletter' }] };
  const files = catalogueFiles({ 'catalogue/journeys/welcome.json': direct });
  await publish({ ...dependencies, ...quietBus, rules: { replace: async () => {} } }, { files, author: 'test' });
  const decide = async (...events: readonly TimelineEvent[]): Promise<void> => {
    const failed = await evaluate(
      dependencies,
      events.map((one) => ({ id: one.id, customer: one.customer, event: one })),
    );
    for (const cause of failed.values()) throw cause;
  };
  const take = async (...events: readonly TimelineEvent[]): Promise<void> => {
    await append(table, events);
    await decide(...events);
  };
  const whole = event(
    'Identify',
    '2026-03-01T08:00:00Z',
    {},
    { kind: 'identify', identities: ANN, traits: { firstName: 'Ann' } },
  );
  const consent = event('Subscribed', '2026-03-01T08:01:00Z', { list_id: 'newsletter' }, { kind: 'consent' });
  const visit = event('Page', '2026-03-01T07:00:00Z', {}, { kind: 'page', identities: { anonymousId: ANN.anonymousId } });
  const joined = event('Signed Up', '2026-03-01T09:00:00Z');
  const beas = event('Signed Up', '2026-03-01T09:00:00Z', {}, { identities: { email: 'bea@example.com' } });
  await append(table, [visit]);
  await take(consent);
  await take(whole);
  await take(joined);
  await take(beas);
  const items = () => [...table.items.values()];
  return {
    ...dependencies,
    asked,
    items,
    decide,
    take,
    events: { whole, consent, visit, joined },
    message: items().find(({ sk, pk }) => sk.startsWith('M#') && pk !== `C#${customerIdOfEmail('bea@example.com')}`),
    erase: () => erase(dependencies, 'ann@example.com', 'support'),
    pass: (ms: number) => {
      at += ms;
    },
    /** Works off what was asked of the bus until nothing is asked any more. */
    rest: async () => {
      for (let entry = asked.shift(); entry !== undefined; entry = asked.shift())
        await eraseStep(dependencies, String((entry.detail as { job: string }).job));
    },
    ofBea: () => items().filter(({ pk }) => pk === `C#${customerIdOfEmail('bea@example.com')}`),
  };
}

type Shop = Awaited<ReturnType<typeof shop>>;
let here: Shop;
beforeEach(async () => {
  here = await shop();
});

/** Ann by everything that names her, in any item of the whole table. */
function traces({ items }: Shop): string[] {
  const names = [
    ...Object.values(ANN),
    customerIdOfUser(ANN.userId),
    customerIdOfEmail(ANN.email),
    customerIdOfAnonymous(ANN.anonymousId),
  ];
  return items().flatMap((item) => {
    const text = plainText(item);
    return names.filter((name) => text.includes(name)).map((name) => `${item.pk} ${item.sk}: ${name}`);
  });
}

const later = (parts: Partial<TimelineEvent> = {}, name = 'Signed Up', properties = {}): TimelineEvent =>
  event(name, '2026-03-02T08:10:00Z', properties, parts);
const form = (parts: Partial<TimelineEvent> = {}, topics = ['newsletter']) =>
  later({ kind: 'form', origin: 'form', trust: 'publishable', ...parts }, 'Form Submitted', {
    form: 'newsletter',
    fields: {},
    consent: { topics, version: '2', text: 'Yes' },
  });

describe('an erasure', () => {
  test('leaves nothing in the whole table that names the person, and takes nothing of others', async () => {
    const before = here.ofBea();
    expect(traces(here).length).toBeGreaterThan(10);
    expect(await here.erase()).toMatchObject({ status: 'done', identities: 3, author: 'support' });
    expect(traces(here)).toEqual([]);
    expect(here.ofBea()).toEqual(before);
  });

  test('tells beforehand what it would remove, and changes nothing', async () => {
    const before = here.items().length;
    expect(await erasable(here.table, 'ann@example.com')).toMatchObject({
      complete: true,
      items: { events: 4, states: 3, messages: 1 },
    });
    expect(here.items()).toHaveLength(before);
    expect(await erasable(here.table, 'nobody@example.com')).toBeUndefined();
  });

  test('of a long history goes on step by step, and is done only when a read finds nothing', async () => {
    const many = Array.from({ length: 2300 }, (_, index) =>
      event('Page', new Date(START - index * 1000).toISOString(), {}, { kind: 'page', identities: { userId: ANN.userId } }),
    );
    await append(here.table, many);
    expect(await here.erase()).toMatchObject({ status: 'running' });
    await here.rest();
    const { id = '' } = (await here.erase()) ?? {};
    expect(await erasureState(here.table, id)).toMatchObject({ status: 'done', removed: 2311 });
    expect(traces(here)).toEqual([]);
  });

  test('that was cut off in the middle is gone on with by a later minute', async () => {
    const { transact } = here.table;
    let left = 6;
    here.table.transact = async (writes: readonly Write[]) => {
      if (left-- <= 0) throw new Error('cut off');
      return transact(writes);
    };
    await expect(here.erase()).rejects.toThrow('cut off');
    here.table.transact = transact;
    expect(traces(here)).not.toEqual([]);
    here.pass(MINUTE_MS);
    await resumeErasures(here);
    expect(here.asked).toEqual([]);
    here.pass(2 * MINUTE_MS);
    await resumeErasures(here);
    await here.rest();
    expect(traces(here)).toEqual([]);
  });

  test('looks once more when all that was under way has arrived, and then forgets whom it was about', async () => {
    const state = await here.erase();
    await append(here.table, [{ ...here.events.visit, id: 'stray' }]);
    here.pass(LAST_LOOK_MS);
    await resumeErasures(here);
    await here.rest();
    expect(traces(here)).toEqual([]);
    expect(await erasureState(here.table, state?.id ?? '')).toMatchObject({ status: 'done', identities: 3 });
    expect(here.items().filter(({ pk }) => pk.startsWith('ERASURE#'))).toEqual([]);
    await resumeErasures(here);
    expect(here.asked).toEqual([]);
  });

  test('voids the person’s vouchers: a code stays known, so that it is not given out twice, but is nobody’s', async () => {
    const customer = here.events.joined.customer;
    await here.table.write({ put: { ...voucherKey(customer, 'vou_1'), status: 'issued', code: 'AAA', pool: 'p', body: '{}' } });
    await here.table.write({
      put: { ...voucherCodeKey('AAA'), code: 'AAA', customer, voucher: 'vou_1', pool: 'p', version: 1, uses: 0 },
    });
    expect(await here.erase()).toMatchObject({ status: 'done' });
    expect(traces(here)).toEqual([]);
    expect(await here.table.get(voucherCodeKey('AAA'))).toEqual({
      ...voucherCodeKey('AAA'),
      code: 'AAA',
      pool: 'p',
      version: 1,
      uses: 0,
      erased: true,
    });
  });

  test('asked for again tells how it stands; of nobody there is none', async () => {
    const { id } = (await here.erase()) ?? {};
    expect(await here.erase()).toMatchObject({ id, status: 'done' });
    expect(await erase(here, 'nobody@example.com', 'support')).toBeUndefined();
  });

  test('takes ids along that only an undecided event tells of, but never what a web page says of others', async () => {
    const known = { userId: ANN.userId, anonymousId: 'second-browser' };
    await append(here.table, [
      event('Page', '2026-03-01T10:00:00Z', {}, { kind: 'page', trust: 'publishable', identities: known }),
      event(
        'Page',
        '2026-03-01T10:01:00Z',
        {},
        { kind: 'page', trust: 'publishable', identities: { anonymousId: 'second-browser' } },
      ),
      event(
        'Page',
        '2026-03-01T10:02:00Z',
        {},
        { kind: 'page', trust: 'publishable', identities: { userId: ANN.userId, email: 'bea@example.com' } },
      ),
    ]);
    const before = here.ofBea();
    expect(await here.erase()).toMatchObject({ status: 'done', identities: 4 });
    expect(here.items().filter((item) => plainText(item).includes('second-browser'))).toEqual([]);
    expect(here.ofBea()).toEqual(before);
  });

  test('finds also somebody of whom there are events that nobody decided on', async () => {
    await append(here.table, [
      event('Page', '2026-03-01T10:00:00Z', {}, { kind: 'page', identities: { anonymousId: 'only-seen' } }),
    ]);
    expect(await erase(here, 'only-seen', 'support')).toMatchObject({ status: 'done', removed: 1 });
    expect(here.items().filter((item) => plainText(item).includes('only-seen'))).toEqual([]);
  });
});

describe('after an erasure', () => {
  test('events that a queue brings again do not make the person anew, in whatever order', async () => {
    await here.erase();
    for (const one of Object.values(here.events)) await here.decide(one);
    await here.take(here.events.whole, here.events.joined);
    expect(traces(here)).toEqual([]);
  });

  test('wakes, messages and calls that were under way find nobody, and are at rest', async () => {
    const customer = here.events.joined.customer;
    const message = here.message?.sk.slice(2) ?? '';
    await here.erase();
    await evaluate(here, [{ id: 'wake', customer }]);
    const sent: Mail[] = [];
    const hand = async (mail: Mail) => ({ outcome: 'sent', id: String(sent.push(mail)) }) as const;
    await send(
      {
        ...here,
        ...openLine,
        mailer: { hand, limits: noLimits },
        links: async () => linksFor({ current: '', keys: {} }, '', {} as never),
      },
      { customer, message },
    );
    await deliver({ ...here, caller: { post: () => Promise.reject(new Error('called')) } }, { customer, call: 'call_1' });
    expect(sent).toEqual([]);
    expect(traces(here)).toEqual([]);
  });

  test.each([
    ['by user id', { identities: { userId: ANN.userId } }],
    ['by address', { identities: { email: ANN.email } }],
    ['under a new user id with the old address', { identities: { userId: 'new', email: ANN.email } }],
    ['from the browser alone', { identities: { anonymousId: ANN.anonymousId } }],
  ])('an import %s with a secret key stays out', async (_, parts) => {
    await here.erase();
    await here.take(later({ kind: 'identify', ...parts }, 'Identify'));
    expect(traces(here)).toEqual([]);
    expect(await findPerson(here.table, ANN.email)).toBeUndefined();
  });

  test('nothing is answered on a timeline that is not there any more, whatever code a late event tells of', async () => {
    await here.erase();
    const told = { code: 'BACK-7KQ2M-X3F0H-4', order_id: '9' };
    await here.take(later({ trust: 'secret', identities: { userId: ANN.userId } }, 'Voucher Redeemed', told));
    expect(traces(here)).toEqual([]);
  });

  test('a form post without consent stays out', async () => {
    await here.erase();
    await here.take(form({}, []));
    expect(traces(here)).toEqual([]);
  });

  test('somebody else may use the browser', async () => {
    await here.erase();
    const identities = { userId: 'user-cid', anonymousId: ANN.anonymousId };
    await here.take(later({ kind: 'identify', identities }, 'Identify'));
    expect((await findPerson(here.table, 'user-cid'))?.customer.userId).toBe('user-cid');
  });

  test('the person may sign up anew, and begins with nothing; what was before stays out', async () => {
    await here.erase();
    await here.take(form());
    const person = await findPerson(here.table, ANN.email);
    expect(person?.customer).toMatchObject({
      attributes: {},
      consents: { newsletter: { status: 'subscribed', source: 'the form newsletter' } },
    });
    await here.take(here.events.joined);
    await here.take(later({ kind: 'identify', identities: { userId: ANN.userId } }, 'Identify'));
    expect((await findPerson(here.table, ANN.email))?.customer.userId).toBeUndefined();
    await here.take(later({ kind: 'identify', identities: { userId: ANN.userId, email: ANN.email } }, 'Identify'));
    expect((await findPerson(here.table, ANN.email))?.customer.userId).toBe(ANN.userId);
  });

  test('whoever signed up anew is left alone by the last look, also before it was decided on', async () => {
    await here.erase();
    const post = form();
    await append(here.table, [post]);
    here.pass(LAST_LOOK_MS);
    await resumeErasures(here);
    await here.rest();
    await here.decide(post);
    expect((await findPerson(here.table, ANN.email))?.customer.consents.newsletter?.status).toBe('subscribed');
    expect(here.items().some(({ sk }) => sk.startsWith('E#') && sk.endsWith(post.id))).toBe(true);
  });

  test('and a new sign-up, another erasure is as thorough', async () => {
    await here.erase();
    await here.take(form());
    here.pass(20 * MINUTE_MS);
    expect(await here.erase()).toMatchObject({ status: 'done' });
    await here.decide(form());
    expect(traces(here)).toEqual([]);
  });

  test('events that no rule mentions are thrown away where they arrive', async () => {
    const isErased = knownTombstones(here.table, here.now);
    const page = (userId: string) => ({
      type: 'page',
      messageId: `m-${userId}`,
      userId,
      timestamp: new Date(here.now()).toISOString(),
    });
    const post = () => capture({ ...here, isErased }, { body: { batch: [page(ANN.userId), page('user-dan')] }, trust: 'secret' });
    await post();
    await here.erase();
    here.pass(MINUTE_MS);
    const batch = [page(ANN.userId), page('user-dan')].map((one) => ({ ...one, messageId: `${one.messageId}-2` }));
    expect(await capture({ ...here, isErased }, { body: { batch }, trust: 'secret' })).toMatchObject({
      accepted: 2,
      refused: [],
    });
    expect(traces(here)).toEqual([]);
    const dan = here.items().filter(({ pk }) => pk === `C#${customerIdOfUser('user-dan')}`);
    expect(dan.map((item) => eventOf(item).id)).toEqual(['m-user-dan', 'm-user-dan-2']);
  });
});

test('somebody who is new and is erased while they are decided on is not made', async () => {
  await erase(here, 'bea@example.com', 'support');
  const arriving = later({ identities: { userId: 'user-eve' } });
  await append(here.table, [arriving]);
  const { transact } = here.table;
  here.table.transact = async (writes: readonly Write[]) => {
    here.table.transact = transact;
    here.pass(20 * MINUTE_MS);
    await erase(here, 'user-eve', 'support');
    return transact(writes);
  };
  await here.decide(arriving);
  expect(here.items().filter(({ pk }) => pk === `C#${customerIdOfUser('user-eve')}`)).toEqual([]);
});
