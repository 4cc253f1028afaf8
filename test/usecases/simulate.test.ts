import { describe, expect, test } from 'vitest';
import type { CompiledTemplate, Release } from '#core/catalogue.ts';
import { wakeAt } from '#core/customer.ts';
import type { Message } from '#core/decision.ts';
import type { TimelineEvent } from '#core/event.ts';
import { DAY_MS } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import { evaluate } from '#usecases/evaluate.ts';
import { type History, historyReader } from '#usecases/simulate/history.ts';
import { heardEvents } from '#usecases/simulate/live.ts';
import { type Simulated, type SimulateRequest, simulate } from '#usecases/simulate.ts';
import { releaseItems } from '#usecases/store/catalogue.ts';
import { personOf } from '#usecases/store/customers.ts';
import { append, eventOf } from '#usecases/store/events.ts';
import { currentKey } from '#usecases/store/keys.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { memoryTable } from '../support/memory-table.ts';
import { random } from '../support/random.ts';
import { driftingAway, instant, journey, mail, release } from '../support/shop.ts';

const newsletter = {
  id: 'newsletter',
  name: 'Newsletter',
  fields: [
    { name: 'email', type: 'email', label: 'E-mail', required: true },
    { name: 'consent', type: 'consent', label: 'Yes' },
  ],
  consent: { topics: ['news', 'offers'], text: 'Yes', version: '1' },
  optIn: 'single',
} as const;

const welcome = journey({
  id: 'welcome',
  trigger: { type: 'form', form: 'newsletter' },
  steps: [
    mail('first'),
    { id: 'pause', type: 'delay', for: 'P3D' },
    { id: 'read', type: 'condition', when: { message: 'first', is: 'opened' }, yes: [mail('more', 'more')], no: [mail('again')] },
  ],
});

const winBack = journey({
  id: 'win-back',
  trigger: { type: 'segment_entry', segment: 'drifting-away' },
  reentry: { mode: 'after', interval: 'P180D' },
  exitWhen: [{ event: 'Order Completed' }],
  steps: [mail('miss-you', 'miss-you', 'offers'), { id: 'wait', type: 'delay', for: 'P7D' }, mail('gift', 'gift', 'offers')],
});

const shop = release({ forms: [newsletter], segments: [driftingAway], journeys: [welcome, winBack] });

const form = (email: string, timestamp: string, more: object = {}): object => {
  return { type: 'form', form: 'newsletter', fields: { email, consent: true }, timestamp, ...more };
};
const order = (email: string, timestamp: string, properties: JsonObject = {}): object => {
  return { type: 'track', event: 'Order Completed', properties, context: { traits: { email } }, timestamp };
};

function historyOf(lines: readonly (object | string)[], current: Release = shop): History {
  const reader = historyReader(current);
  for (const line of lines) reader.take(typeof line === 'string' ? line : JSON.stringify(line));
  return reader.done();
}

function replay(
  lines: readonly (object | string)[],
  {
    of = shop,
    templates = [],
    ...more
  }: Partial<SimulateRequest> & { of?: Release; templates?: readonly CompiledTemplate[] } = {},
): Simulated {
  return simulate({ compiled: { release: of, templates, journeys: [] }, history: historyOf(lines, of), ...more });
}

const mails = ({ messages }: Simulated): string[] =>
  messages.map(({ at, customer, template, status, reason }) =>
    [at.slice(0, 16), customer, template, status, reason && `(${reason})`].filter(Boolean).join(' '),
  );

describe('a replay', () => {
  test('lets everything happen at its own time, whatever the order of the lines', () => {
    const lines = [
      order('ann@x.pt', '2026-01-05T10:00:00Z'),
      form('ann@x.pt', '2026-01-01T10:00:00Z'),
      form('bo@x.pt', '2026-01-02T10:00:00Z'),
    ];
    const simulated = replay(lines);
    expect(mails(simulated)).toEqual([
      '2026-01-01T10:00 ann@x.pt hello sent',
      '2026-01-02T10:00 bo@x.pt hello sent',
      '2026-01-04T10:00 ann@x.pt hello sent',
      '2026-01-05T10:00 bo@x.pt hello sent',
      '2026-03-06T10:00 ann@x.pt miss-you sent',
      '2026-03-13T10:00 ann@x.pt gift sent',
    ]);
    expect(replay(lines.toReversed())).toEqual(simulated);
  });

  test('tells of each run which way it went and why, each step once', () => {
    const [run] = replay([form('ann@x.pt', '2026-01-01T10:00:00Z')]).runs;
    expect(run).toMatchObject({
      journey: 'welcome',
      customer: 'ann@x.pt',
      enteredAt: '2026-01-01T10:00:00.000Z',
      endedAt: '2026-01-04T10:00:00.000Z',
      outcome: 'completed',
      steps: [
        { id: 'first', at: '2026-01-01T10:00:00.000Z', outcome: 'queued' },
        { id: 'pause', at: '2026-01-01T10:00:00.000Z', outcome: 'the wait is over' },
        { id: 'read', at: '2026-01-04T10:00:00.000Z', outcome: 'no' },
        { id: 'again', at: '2026-01-04T10:00:00.000Z', outcome: 'queued' },
      ],
    });
  });

  test('leaves those who are still waiting at its end active, and says where they stand', () => {
    const { runs, totals } = replay([form('ann@x.pt', '2026-01-01T10:00:00Z')], { until: instant('2026-01-02') });
    expect(runs).toMatchObject([
      { outcome: 'active', endedAt: null, waits: { step: 'pause', until: '2026-01-04T10:00:00.000Z' } },
    ]);
    expect(runs[0]?.steps.at(-1)).toEqual({
      id: 'pause',
      at: '2026-01-01T10:00:00.000Z',
      outcome: 'wait for P3D',
      endedAt: null,
    });
    expect(totals.journeys.welcome).toMatchObject({ entered: 1, active: 1, completed: 0 });
  });

  test('goes on for 90 days after the last message, and says so', () => {
    const { until, notes } = replay([form('ann@x.pt', '2026-01-01T10:00:00Z')]);
    expect(until).toBe('2026-04-01T10:00:00.000Z');
    expect(notes.join(' ')).toContain('90 days after the last message');
  });

  test('says why somebody left, and why somebody did not enter', () => {
    const { runs, notEntered, totals } = replay([
      form('ann@x.pt', '2026-01-01T10:00:00Z'),
      form('ann@x.pt', '2026-02-01T10:00:00Z'),
      order('ann@x.pt', '2026-02-01T11:00:00Z'),
      order('ann@x.pt', '2026-04-03T10:00:00Z'),
    ]);
    expect(runs[1]).toMatchObject({ journey: 'win-back', outcome: 'exited', reason: 'Order Completed happened' });
    expect(notEntered).toMatchObject([
      { journey: 'welcome', customer: 'ann@x.pt', at: '2026-02-01T10:00:00.000Z', reason: expect.stringContaining('before') },
      { journey: 'win-back', at: '2026-06-02T10:00:00.000Z' },
    ]);
    expect(totals.journeys['win-back']?.exits).toEqual({ 'Order Completed happened': 1 });
  });

  test('says of each mail that is not sent why, also where only the sender would find out', () => {
    const templates = [{ name: 'gift', version: 'tv_gift', required: ['customer.firstName'], locales: {} }];
    const simulated = replay(
      [
        order('ann@x.pt', '2026-01-05T10:00:00Z'),
        form('bo@x.pt', '2026-01-05T10:00:00Z'),
        order('bo@x.pt', '2026-01-05T11:00:00Z'),
      ],
      { templates },
    );
    expect(mails(simulated).filter((line) => line.includes('skipped'))).toEqual([
      '2026-03-06T10:00 ann@x.pt miss-you skipped (no consent to the topic “Offers”)',
      '2026-03-13T10:00 ann@x.pt gift skipped (no consent to the topic “Offers”)',
      '2026-03-13T11:00 bo@x.pt gift skipped (no value for customer.firstName)',
    ]);
    expect(simulated.totals.reasons).toEqual({
      'no consent to the topic “Offers”': 2,
      'no value for customer.firstName': 1,
    });
  });

  test('feeds back what journeys emit, and finds its properties where a mail needs them', () => {
    const chain = release({
      forms: [newsletter],
      journeys: [
        journey({
          id: 'one',
          trigger: { type: 'form', form: 'newsletter' },
          steps: [{ id: 'tell', type: 'emit_event', event: 'Signed Up Twice', properties: { gift: 'tea' } }],
        }),
        journey({ id: 'two', trigger: { type: 'event', event: 'Signed Up Twice' }, steps: [mail('hi')] }),
      ],
    });
    const hello = (path: string): CompiledTemplate => ({ name: 'hello', version: 'tv_hello', required: [path], locales: {} });
    const lines = [form('ann@x.pt', '2026-01-01T10:00:00Z')];
    expect(mails(replay(lines, { of: chain, templates: [hello('event.gift')] }))).toEqual([
      '2026-01-01T10:00 ann@x.pt hello sent',
    ]);
    expect(mails(replay(lines, { of: chain, templates: [hello('event.card')] }))[0]).toContain('no value for event.card');
  });

  test('counts two ids as one person from when that shows, and lets one of two runs go on', () => {
    const visit = journey({
      id: 'visit',
      trigger: { type: 'event', event: 'Visited' },
      steps: [{ id: 'w', type: 'delay', for: 'P9D' }],
    });
    const visited = (who: object, day: string): object => {
      return { type: 'track', event: 'Visited', ...who, timestamp: `2026-01-${day}T10:00:00Z` };
    };
    const { runs, totals } = replay(
      [
        visited({ anonymousId: 'browser' }, '01'),
        visited({ userId: 'u1' }, '02'),
        { type: 'identify', userId: 'u1', anonymousId: 'browser', timestamp: '2026-01-03T10:00:00Z' },
      ],
      { of: release({ journeys: [visit] }) },
    );
    expect(runs).toMatchObject([
      { customer: 'u1', outcome: 'completed', endedAt: '2026-01-10T10:00:00.000Z' },
      { customer: 'u1', outcome: 'merged', endedAt: '2026-01-03T10:00:00.000Z' },
    ]);
    expect(totals.customers).toBe(1);
  });
});

describe('a replay with a budget of vouchers', () => {
  const coming = journey({
    id: 'coming',
    trigger: { type: 'form', form: 'newsletter' },
    offerBudget: { max: 2, per: 'P1M' },
    steps: [
      { id: 'pause', type: 'delay', for: 'P3D' },
      { id: 'code', type: 'issue_voucher', pool: 'back', onIssued: [mail('offer', 'gift')], onRefused: [mail('update', 'news')] },
    ],
  });
  const of = release({
    forms: [newsletter],
    vouchers: [{ id: 'back', name: 'Back', description: '20 % off', codes: 'generated' }],
    journeys: [coming],
  });
  const days = ['04', '01', '03', '02', '30'];
  const lines = days.map((day, index) => form(`p${index}@x.pt`, `2026-01-${day}T10:00:00Z`));

  test('gives it to those who come first, in each period, and says how often there was none', () => {
    // Who was known first does not come first.
    const known = { type: 'identify', traits: { email: 'p0@x.pt' }, timestamp: '2025-12-01T10:00:00Z' };
    const simulated = replay([known, ...lines], { of });
    expect(mails(simulated)).toEqual([
      '2026-01-04T10:00 p1@x.pt gift sent',
      '2026-01-05T10:00 p3@x.pt gift sent',
      '2026-01-06T10:00 p2@x.pt news sent',
      '2026-01-07T10:00 p0@x.pt news sent',
      '2026-02-02T10:00 p4@x.pt gift sent',
    ]);
    const january = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', vouchers: 2, value: null, refused: 2 };
    const february = { from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z', vouchers: 1, value: null, refused: 0 };
    expect(simulated.budgets).toEqual([{ journey: 'coming', periods: [january, february] }]);
    expect(simulated.notes).toContain('The budget of coming was used up in one period: 2 times there was no voucher.');
  });

  test('says nothing of it where there is enough', () => {
    const { notes, budgets } = replay(lines.slice(0, 2), { of });
    expect(notes.join()).not.toContain('budget');
    expect(budgets[0]?.periods).toHaveLength(1);
  });
});

describe('a replay that begins later', () => {
  const lines = [
    form('ann@x.pt', '2026-01-01T10:00:00Z'),
    order('ann@x.pt', '2026-01-05T10:00:00Z'),
    form('bo@x.pt', '2026-02-10T10:00:00Z'),
  ];

  test('knows what happened before, and starts nothing because of it', () => {
    const simulated = replay(lines, { from: instant('2026-02-01') });
    expect(simulated.runs.map(({ customer, journey: id }) => `${customer} ${id}`)).toEqual([
      'bo@x.pt welcome',
      'ann@x.pt win-back',
    ]);
    expect(mails(simulated)).toContain('2026-03-06T10:00 ann@x.pt miss-you sent');
    expect(simulated.notes.join(' ')).toContain('Journeys begin at 2026-02-01T00:00:00.000Z');
  });

  test('lets nobody enter a journey for a segment that they were in before', () => {
    const { runs } = replay(lines, { from: instant('2026-03-07') });
    expect(runs).toEqual([]);
  });

  test('starts by the calendar those who were known before', () => {
    const monthly = journey({
      id: 'monthly',
      trigger: { type: 'schedule', rule: 'FREQ=MONTHLY', start: '2026-01-01T09:00', zone: 'UTC' },
      reentry: { mode: 'always' },
      steps: [mail('hi')],
    });
    const of = release({ forms: [newsletter], journeys: [monthly] });
    const { runs } = replay(lines.slice(0, 1), { of, from: instant('2026-02-15'), until: instant('2026-04-15') });
    expect(runs.map(({ enteredAt }) => enteredAt)).toEqual(['2026-03-01T09:00:00.000Z', '2026-04-01T09:00:00.000Z']);
  });
});

describe('reactions to mails that were never sent', () => {
  const lines = Array.from({ length: 60 }, (_, index) => form(`p${index}@x.pt`, '2026-01-01T10:00:00Z'));

  test('are not known, so nobody opens or clicks, and that is said', () => {
    const { messages, notes, totals } = replay(lines);
    expect(messages.filter(({ step }) => step === 'more')).toEqual([]);
    expect(totals.assumed).toEqual({ delivered: 0, opened: 0, clicked: 0 });
    expect(notes[1]).toBe('No reaction was assumed: nobody opened or clicked a mail here, unless the history says so.');
  });

  test('can be assumed: a share of the mails, always the same ones, counted apart', () => {
    const some = replay(lines, { assume: { opened: 0.5 } });
    const opened = some.messages.filter(({ step }) => step === 'more');
    expect(opened.length).toBeGreaterThan(15);
    expect(opened.length).toBeLessThan(45);
    expect(replay(lines, { assume: { opened: 0.5 } })).toEqual(some);
    const mailsSent = some.messages.length;
    expect(some.totals.assumed.opened).toBeGreaterThan(mailsSent * 0.3);
    expect(some.notes[1]).toContain('50 % opened');
  });

  test('of a larger share are those of the smaller one, and more', () => {
    const openers = (opened: number): string[] =>
      replay(lines, { assume: { opened } }).messages.flatMap(({ step, customer }) => (step === 'more' ? [customer] : []));
    const [few, many] = [openers(0.3), openers(0.6)];
    expect(many).toEqual(expect.arrayContaining(few));
    expect(many.length).toBeGreaterThan(few.length);
    expect(openers(1)).toHaveLength(60);
  });

  test('come to the person whom the reader turned out to be in between', () => {
    const merge = { type: 'identify', userId: 'u1', traits: { email: 'p0@x.pt' }, timestamp: '2026-01-01T10:30:00Z' };
    const visit = { type: 'identify', userId: 'u1', timestamp: '2026-01-01T09:00:00Z' };
    const { runs } = replay([visit, form('p0@x.pt', '2026-01-01T10:00:00Z'), merge], { assume: { opened: 1 } });
    expect(runs.map(({ steps }) => steps.map(({ id }) => id))).toEqual([['first', 'pause', 'read', 'more']]);
  });

  test('come an hour after the mail, a click after two', () => {
    const reacts = journey({
      id: 'reacts',
      trigger: { type: 'form', form: 'newsletter' },
      steps: [
        mail('first'),
        {
          id: 'opened',
          type: 'wait_for_event',
          timeout: 'P9D',
          events: [{ event: 'Email Opened', where: { property: 'step', is: 'first' } }],
        },
        { id: 'clicked', type: 'wait_for_event', timeout: 'P9D', events: [{ event: 'Email Link Clicked' }] },
      ],
    });
    const of = release({ forms: [newsletter], journeys: [reacts] });
    const [run] = replay(lines.slice(0, 1), { of, assume: { opened: 1, clicked: 1 } }).runs;
    expect(run?.steps.map(({ id, endedAt, outcome }) => `${id} ${endedAt?.slice(11, 16)} ${outcome}`)).toEqual([
      'first 10:00 queued',
      'opened 11:00 Email Opened came',
      'clicked 12:00 Email Link Clicked came',
    ]);
  });
});

test('the totals are the sums of what is listed', () => {
  const chance = random(7);
  const lines = Array.from({ length: 300 }, () => {
    const email = `p${chance.below(20)}@x.pt`;
    const at = new Date(instant('2026-01-01') + chance.below(200 * DAY_MS)).toISOString();
    return chance.chance(0.4) ? form(email, at) : order(email, at);
  });
  const { runs, messages, notEntered, totals } = replay(lines, { until: instant('2026-04-02') });
  expect([totals.runs, totals.sent + totals.skipped]).toEqual([runs.length, messages.length]);
  for (const [id, one] of Object.entries(totals.journeys)) {
    expect(one.active + one.completed + one.exited + one.holdout + one.failed + one.merged).toBe(one.entered);
    expect(one.entered).toBe(runs.filter(({ journey: of }) => of === id).length);
    expect(Object.values(one.notEntered).reduce((sum, n) => sum + n, 0)).toBe(
      notEntered.filter((no) => no.journey === id).length,
    );
  }
  const sum = (name: 'entered' | 'sent' | 'skipped'): number => totals.days.reduce((all, day) => all + day[name], 0);
  expect([sum('entered'), sum('sent'), sum('skipped')]).toEqual([runs.length, totals.sent, totals.skipped]);
  expect(runs.filter(({ outcome }) => outcome === 'active').length).toBeGreaterThan(0);
});

describe('a history', () => {
  test.each([
    ['nonsense', '', 'is not a JSON object'],
    ['[1]', '', 'is not a JSON object'],
    [{ type: 'track', event: 'X', timestamp: '2026-01-01' }, 'userId', 'is missing'],
    [{ type: 'track', event: 'X', userId: 'u' }, 'timestamp', 'is missing'],
    [{ type: 'track', event: 'X', userId: 'u', timestamp: 'soon' }, 'timestamp', 'is not a time'],
    [{ type: 'track', event: 'X', userId: 'u', timestamp: '1970-01-01' }, 'timestamp', 'before 2000'],
    [{ type: 'track', userId: 'u', timestamp: '2026-01-01' }, 'event', 'is missing'],
    [{ type: 'jump', userId: 'u', timestamp: '2026-01-01' }, 'type', 'must be track'],
    [{ type: 'track', event: 'X', userId: 'u', timestamp: '2026-01-01', trust: 'system' }, 'trust', 'must be'],
    [{ type: 'form', form: 'newsleter', fields: {}, timestamp: '2026-01-01' }, 'form', 'did you mean "newsletter"?'],
    [{ type: 'form', form: 'newsletter', fields: {}, timestamp: '2026-01-01' }, 'fields.email', 'is required'],
    [{ type: 'form', form: 'newsletter', timestamp: '2026-01-01' }, 'fields', 'must be an object'],
  ])('skips the line %j and says where it is wrong', (line, path, message) => {
    const { badLines, events } = historyOf([form('a@x.pt', '2026-01-01'), '', line, form('b@x.pt', '2026-01-01')]);
    expect(badLines).toEqual([{ line: 3, errors: [{ path, message: expect.stringContaining(message) }] }]);
    expect(events).toHaveLength(2);
  });

  test('counts a message that came twice once, and names events that nothing mentions', () => {
    const { events, duplicates, unheard, messages } = historyOf([
      order('a@x.pt', '2026-01-01'),
      order('a@x.pt', '2026-01-01'),
      { type: 'page', anonymousId: 'x', timestamp: '2026-01-01' },
    ]);
    expect([messages, events.length, duplicates, unheard]).toEqual([3, 1, 1, { Page: 1 }]);
  });

  test('trusts its messages as those of a server, unless they say otherwise', () => {
    const said = (more: object): object => ({ ...order('a@x.pt', '2026-01-01'), ...more });
    const { events } = historyOf([
      said({ messageId: '1' }),
      said({ messageId: '2', trust: 'publishable' }),
      form('a@x.pt', '2026-01-01'),
    ]);
    expect(events.map(({ trust, origin }) => `${trust} ${origin}`)).toEqual([
      'secret api',
      'publishable api',
      'publishable form',
    ]);
  });

  test.each([
    [
      { timestamp: '2026-01-01T10:00:00Z', sentAt: '2026-01-01T13:00:00Z', receivedAt: '2026-01-01T10:00:05Z' },
      '2026-01-01T10:00:00Z',
    ],
    [
      { originalTimestamp: '2026-01-01T12:00:00Z', sentAt: '2026-01-01T13:00:00Z', receivedAt: '2026-01-01T10:00:00Z' },
      '2026-01-01T09:00:00Z',
    ],
    [{ originalTimestamp: '2026-01-01T12:00:00Z' }, '2026-01-01T12:00:00Z'],
    [{ receivedAt: '2026-01-01T12:00:00Z' }, '2026-01-01T12:00:00Z'],
    [{ timestamp: 1767225600 }, '2026-01-01T00:00:00Z'],
  ])('with the times %j happened at %s', (times, at) => {
    const { timestamp: _, ...rest } = order('a@x.pt', '') as { timestamp: string };
    expect(historyOf([{ ...rest, ...times }]).events.map((one) => one.at)).toEqual([instant(at)]);
  });
});

/** The same events through the real use cases on a table in memory, each delivered when it happens and each wake when it is due. */
async function lived(events: readonly TimelineEvent[], of: Release, until: number) {
  const table = memoryTable();
  for (const item of releaseItems(of)) await table.write({ put: item });
  await table.write({ put: { ...currentKey, release: of.id } });
  let now = 0;
  const emitted: TimelineEvent[] = [];
  const dependencies = { table, catalogues: linkedCatalogues(table), now: () => now };
  const people = () => [...table.items.values()].flatMap((item) => (item.sk === 'STATE' ? (personOf(item).customer ?? []) : []));
  const run = async (
    task: { id: string; customer: TimelineEvent['customer']; event?: TimelineEvent },
    at: number,
  ): Promise<void> => {
    now = at;
    for (const cause of (await evaluate(dependencies, [task])).values()) throw cause;
    for (const event of emitted.splice(0)) await run({ id: event.id, customer: event.customer, event }, at);
  };
  const wakeAll = async (to: number): Promise<void> => {
    for (;;) {
      const next = people().sort((one, other) => wakeAt(one) - wakeAt(other))[0];
      if (next === undefined || wakeAt(next) > to) return;
      await run({ id: 'wake', customer: next.id }, wakeAt(next));
    }
  };
  table.onChange = ({ kind, item }) => {
    if (kind === 'INSERT' && item.sk.startsWith('E#') && eventOf(item).origin === 'journey') emitted.push(eventOf(item));
  };
  for (const event of events.toSorted((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))) {
    await wakeAll(event.at);
    await append(table, [event]);
    if (heardEvents(of).has(event.name)) await run({ id: event.id, customer: event.customer, event }, event.at);
  }
  await wakeAll(until);
  return [...table.items.values()]
    .flatMap((item) => (item.sk.startsWith('M#') ? [JSON.parse(String(item.body)) as Message] : []))
    .map(
      ({ id, at, status, reason = null }) =>
        `${new Date(at).toISOString()} ${id} ${status === 'queued' ? 'sent' : status} ${reason}`,
    )
    .sort();
}

test.each([1, 2, 3, 4, 5])('a replay decides as the system does (seed %i)', async (seed) => {
  const chance = random(seed);
  const of = release({
    ...shop,
    journeys: [
      ...shop.journeys,
      journey({
        id: 'echo',
        trigger: { type: 'event', event: 'Order Completed' },
        reentry: { mode: 'always' },
        steps: [
          { id: 'w', type: 'delay', for: 'P2D' },
          { id: 'tell', type: 'emit_event', event: 'Thanked' },
        ],
      }),
      journey({
        id: 'thanked',
        trigger: { type: 'event', event: 'Thanked' },
        reentry: { mode: 'max', max: 3 },
        steps: [mail('t', 'gift')],
      }),
    ],
  });
  const lines = Array.from({ length: 120 }, (_, index) => {
    const who = chance.below(6);
    const timestamp = new Date(instant('2026-01-01') + chance.below(150 * DAY_MS)).toISOString();
    const email = `p${who}@x.pt`;
    const messageId = `m${index}`;
    const anonymousId = `a${chance.below(8)}`;
    const kind = chance.below(5);
    if (kind === 0) return form(email, timestamp, { anonymousId, messageId });
    if (kind === 1) return { ...order(email, timestamp), messageId };
    if (kind === 2) return { type: 'track', event: 'Order Completed', anonymousId, timestamp, messageId };
    if (kind === 3) return { type: 'track', event: 'Order Completed', userId: `u${who}`, timestamp, messageId };
    return {
      type: 'identify',
      userId: `u${who}`,
      anonymousId,
      traits: { email },
      timestamp,
      messageId,
      trust: chance.pick(['secret', 'publishable']),
    };
  });
  const until = instant('2026-09-01');
  const simulated = simulate({ compiled: { release: of, templates: [], journeys: [] }, history: historyOf(lines, of), until });
  const told = simulated.messages.map(({ at, message, status, reason }) => `${at} ${message} ${status} ${reason}`).sort();
  expect(told.length).toBeGreaterThan(10);
  expect(told).toEqual(await lived(historyOf(lines, of).events, of, until));
});
