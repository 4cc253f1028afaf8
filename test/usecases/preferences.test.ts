import type { Context } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import type { Topic } from '#core/catalogue.ts';
import type { TimelineEvent } from '#core/event.ts';
import { customerIdOfUser } from '#core/identity.ts';
import { httpHandler } from '#functions/edge/http.ts';
import { preferences } from '#functions/preferences/preferences.ts';
import { record } from '#usecases/evaluate.ts';
import { confirmLink, linksFor } from '#usecases/links.ts';
import { publish } from '#usecases/publish.ts';
import { send } from '#usecases/send.ts';
import { loadPerson, stateItem } from '#usecases/store/customers.ts';
import { append } from '#usecases/store/events.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { tokenSecret } from '#usecases/tokens.ts';
import { httpEvent } from '../functions/edge/http-event.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';
import { memoryTable } from '../support/memory-table.ts';
import { noLimits, openLine } from '../support/open-line.ts';
import { quietBus } from '../support/quiet-bus.ts';
import { event } from '../support/shop.ts';

type Call = { readonly headers?: Record<string, string>; readonly body?: string };

const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(3);
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const ONE_CLICK = { headers: FORM, body: 'List-Unsubscribe=One-Click' };

/** A shop whose customer Ann signed up for newsletter and offers, and got the welcome mail. */
async function shop(changes: Parameters<typeof catalogueFiles>[0] = {}) {
  const table = memoryTable();
  let at = Date.parse('2026-03-02T08:00:00Z');
  const dependencies = { table, catalogues: linkedCatalogues(table), now: () => at, random };
  const direct = { ...welcome, steps: [{ id: 'hello', type: 'send_email', template: 'welcome', topic: 'newsletter' }] };
  const files = catalogueFiles({ 'catalogue/journeys/welcome.json': direct, ...changes });
  await publish({ ...dependencies, ...quietBus, rules: { replace: async () => {} } }, { files, author: 'test' });
  const take = (...events: readonly TimelineEvent[]): Promise<void> => record(dependencies, events);
  const consented = (topic: string) => event('Subscribed', '2026-03-01T08:00:00Z', { list_id: topic }, { kind: 'consent' });
  const signedUp = event('Signed Up', '2026-03-01T09:00:00Z');
  await take(consented('newsletter'), consented('offers'), signedUp);
  const ann = signedUp.customer;
  const message = [...table.items.values()].find(({ sk }) => sk.startsWith('M#'))?.sk.slice(2) ?? '';
  const secret = await tokenSecret(table, random);
  const links = linksFor(secret, '', { customer: ann, topic: 'newsletter', message });
  const handler = httpHandler(preferences(dependencies));
  const browse = async (method: string, path: string, { headers = {}, body }: Call = {}) => {
    const reply = await handler(
      httpEvent({ method, path, headers: { host: 'go.example.com', ...headers }, ...(body !== undefined && { body }) }),
      {} as Context,
    );
    return { status: reply.statusCode, headers: reply.headers ?? {}, page: String(reply.body ?? '') };
  };
  return {
    ...dependencies,
    ann,
    message,
    links,
    secret,
    take,
    browse,
    pass: (ms: number) => {
      at += ms;
    },
    consents: async () => {
      const { customer } = await loadPerson(table, ann);
      return Object.fromEntries(Object.entries(customer?.consents ?? {}).map(([topic, { status }]) => [topic, status]));
    },
    events: () => [...table.items.values()].filter(({ sk }) => sk.startsWith('E#')),
  };
}

describe('the link to unsubscribe', () => {
  test('shows a page with the topic’s name and one button, and does nothing by itself', async () => {
    const here = await shop();
    const before = here.events().length;
    const { status, headers, page } = await here.browse('GET', here.links.unsubscribe);
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/html');
    expect(page).toContain('Newsletter');
    expect(page.match(/<button/g)).toHaveLength(1);
    expect(page).toContain('<form method="post">');
    expect(page).toContain(here.links.preferences);
    expect(page).not.toContain('ann@example.com');
    expect(here.events()).toHaveLength(before);
    expect(await here.consents()).toEqual({ newsletter: 'subscribed', offers: 'subscribed' });
  });

  test.each([
    ['a one-click POST', ONE_CLICK],
    [
      'a one-click POST as multipart',
      {
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: '--b\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
      },
    ],
    ['the button of the page', { headers: FORM, body: 'source=page' }],
    ['a POST without a body or a type', {}],
    ['a POST with a body that nobody can read', { headers: { 'content-type': 'text/strange' }, body: '\u0000' }],
  ])('unsubscribes from that topic at once with %s, without a redirect', async (_, call) => {
    const here = await shop();
    const { status, headers } = await here.browse('POST', here.links.unsubscribe, call);
    expect(status).toBe(200);
    expect(headers.location).toBeUndefined();
    expect(await here.consents()).toEqual({ newsletter: 'unsubscribed', offers: 'subscribed' });
  });

  test('leaves on the timeline who said so, how, and which mail led there', async () => {
    const here = await shop();
    await here.browse('POST', here.links.unsubscribe, ONE_CLICK);
    const said = JSON.parse(String(here.events().at(-1)?.body)) as TimelineEvent;
    expect(said).toMatchObject({
      name: 'Unsubscribed',
      kind: 'consent',
      origin: 'recipient',
      trust: 'confirmed',
      properties: { list_id: 'newsletter', list_name: 'Newsletter', source: 'one-click', message: here.message },
    });
  });

  test('pressed twice is as good as once', async () => {
    const here = await shop();
    const statuses = [
      await here.browse('POST', here.links.unsubscribe, ONE_CLICK),
      await here.browse('POST', here.links.unsubscribe, ONE_CLICK),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
    const written = here.events().length;
    here.pass(90_000);
    await here.browse('POST', here.links.unsubscribe, ONE_CLICK);
    expect(await here.consents()).toMatchObject({ newsletter: 'unsubscribed' });
    expect(here.events()).toHaveLength(written);
  });

  test('pressed again counts where a new consent is on its way, and not decided on yet', async () => {
    const here = await shop();
    await here.browse('POST', here.links.unsubscribe, ONE_CLICK);
    const again = event('Subscribed', '2026-03-02T08:00:10Z', { list_id: 'newsletter' }, { kind: 'consent' });
    await append(here.table, [again]);
    here.pass(20_000);
    await here.browse('POST', here.links.unsubscribe, ONE_CLICK);
    await here.take(again);
    expect(await here.consents()).toMatchObject({ newsletter: 'unsubscribed' });
  });

  test('unsubscribes again whoever changed their mind in between, within the same second', async () => {
    const here = await shop();
    await here.browse('POST', here.links.unsubscribe, ONE_CLICK);
    here.pass(200);
    await here.browse('POST', here.links.preferences, { headers: FORM, body: 'action=save&topic.newsletter=on&topic.offers=on' });
    expect(await here.consents()).toMatchObject({ newsletter: 'subscribed' });
    here.pass(200);
    await here.browse('POST', here.links.unsubscribe, ONE_CLICK);
    expect(await here.consents()).toMatchObject({ newsletter: 'unsubscribed' });
  });

  test('holds back a mail that was decided already, but is not yet sent', async () => {
    const here = await shop();
    await here.browse('POST', here.links.unsubscribe, ONE_CLICK);
    const handed: unknown[] = [];
    const hand = async (mail: unknown) => ({ outcome: 'sent', id: String(handed.push(mail)) }) as const;
    const mailer = { hand, limits: noLimits };
    await send({ ...here, ...openLine, mailer, links: async () => here.links }, { customer: here.ann, message: here.message });
    expect(handed).toEqual([]);
    expect(await here.table.get({ pk: `C#${here.ann}`, sk: `M#${here.message}` })).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('unsubscribed'),
    });
  });

  test('reaches a person whose id was folded into another since the mail', async () => {
    const here = await shop();
    await here.take(
      event(
        'Identify',
        '2026-03-01T12:00:00Z',
        {},
        { kind: 'identify', customer: customerIdOfUser('u1'), identities: { userId: 'u1', email: 'ann@example.com' } },
      ),
    );
    await here.browse('POST', here.links.unsubscribe, ONE_CLICK);
    const { customer } = await loadPerson(here.table, customerIdOfUser('u1'));
    expect(customer?.consents.newsletter?.status).toBe('unsubscribed');
  });

  test('speaks Portuguese to whoever reads Portuguese', async () => {
    const here = await shop();
    await here.take(event('Identify', '2026-03-01T12:00:00Z', {}, { kind: 'identify', traits: { locale: 'pt-PT' } }));
    const { page } = await here.browse('GET', here.links.unsubscribe);
    expect(page).toContain('<html lang="pt">');
    expect(page).toContain('Cancelar subscrição');
  });

  test('escapes what the catalogue says', async () => {
    const topics = { topics: [{ id: 'newsletter', name: '<b>News</b> & "more"', type: 'marketing' satisfies Topic['type'] }] };
    const here = await shop({ 'catalogue/topics.json': topics });
    expect((await here.browse('GET', here.links.unsubscribe)).page).toContain('&lt;b&gt;News&lt;/b&gt; &amp; &#34;more&#34;');
  });
});

describe('the preference centre', () => {
  test('shows the marketing topics with what they are, ticked where the person has them', async () => {
    const here = await shop();
    await here.browse('POST', here.links.unsubscribe, ONE_CLICK);
    const { status, page } = await here.browse('GET', here.links.preferences);
    expect(status).toBe(200);
    expect(page).toMatch(/name="topic\.newsletter" value="on">/);
    expect(page).toMatch(/name="topic\.offers" value="on" checked>/);
    expect(page).toContain('Once a month: what is new.');
    expect(page).not.toContain('topic.orders');
  });

  test('saves what is ticked, and says so', async () => {
    const here = await shop();
    const { status, page } = await here.browse('POST', here.links.preferences, {
      headers: FORM,
      body: 'action=save&topic.offers=on',
    });
    expect(status).toBe(200);
    expect(page).toContain('Saved');
    expect(page).toMatch(/name="topic\.newsletter" value="on">/);
    expect(await here.consents()).toEqual({ newsletter: 'unsubscribed', offers: 'subscribed' });
  });

  test('writes nothing down where nothing changed, and nothing about topics that there are not', async () => {
    const here = await shop();
    const before = here.events().length;
    await here.browse('POST', here.links.preferences, {
      headers: FORM,
      body: 'action=save&topic.newsletter=on&topic.offers=on&topic.orders=on&topic.x=on',
    });
    expect(here.events()).toHaveLength(before);
  });

  test('unsubscribes from everything, also from what the person never had', async () => {
    const here = await shop();
    const { page } = await here.browse('POST', here.links.preferences, { headers: FORM, body: 'action=leave_all' });
    expect(page).toContain('unsubscribed from everything');
    expect(page).not.toContain('checked');
    expect(await here.consents()).toEqual({ newsletter: 'unsubscribed', offers: 'unsubscribed' });
    const written = here.events().length;
    here.pass(1000);
    await here.browse('POST', here.links.preferences, { headers: FORM, body: 'action=leave_all' });
    expect(here.events()).toHaveLength(written);
  });

  test('tells whoever marked a mail as spam why nothing comes', async () => {
    const here = await shop();
    await here.take(
      event(
        'Email Marked as Spam',
        '2026-03-02T07:00:00Z',
        { feedbackType: 'abuse' },
        { kind: 'mail', origin: 'feedback', trust: 'system' },
      ),
    );
    expect((await here.browse('GET', here.links.preferences)).page).toContain('as spam');
  });
});

describe('the language of the pages', () => {
  const topics = {
    topics: [
      {
        id: 'newsletter',
        name: 'Newsletter',
        type: 'marketing',
        translations: { pt: { name: 'Boletim', description: 'Uma vez por mês.' }, 'pt-BR': { name: 'Informativo' } },
      },
      { id: 'offers', name: 'Offers', type: 'marketing' },
    ],
  };
  const inPortuguese = { headers: { 'accept-language': 'pt-PT,pt;q=0.9,en;q=0.5' } };

  test('is what the browser asks for, where nothing is known of the person', async () => {
    const here = await shop({ 'catalogue/topics.json': topics });
    for (const path of [here.links.preferences, here.links.unsubscribe]) {
      const { page } = await here.browse('GET', path, inPortuguese);
      expect(page).toContain('lang="pt"');
      expect(page).toContain('Boletim');
    }
    const english = (await here.browse('GET', here.links.preferences)).page;
    expect(english).toContain('Newsletter');
    expect(english).not.toContain('Boletim');
  });

  test('is the person’s own before that, with the words of their region', async () => {
    const here = await shop({ 'catalogue/topics.json': topics });
    const knows = (locale: string, minute: number) =>
      here.take(event('Identify', `2026-03-01T12:0${minute}:00Z`, {}, { kind: 'identify', traits: { locale } }));
    await knows('en-GB', 1);
    expect((await here.browse('GET', here.links.preferences, inPortuguese)).page).toContain('lang="en"');
    await knows('pt-BR', 2);
    const { page } = await here.browse('GET', here.links.preferences);
    expect(page).toContain('Informativo');
    expect(page).toContain('Offers');
  });
});

describe('what the preference centre says of mail that does not come', () => {
  test.each([
    ['manual', 'sends no e‑mails to this address any more'],
    ['bounce', 'came back'],
    ['complaint', 'as spam'],
  ] as const)('where somebody is suppressed: %s', async (reason, words) => {
    const here = await shop();
    const { customer, version } = await loadPerson(here.table, here.ann);
    if (customer === undefined) throw new Error('Ann is gone');
    await here.table.write({ put: stateItem({ ...customer, suppressed: { reason, at: 1 } }, version + 1) });
    const { page } = await here.browse('GET', here.links.preferences);
    expect(page).toContain(words);
    expect(page.includes('comes in any case')).toBe(reason === 'complaint');
  });

  test('where a request waits for its confirmation', async () => {
    const here = await shop();
    const { customer, version } = await loadPerson(here.table, here.ann);
    if (customer === undefined) throw new Error('Ann is gone');
    const pending = { status: 'pending', at: 1, event: 'e', source: 'the form x' } as const;
    const consents = { ...customer.consents, offers: pending };
    await here.table.write({ put: stateItem({ ...customer, consents }, version + 1) });
    const { page } = await here.browse('GET', here.links.preferences);
    expect(page.match(/Waits for you/g)).toHaveLength(1);
    expect(page).toMatch(/name="topic\.offers" value="on">/);
    const saved = await here.browse('POST', here.links.preferences, {
      headers: FORM,
      body: 'topic.newsletter=on&topic.offers=on',
    });
    expect(saved.page).not.toContain('Waits for you');
    expect(await here.consents()).toMatchObject({ offers: 'subscribed' });
  });
});

describe('the mail in the browser', () => {
  test('is rendered again for the person, with links that work', async () => {
    const here = await shop();
    await here.take(event('Identify', '2026-03-01T12:00:00Z', {}, { kind: 'identify', traits: { firstName: 'Ann <3' } }));
    const { status, headers, page } = await here.browse('GET', here.links.view, { headers: { 'x-forwarded-proto': 'https' } });
    expect(status).toBe(200);
    expect(page).toContain('Hello Ann &lt;3');
    expect(page).toContain(`https://go.example.com${here.links.unsubscribe}`);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  test('is found under the id that the person had when it was decided', async () => {
    const here = await shop();
    const other = customerIdOfUser('u1');
    await here.take(
      event(
        'Identify',
        '2026-03-01T12:00:00Z',
        {},
        { kind: 'identify', customer: other, identities: { userId: 'u1', email: 'ann@example.com' } },
      ),
    );
    const { view } = linksFor(here.secret, '', { customer: other, topic: 'newsletter', message: here.message });
    expect((await here.browse('GET', view)).status).toBe(200);
  });
});

describe('a link that does not work', () => {
  test.each(['/u/', '/p/', '/v/', '/c/'])('at %s… is a friendly page with 404, whatever stands in it', async (path) => {
    const here = await shop();
    for (const token of ['x', 'AwMD.garbage', here.links.view.slice(3).replace(/.$/, '!'), '%00', 'A'.repeat(4000)]) {
      const { status, headers, page } = await here.browse('GET', path + token);
      expect(status).toBe(404);
      expect(headers['content-type']).toContain('text/html');
      expect(page).toContain('This link does not work');
      expect(page).not.toMatch(/Error|stack|at /);
    }
  });

  test('is 404 where the token was made for another page', async () => {
    const here = await shop();
    expect((await here.browse('POST', here.links.preferences.replace('/p/', '/u/'), ONE_CLICK)).status).toBe(404);
    expect(await here.consents()).toMatchObject({ newsletter: 'subscribed' });
  });

  test('speaks the language that the browser asks for', async () => {
    const here = await shop();
    const { page } = await here.browse('GET', '/u/x', { headers: { 'accept-language': 'fr, pt-BR;q=0.8, en;q=0.5' } });
    expect(page).toContain('Esta ligação não funciona');
  });

  test('of a person who was erased still answers a one-click POST', async () => {
    const here = await shop();
    await here.table.write({ delete: { pk: `C#${here.ann}`, sk: 'STATE' } });
    expect((await here.browse('POST', here.links.unsubscribe, ONE_CLICK)).status).toBe(200);
    expect(await here.table.get({ pk: `C#${here.ann}`, sk: 'STATE' })).toBeUndefined();
  });
});

describe('a confirmation', () => {
  const consent = {
    topics: ['newsletter', 'offers'],
    text: 'Yes, write to me.',
    version: '3',
    optIn: 'double',
    confirmableUntil: '2026-04-01T07:59:00.000Z',
  };
  const post = (given: object | null = consent) =>
    event(
      'Form Submitted',
      '2026-03-02T07:59:00Z',
      { form: 'sign-up', fields: { email: 'bea@example.com', firstName: 'Bea' }, consent: given as never },
      {
        kind: 'form',
        origin: 'form',
        trust: 'publishable',
        identities: { email: 'bea@example.com' },
        context: { ip: '192.0.2.7', page: { url: 'https://shop.example/offers' } },
      },
    );

  async function waiting(given?: object | null) {
    const here = await shop();
    const sent = post(given);
    await here.take(sent);
    const link = confirmLink(here.secret, '', { customer: sent.customer, key: `E#${sent.keyTime}#${sent.id}` });
    const bea = async () => (await loadPerson(here.table, sent.customer)).customer;
    const confirmed = () =>
      here.events().flatMap(({ body }) => {
        const one = JSON.parse(String(body)) as TimelineEvent;
        return one.name === 'Form Confirmed' ? [one] : [];
      });
    return { ...here, link, bea, confirmed };
  }

  test('is asked for on a page with one button, which changes nothing until it is pressed', async () => {
    const here = await waiting();
    for (const method of ['HEAD', 'GET', 'GET']) expect((await here.browse(method, here.link)).status).toBe(200);
    const { page } = await here.browse('GET', here.link);
    expect(page.match(/<button/g)).toHaveLength(1);
    expect(page).toContain('Newsletter');
    expect(page).not.toContain('bea@example.com');
    expect(here.confirmed()).toEqual([]);
    expect((await here.bea())?.consents).toMatchObject({ newsletter: { status: 'pending' }, offers: { status: 'pending' } });
  });

  test('subscribes to the topics of the form, and vouches for the person', async () => {
    const here = await waiting();
    expect((await here.bea())?.vouched).toBe(false);
    const { status, page } = await here.browse('POST', here.link);
    expect(status).toBe(200);
    expect(page).toContain('confirmed');
    expect(await here.bea()).toMatchObject({
      vouched: true,
      consents: { newsletter: { status: 'subscribed', version: '3' }, offers: { status: 'subscribed' } },
    });
  });

  test('keeps as proof the words, where and when they were agreed to, and where and when they were confirmed', async () => {
    const here = await waiting();
    here.pass(60_000);
    await here.browse('POST', here.link, { headers: { 'user-agent': 'Reader' } });
    expect(here.confirmed()).toMatchObject([
      {
        at: Date.parse('2026-03-02T08:01:00Z'),
        properties: {
          form: 'sign-up',
          fields: { firstName: 'Bea' },
          consent: { topics: ['newsletter', 'offers'], text: 'Yes, write to me.', version: '3' },
          asked: { at: '2026-03-02T07:59:00.000Z', ip: '192.0.2.7', page: 'https://shop.example/offers' },
        },
        context: { ip: '203.0.113.7' },
        trust: 'confirmed',
        origin: 'recipient',
      },
    ]);
  });

  test('given again does not bring back somebody who unsubscribed since, and is the same event', async () => {
    const here = await waiting();
    await here.browse('POST', here.link);
    here.pass(60_000);
    await here.take(
      event(
        'Unsubscribed',
        '2026-03-02T08:00:30Z',
        { list_id: '*' },
        { kind: 'consent', origin: 'recipient', trust: 'confirmed', identities: { email: 'bea@example.com' } },
      ),
    );
    expect((await here.browse('POST', here.link)).status).toBe(200);
    expect((await here.bea())?.consents.newsletter?.status).toBe('unsubscribed');
    expect(here.confirmed()).toHaveLength(1);
  });

  test('after the time that the form states is too late, and says so', async () => {
    const here = await waiting();
    here.pass(30 * 86_400_000);
    for (const method of ['GET', 'POST']) {
      const { status, page } = await here.browse(method, here.link);
      expect(status).toBe(410);
      expect(page).toContain('too old');
    }
    expect((await here.bea())?.consents.offers?.status).toBe('pending');
  });

  test.each([
    ['of a form with a single opt-in', { topics: ['newsletter'], version: '3' }],
    ['without consent', null],
  ])('of a post %s is none', async (_, given) => {
    const here = await waiting(given);
    expect((await here.browse('POST', here.link)).status).toBe(404);
    expect(here.confirmed()).toEqual([]);
  });
});
