/** Requests as a busy website gets them, with what must become of each. The same seed tells the same story. */
import { gzipSync } from 'node:zlib';
import type { Keys } from '#local/start.ts';
import { type Random, random } from '#test/support/random.ts';
import type { Body } from './request.ts';

export type Told = {
  readonly kind: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: Body;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent by Basic authentication. */
  readonly key?: string;
  /** What it must be answered with, the paths that the answer names, and the ids of the events that must be stored. */
  readonly status: number;
  readonly refused: readonly string[];
  readonly accepted: readonly string[];
};

export type TrafficOptions = { readonly seed: number; readonly count: number; readonly keys: Keys };

export function traffic({ seed, count, keys }: TrafficOptions): Told[] {
  const chance = random(seed);
  const made: Told[] = [];
  for (let index = 0; index < count; index += 1) {
    const scene = { chance, keys, index };
    // A repeat of something that was sent before, good or bad: it must be answered alike, and change nothing.
    const again = index > 100 && chance.chance(0.05);
    made.push(again ? { ...chance.pick(made), kind: 'sent again' } : weighted(chance, KINDS)(scene));
  }
  return made;
}

type Scene = { readonly chance: Random; readonly keys: Keys; readonly index: number };
type Kind = (scene: Scene) => Told;

const PEOPLE = 300;
const TEXT = { 'content-type': 'text/plain' };
const JSON_TYPE = { 'content-type': 'application/json' };
const KB = 1024;
const taken = { status: 200, refused: [] };

type GoodCall = { readonly type: string; readonly messageId: string } & Readonly<Record<string, unknown>>;

/** A call that must be taken. Its id starts with whose it is. */
function goodCall({ chance, index }: Scene, place = 0): GoodCall {
  const userId = `person-${chance.below(PEOPLE)}`;
  // Few are such that a rule mentions them: what becomes of these is decided, and that is not what is counted here.
  const type = chance.chance(0.02) ? 'identify' : chance.pick(['track', 'track', 'track', 'page', 'screen']);
  const at = new Date(Date.UTC(2026, 8, 1) + index * 1000).toISOString();
  return {
    type,
    userId,
    messageId: `${userId}:${index}.${place}`,
    ...(chance.chance(0.8) && { timestamp: at }),
    ...(type === 'track' && { event: chance.pick(['Page Read', 'Video Played', 'Shelf Browsed', 'Search Made']) }),
    ...(type === 'identify'
      ? { traits: { plan: chance.pick(['free', 'pro']) } }
      : { properties: { index, text: 'é'.repeat(chance.below(50)) } }),
  };
}

const BAD: readonly { readonly spoil: (call: GoodCall) => object; readonly path: string; readonly tooLarge?: true }[] = [
  { spoil: ({ userId: _, ...call }) => call, path: 'userId' },
  { spoil: (call) => ({ ...call, type: 'track', event: undefined }), path: 'event' },
  { spoil: (call) => ({ ...call, type: 'track', event: 'x'.repeat(129) }), path: 'event' },
  { spoil: (call) => ({ ...call, userId: { id: 1 } }), path: 'userId' },
  { spoil: (call) => ({ ...call, userId: 'a\u0000b' }), path: 'userId' },
  { spoil: (call) => ({ ...call, timestamp: 'yesterday' }), path: 'timestamp' },
  { spoil: (call) => ({ ...call, type: 'track', event: 'A', properties: ['a'] }), path: 'properties' },
  {
    spoil: (call) => ({ ...call, type: 'track', event: 'A', properties: { text: 'x'.repeat(33 * KB) } }),
    path: '',
    tooLarge: true,
  },
];

/** What a batch with these calls must lead to; the bad ones are named by their place. */
function mixed(scene: Scene): {
  readonly calls: readonly object[];
  readonly refused: readonly string[];
  readonly accepted: readonly string[];
} {
  const calls: object[] = [];
  const refused: string[] = [];
  const accepted: string[] = [];
  const size = 1 + scene.chance.below(4);
  for (let place = 0; place < size; place += 1) {
    const call = goodCall(scene, place);
    const bad = scene.chance.chance(0.25) ? scene.chance.pick(BAD) : undefined;
    calls.push(bad === undefined ? call : bad.spoil(call));
    if (bad === undefined) accepted.push(call.messageId);
    else refused.push(`${place}.${bad.path}`);
  }
  return { calls, refused, accepted };
}

const single: Kind = (scene) => {
  const call = goodCall(scene);
  return {
    kind: 'single call',
    path: `/v1/${call.type}`,
    body: call,
    key: scene.keys.secret,
    ...taken,
    accepted: [call.messageId],
  };
};

const browser: Kind = (scene) => {
  const call = goodCall(scene);
  const body = JSON.stringify({ ...call, writeKey: scene.keys.publishable, sentAt: new Date().toISOString() });
  return { kind: 'browser call', path: `/v1/${call.type.charAt(0)}`, body, headers: TEXT, ...taken, accepted: [call.messageId] };
};

const batch: Kind = (scene) => {
  const { calls, refused, accepted } = mixed(scene);
  return { kind: 'batch', path: '/v1/batch', body: { batch: calls }, key: scene.keys.secret, status: 200, refused, accepted };
};

const packed: Kind = (scene) => {
  const { calls, refused, accepted } = mixed(scene);
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' };
  const body = gzipSync(JSON.stringify({ batch: calls }));
  return { kind: 'packed batch', path: '/v1/batch', body, headers, key: scene.keys.publishable, status: 200, refused, accepted };
};

const beacon: Kind = (scene) => {
  const { calls, refused, accepted } = mixed(scene);
  const path = `/beacon/v1/batch?writeKey=${scene.keys.publishable}`;
  return { kind: 'beacon', path, body: JSON.stringify({ batch: calls }), headers: TEXT, status: 200, refused, accepted };
};

const pixel: Kind = (scene) => {
  const call = goodCall(scene);
  const isGood = scene.chance.chance(0.7);
  const writeKey = isGood ? scene.keys.publishable : scene.keys.secret;
  const data = Buffer.from(JSON.stringify({ ...call, writeKey })).toString('base64url');
  const accepted = isGood ? [call.messageId] : [];
  return { kind: isGood ? 'pixel' : 'bad pixel', method: 'GET', path: `/v1/pixel/${call.type}?data=${data}`, ...taken, accepted };
};

const form: Kind = ({ chance, index }) => {
  const email = `lead-${index}@example.com`;
  const fields = { email, firstName: 'Lee', consent: 'on', _messageId: `post-${index}` };
  const accepted = [`form:${email}`];
  if (chance.chance(0.5)) return { kind: 'form', path: '/f/newsletter', body: { ...fields, consent: true }, ...taken, accepted };
  const headers = { accept: 'text/html' };
  return { kind: 'form', path: '/f/newsletter', body: new URLSearchParams(fields), headers, status: 303, refused: [], accepted };
};

const badForm: Kind = ({ chance, index }) => {
  const [fields, ...refused] = chance.pick([
    [{ email: 'lee@', consent: true }, 'email'],
    [{ email: `lead-${index}@example.com` }, 'consent'],
    [{ firstName: 'x'.repeat(81) }, 'email', 'firstName', 'consent'],
  ] as const);
  return { kind: 'bad form', path: '/f/newsletter', body: fields, status: 422, refused, accepted: [] };
};

const badField: Kind = (scene) => {
  const call = goodCall(scene);
  const { spoil, path, tooLarge } = scene.chance.pick(BAD);
  const body = { type: call.type, ...spoil(call) };
  return {
    kind: tooLarge ? 'too large' : 'bad field',
    path: `/v1/${body.type}`,
    body,
    key: scene.keys.secret,
    status: tooLarge ? 413 : 400,
    refused: [path],
    accepted: [],
  };
};

const badJson: Kind = (scene) => {
  const text = JSON.stringify(goodCall(scene));
  const body = text.slice(0, 1 + scene.chance.below(text.length - 1));
  return {
    kind: 'bad JSON',
    path: '/v1/track',
    body,
    headers: JSON_TYPE,
    key: scene.keys.secret,
    status: 400,
    refused: [],
    accepted: [],
  };
};

const unknownKey: Kind = (scene) => {
  const key = scene.chance.chance(0.5) ? `wk_${'n'.repeat(32)}` : undefined;
  return {
    kind: 'unknown key',
    path: '/v1/track',
    body: goodCall(scene),
    ...(key && { key }),
    status: 401,
    refused: [],
    accepted: [],
  };
};

const tooLarge: Kind = (scene) => {
  const bomb = gzipSync(JSON.stringify({ batch: [goodCall(scene)], padding: 'x'.repeat(600 * KB) }));
  const headers = { 'content-encoding': 'gzip', ...JSON_TYPE };
  return {
    kind: 'too large',
    path: '/v1/batch',
    body: bomb,
    headers,
    key: scene.keys.secret,
    status: 413,
    refused: [],
    accepted: [],
  };
};

const KINDS: readonly (readonly [weight: number, kind: Kind])[] = [
  [40, single],
  [15, browser],
  [8, batch],
  [6, packed],
  [5, beacon],
  [4, pixel],
  [2, form],
  [3, badForm],
  [7, badField],
  [4, badJson],
  [4, unknownKey],
  [1, tooLarge],
];

function weighted(chance: Random, kinds: typeof KINDS): Kind {
  let left = chance.next() * kinds.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, kind] of kinds) {
    left -= weight;
    if (left < 0) return kind;
  }
  return single;
}
