/** The main job, from outside: a form post becomes a welcome mail, silence becomes a win-back mail. */
import { expect } from 'vitest';
import { readCatalogueFiles } from '#adapters/files/catalogue-files.ts';
import type { Problem } from '#schemas/problem.ts';
import type { LocalCloud } from './support/cloud.ts';
import { linkIn, oneClickAddress, order, signUp } from './support/people.ts';
import { test } from './support/test.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml' };
const WELCOME = (name: string) => `Welcome, ${name}. We are glad that you are here`;
const MISSED = (name: string) => `${name}, it has been a while`;

test('a browser that posts the form is sent on to a page, and the lead has consented to what the form says', async ({
  cloud,
}) => {
  const fields = new URLSearchParams({ email: ' Ada@Example.com ', firstName: 'Ada', consent: 'on', website: '' });
  const answer = await cloud.post('/f/newsletter', fields, { headers: { ...BROWSER, 'accept-language': 'en-GB,en;q=0.8' } });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/f/newsletter?thanks=1']);
  const thanks = await cloud.get('/f/newsletter?thanks=1', { headers: BROWSER });
  expect(thanks).toMatchObject({ status: 200, type: 'text/html', text: expect.stringContaining('A first letter is on its way') });
  await cloud.settle();
  const ada = await cloud.customer('ada@example.com');
  const given = { status: 'subscribed', source: 'the form newsletter', version: '2026-11' };
  expect(ada).toMatchObject({ email: 'ada@example.com', attributes: { firstName: 'Ada', locale: 'en-GB' } });
  expect(ada.consents).toMatchObject({ newsletter: given, offers: given });
  expect(ada.runs).toMatchObject([{ journey: 'welcome', step: 'settle-in' }]);
  const [proof] = (await cloud.timeline('ada@example.com')).filter(({ type }) => type === 'event').slice(-1);
  expect(proof).toMatchObject({
    name: 'Form Submitted',
    properties: { form: 'newsletter', consent: { version: '2026-11', text: expect.stringContaining('I can unsubscribe') } },
  });
});

test('a program that posts the form as JSON or multipart gets JSON, and makes a lead too', async ({ cloud }) => {
  const fields = { email: 'bea@example.com', firstName: 'Bea', consent: true };
  expect(await cloud.post('/f/newsletter', fields)).toMatchObject({ status: 200, body: { ok: true } });
  const parts = new FormData();
  for (const [name, value] of Object.entries({ email: 'cem@example.com', firstName: 'Cem', consent: 'on' }))
    parts.set(name, value);
  const json = { headers: { accept: 'application/json' } };
  expect(await cloud.post('/f/newsletter', parts, json)).toMatchObject({ status: 200, body: { ok: true } });
  await cloud.settle();
  for (const [email, name] of [
    ['bea@example.com', 'Bea'],
    ['cem@example.com', 'Cem'],
  ] as const) {
    expect((await cloud.customer(email)).consents).toMatchObject({ newsletter: { status: 'subscribed' } });
    expect(await cloud.subjects(email)).toEqual([WELCOME(name)]);
  }
});

test('the welcome mail has HTML, text, the sender, and both headers by which mail programs unsubscribe', async ({ cloud }) => {
  await signUp(cloud, 'dora@example.com', 'Dora <b>');
  await cloud.settle();
  const [mail, ...others] = await cloud.inbox('dora@example.com');
  expect(others).toEqual([]);
  expect(mail).toMatchObject({
    from: expect.stringContaining('Juniper & Co.'),
    to: ['dora@example.com'],
    subject: WELCOME('Dora <b>'),
  });
  expect(mail?.html).toMatch(/^<!doctype html>[\s\S]*Hi Dora &lt;b&gt;,[\s\S]*Rua das Flores 128/i);
  expect(mail?.text).toMatch(/Hi Dora <b>,[\s\S]*Rua das Flores 128/);
  expect(mail?.text).not.toMatch(/<\/|&[a-z]+;/);
  expect(mail?.headers['List-Unsubscribe']).toMatch(new RegExp(`^<${cloud.url}/u/\\S+>$`));
  expect(mail?.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
  const language = { 'accept-language': 'pt-PT,pt;q=0.9' };
  await cloud.post('/f/newsletter', { email: 'eva@example.com', firstName: 'Eva', consent: true }, { headers: language });
  await cloud.settle();
  expect((await cloud.inbox('eva@example.com'))[0]?.html).toContain('lang="pt"');
});

test('the form, the browser and the server build up one customer, found by id, e-mail and user id', async ({ cloud }) => {
  const email = 'finn@example.com';
  await signUp(cloud, email, 'Finn');
  await cloud.settle();
  await cloud.call(
    'identify',
    { userId: 'u-finn', anonymousId: 'browser-finn', traits: { email, city: 'Porto' } },
    cloud.keys.publishable,
  );
  await order(cloud, 'u-finn', { id: 'F1', revenue: 40.5 });
  await cloud.settle();
  await order(cloud, 'u-finn', { id: 'F2', revenue: 70.25 });
  // Whoever reads a web page has its key: with that nobody books points.
  await order(cloud, 'u-finn', { id: 'F3', revenue: 5000 }, cloud.keys.publishable);
  await cloud.settle();
  const finn = await cloud.customer(email);
  expect(finn).toMatchObject({ email, userId: 'u-finn', attributes: { firstName: 'Finn', city: 'Porto' } });
  expect(finn.loyalty).toMatchObject({
    points: 110,
    spend: 110.75,
    tier: { id: 'silver' },
    nextTier: { name: 'Gold', missing: 389.25 },
  });
  for (const id of ['u-finn', 'browser-finn', finn.id, ...finn.mergedIds]) expect((await cloud.customer(id)).id).toBe(finn.id);
  expect(await cloud.subjects(email)).toEqual([WELCOME('Finn'), 'You are Silver now, Finn']);
  const [, tierMail] = await cloud.inbox(email);
  expect(tierMail?.headers).not.toHaveProperty('List-Unsubscribe');
  expect(
    (await cloud.timeline('u-finn')).filter(({ type }) => type === 'ledger').map(({ points, balance }) => [points, balance]),
  ).toEqual([
    [70, 110],
    [40, 40],
  ]);
});

test('an order that is reported again earns once, by its message id as by its order id', async ({ cloud }) => {
  const body = {
    userId: 'u-gil',
    messageId: 'gil-1',
    event: 'Order Completed',
    timestamp: (await cloud.now()).toISOString(),
    properties: { order_id: 'G1', revenue: 60, currency: 'EUR' },
  };
  await Promise.all([cloud.call('track', body), cloud.call('track', body), cloud.call('track', body)]);
  await cloud.settle();
  await cloud.call('track', { ...body, messageId: 'gil-2' });
  await cloud.settle();
  expect((await cloud.customer('u-gil')).loyalty).toMatchObject({ points: 60, spend: 60 });
  const timeline = await cloud.timeline('u-gil');
  expect(timeline.filter(({ type }) => type === 'event').map(({ id }) => id)).toEqual(['gil-2', 'gil-1']);
  expect(notes(timeline)).toContainEqual(['refused', 'no points: this order has earned already']);
});

test('sixty days of silence start the win-back series, and an order ends it', async ({ cloud }) => {
  await signUp(cloud, 'hana@example.com', 'Hana');
  await signUp(cloud, 'igor@example.com', 'Igor');
  for (const who of ['hana', 'igor']) await order(cloud, `${who}@example.com`, { id: who, revenue: 20 });
  await cloud.advance('P59D');
  expect(await cloud.subjects('hana@example.com')).not.toContain(MISSED('Hana'));
  await cloud.advance('P2D');
  expect((await cloud.subjects('hana@example.com')).at(-1)).toBe(MISSED('Hana'));
  expect(await cloud.customer('hana@example.com')).toMatchObject({
    segments: [{ id: 'drifting-away' }],
    runs: [{ journey: 'win-back', step: 'reaction' }],
  });
  await order(cloud, 'hana@example.com', { id: 'hana again', revenue: 20 });
  await cloud.settle();
  expect(await cloud.customer('hana@example.com')).toMatchObject({
    segments: [],
    runs: [{ journey: 'welcome-back' }],
  });
  expect(notes(await cloud.timeline('hana@example.com'))).toContainEqual(['left', 'exited: Order Completed happened']);
  await cloud.advance('P30D');
  expect((await cloud.subjects('hana@example.com')).slice(-2)).toEqual([MISSED('Hana'), 'Hana, how good to see you again']);
  expect((await cloud.subjects('igor@example.com')).slice(-2)).toEqual([MISSED('Igor'), 'New since you were last here']);
});

test('the unsubscribe link shows a page with a button and changes nothing; pressing it works at once, however often', async ({
  cloud,
}) => {
  const email = 'jana@example.com';
  await signUp(cloud, email, 'Jana');
  await cloud.settle();
  const [welcome] = await cloud.inbox(email);
  const link = linkIn(welcome ?? never(), 'Unsubscribe');
  for (let looks = 0; looks < 3; looks += 1) {
    const page = await cloud.get(link, { headers: BROWSER });
    expect(page).toMatchObject({ status: 200, type: 'text/html' });
    expect(page.text).toMatch(/<form method="post"><button [^>]*>Unsubscribe<\/button><\/form>/);
    // The address is the recipient's: other sites must not see it.
    expect(page.headers.get('referrer-policy')).toMatch(/^(?:no-referrer|same-origin)$/);
  }
  expect((await cloud.customer(email)).consents.newsletter?.status).toBe('subscribed');
  const goodbye = await cloud.post(link, new URLSearchParams({ source: 'page' }), { headers: BROWSER });
  expect(goodbye).toMatchObject({ status: 200, text: expect.stringContaining('You are unsubscribed') });
  const { consents } = await cloud.customer(email);
  expect([consents.newsletter?.status, consents.offers?.status]).toEqual(['unsubscribed', 'subscribed']);
  expect(await cloud.post(link, new URLSearchParams({ source: 'page' }))).toMatchObject({ status: 200 });
  await cloud.advance('P10D');
  expect(await cloud.subjects(email)).toEqual([WELCOME('Jana')]);
  const skipped = (await cloud.timeline(email)).filter(({ type, status }) => type === 'message' && status === 'skipped');
  expect(skipped.map(({ reason }) => reason)).toEqual(Array(2).fill('unsubscribed from the topic “News and offers”'));
  await order(cloud, email, { id: 'jana', revenue: 200 });
  await cloud.settle();
  expect((await cloud.subjects(email)).at(-1)).toBe('You are Silver now, Jana');
});

test.for(['urlencoded', 'multipart'] as const)('a mail program unsubscribes with one click, %s', async (encoding, { cloud }) => {
  const email = `${encoding}@example.com`;
  await signUp(cloud, email);
  await cloud.settle();
  const [welcome] = await cloud.inbox(email);
  const fields = encoding === 'multipart' ? new FormData() : new URLSearchParams();
  fields.set('List-Unsubscribe', 'One-Click');
  for (let clicks = 0; clicks < 2; clicks += 1) {
    expect(await cloud.post(oneClickAddress(welcome ?? never()), fields)).toMatchObject({ status: 200 });
    expect((await cloud.customer(email)).consents.newsletter?.status).toBe('unsubscribed');
  }
  await cloud.advance('P4D');
  expect(await cloud.subjects(email)).toHaveLength(1);
});

test('who comes back by the form after leaving gets mail again', async ({ cloud }) => {
  const email = 'kai@example.com';
  await signUp(cloud, email, 'Kai');
  await cloud.settle();
  await cloud.post(
    oneClickAddress((await cloud.inbox(email))[0] ?? never()),
    new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  );
  expect(statuses(await cloud.customer(email))).toEqual({ newsletter: 'unsubscribed', offers: 'subscribed' });
  await signUp(cloud, email, 'Kai');
  await cloud.settle();
  expect((await cloud.customer(email)).consents.newsletter?.status).toBe('subscribed');
  await cloud.advance('P3DT1H');
  expect(await cloud.subjects(email)).toHaveLength(2);
});

test('a mail can be read in the browser, and its reader can choose what to get', async ({ cloud }) => {
  const email = 'lea@example.com';
  await signUp(cloud, email, 'Lea');
  await cloud.settle();
  const [mail = never()] = await cloud.inbox(email);
  const view = await cloud.get(linkIn(mail, 'View in browser'), { headers: BROWSER });
  expect(view).toMatchObject({ status: 200, type: 'text/html', text: expect.stringContaining('Hi Lea,') });
  expect(view.text).toContain(linkIn(mail, 'Unsubscribe'));
  const centre = linkIn(mail, 'Choose what you get');
  const page = await cloud.get(centre, { headers: BROWSER });
  expect(page.text).toContain('News and offers');
  expect(page.text).toContain('Personal offers');
  expect(page.text).not.toContain(email);
  const saved = await cloud.post(centre, new URLSearchParams({ 'topic.offers': 'on', action: 'save' }));
  expect(saved).toMatchObject({ status: 200, text: expect.stringContaining('Saved.') });
  expect(statuses(await cloud.customer(email))).toEqual({ newsletter: 'unsubscribed', offers: 'subscribed' });
  await cloud.post(centre, new URLSearchParams({ action: 'leave_all' }));
  expect(statuses(await cloud.customer(email))).toEqual({ newsletter: 'unsubscribed', offers: 'unsubscribed' });
});

test('a timeline is read page by page, without a gap and without a repeat, and says why', async ({ cloud }) => {
  const email = 'mia@example.com';
  await signUp(cloud, email, 'Mia');
  for (let n = 1; n <= 5; n += 1) await order(cloud, email, { id: `M${n}`, revenue: 30 });
  await cloud.settle();
  const whole = await cloud.timeline(email);
  const pages: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await cloud.admin('GET', `/customers/${email}/timeline?limit=4${cursor && `&cursor=${cursor}`}`);
    const { items, cursor: next } = page.body as { items: unknown[]; cursor: string | null };
    expect(items.length).toBeLessThanOrEqual(4);
    pages.push(...items);
    cursor = next;
  }
  expect(pages).toEqual(whole);
  expect(whole.map(({ at }) => at)).toEqual(
    whole
      .map(({ at }) => at)
      .sort()
      .reverse(),
  );
  expect(notes(whole)).toContainEqual(['entered', 'Form Submitted']);
  expect(notes(whole)).toContainEqual(['tier', 'no tier → silver: 100 EUR are spent']);
});

const files = readCatalogueFiles(process.cwd());

test('a catalogue with errors changes nothing, and each error names its file and its place', async ({ cloud }) => {
  const before = await releases(cloud);
  const broken = {
    ...files,
    'catalogue/journeys/welcome.json': (files['catalogue/journeys/welcome.json'] ?? '').replace(
      '"getting-started"',
      '"geting-started"',
    ),
    'catalogue/topics.json': '{ "topics": [',
  };
  const refused = await cloud.admin('POST', '/releases', { files: broken });
  expect(refused).toMatchObject({ status: 422, type: 'application/problem+json' });
  const { problems } = refused.body as { problems: Problem[] };
  expect(problems.map(({ file, path, severity }) => [file, path, severity])).toEqual(
    expect.arrayContaining([
      ['catalogue/topics.json', '', 'error'],
      ['catalogue/journeys/welcome.json', 'steps[2].template', 'error'],
    ]),
  );
  for (const { message, fix } of problems) expect([message, fix]).not.toContain('');
  expect(await releases(cloud)).toEqual(before);
  await signUp(cloud, 'nora@example.com', 'Nora');
  await cloud.settle();
  expect(await cloud.subjects('nora@example.com')).toEqual([WELCOME('Nora')]);
});

test('a changed catalogue holds from the next event on; who is inside a journey finishes on the old version', async ({
  cloud,
}) => {
  const before = await releases(cloud);
  await signUp(cloud, 'olga@example.com', 'Olga');
  await cloud.settle();
  const changed = {
    ...files,
    'catalogue/journeys/welcome.json': (files['catalogue/journeys/welcome.json'] ?? '').replace('"for": "P3D"', '"for": "P1D"'),
    'templates/welcome.mjml': (files['templates/welcome.mjml'] ?? '').replace(/^subject: .*$/m, 'subject: Good to see you'),
  };
  const published = await cloud.admin('POST', '/releases', { files: changed, note: 'a day is enough' });
  expect(published).toMatchObject({
    status: 201,
    body: { unchanged: false, release: { current: true, note: 'a day is enough' } },
  });
  const { id } = published.body as { id: string };
  expect(await cloud.admin('POST', '/releases', { files: changed })).toMatchObject({
    status: 200,
    body: { id, unchanged: true },
  });
  await signUp(cloud, 'pia@example.com', 'Pia');
  await cloud.settle();
  expect(await cloud.subjects('pia@example.com')).toEqual(['Good to see you']);
  const [olga, pia] = [await cloud.customer('olga@example.com'), await cloud.customer('pia@example.com')];
  expect(pia.runs[0]?.version).not.toBe(olga.runs[0]?.version);
  await cloud.advance('P1DT1H');
  expect([(await cloud.subjects('olga@example.com')).length, (await cloud.subjects('pia@example.com')).length]).toEqual([1, 2]);
  await cloud.advance('P2D');
  expect(await cloud.subjects('olga@example.com')).toHaveLength(2);
  const after = await releases(cloud);
  expect(after.map((one) => one.id)).toEqual([id, ...before.map((one) => one.id)]);
  expect(after.map(({ current }) => current)).toEqual([true, ...before.map(() => false)]);
  const page = await cloud.admin('GET', '/releases?limit=1');
  expect(page.body).toMatchObject({ items: [{ id }], cursor: expect.any(String) });
  const first = before[0]?.id ?? never();
  expect(await cloud.admin('POST', `/releases/${first}/rollback`)).toMatchObject({ status: 201, body: { id: first } });
  await signUp(cloud, 'rita@example.com', 'Rita');
  await cloud.settle();
  expect(await cloud.subjects('rita@example.com')).toEqual([WELCOME('Rita')]);
});

test('a changed segment reaches a customer of whom nothing happens, and the fill says how far it is', async ({ cloud }) => {
  await signUp(cloud, 'sam@example.com', 'Sam');
  await order(cloud, 'sam@example.com', { id: 'S1', revenue: 20 });
  await cloud.advance('P31D');
  expect((await cloud.customer('sam@example.com')).segments).toEqual([]);
  const segment = 'catalogue/segments/drifting-away.json';
  const sooner = { ...files, [segment]: (files[segment] ?? never()).replace('P60D', 'P30D') };
  const { body } = await cloud.admin('POST', '/releases', { files: sooner });
  await cloud.settle();
  const fill = await cloud.admin('GET', '/fill');
  expect(fill.body).toMatchObject({ release: (body as { id: string }).id, shardsDone: 16, doneAt: expect.any(String) });
  expect((await cloud.customer('sam@example.com')).segments).toMatchObject([{ id: 'drifting-away' }]);
  expect(await cloud.subjects('sam@example.com')).toContain('Sam, it has been a while');
});

type Release = { readonly id: string; readonly current: boolean };

async function releases(cloud: LocalCloud): Promise<Release[]> {
  const { body } = await cloud.admin('GET', '/releases');
  return (body as { items: Release[] }).items;
}

function notes(timeline: Awaited<ReturnType<LocalCloud['timeline']>>): [string, string][] {
  return timeline.flatMap(({ notes: all = [] }) => (all as { what: string; why: string }[]).map(({ what, why }) => [what, why]));
}

function statuses({ consents }: Awaited<ReturnType<LocalCloud['customer']>>): Record<string, string> {
  return Object.fromEntries(Object.entries(consents).map(([topic, { status }]) => [topic, status]));
}

function never(): never {
  throw new Error('there is no mail');
}
