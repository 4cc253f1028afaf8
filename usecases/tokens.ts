import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { Json } from '#core/json.ts';
import type { Item, Random, Table } from './ports.ts';
import { secretKey } from './store/keys.ts';

/** Keys by their ids. Tokens are sealed with the current one; the others still open what they sealed. */
export type Secret = { readonly current: string; readonly keys: Readonly<Record<string, Uint8Array>> };

/** What a token may be used for: one that was made for one purpose opens for no other. */
export type Purpose = 'unsubscribe' | 'preferences' | 'view' | 'confirm' | 'erasure' | 'form' | 'member';

export type Tokens = {
  seal(purpose: Purpose, data: Json): string;
  /** Undefined for everything that was not sealed here for this purpose: forged, cut short, or with a key that is gone. */
  open(purpose: Purpose, token: string): Json | undefined;
};

/**
 * Texts for links that say nothing by themselves: `<key id>.<AES-256-GCM in base64url>`, the purpose authenticated with
 * them. The nonce is a keyed hash of purpose and data, so the same data give the same token and no nonce serves two texts.
 */
export function tokens(secret: Secret): Tokens {
  const known = made.get(secret);
  if (known !== undefined) return known;
  const keys = new Map(Object.entries(secret.keys).map(([id, bytes]) => [id, keysOf(bytes)]));
  const current = keys.get(secret.current);
  if (current === undefined) throw new Error('the current key of the token secret is missing');
  const fresh: Tokens = {
    seal: (purpose, data) => `${secret.current}.${seal(current, purpose, JSON.stringify(data))}`,
    open: (purpose, token) => {
      const [, id = '', sealed = ''] = TOKEN.exec(token) ?? [];
      const key = keys.get(id);
      return key === undefined ? undefined : open(key, purpose, sealed);
    },
  };
  made.set(secret, fresh);
  return fresh;
}

const made = new WeakMap<Secret, Tokens>();

/** Longer than any that is made here; nobody has to look at more. */
const TOKEN = /^([A-Za-z0-9_-]{1,16})\.([A-Za-z0-9_-]{38,4096})$/;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type Keys = { readonly cipher: Uint8Array; readonly nonce: Uint8Array };

function keysOf(bytes: Uint8Array): Keys {
  const derive = (use: string): Uint8Array => new Uint8Array(hkdfSync('sha256', bytes, '', `rekindle token ${use}`, 32));
  return { cipher: derive('cipher'), nonce: derive('nonce') };
}

function seal({ cipher, nonce }: Keys, purpose: Purpose, text: string): string {
  const iv = createHmac('sha256', nonce).update(`${purpose}\n${text}`).digest().subarray(0, NONCE_BYTES);
  const machine = createCipheriv('aes-256-gcm', cipher, iv).setAAD(Buffer.from(purpose));
  return Buffer.concat([iv, machine.update(text, 'utf8'), machine.final(), machine.getAuthTag()]).toString('base64url');
}

function open({ cipher }: Keys, purpose: Purpose, sealed: string): Json | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return undefined;
  const machine = createDecipheriv('aes-256-gcm', cipher, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  machine.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = Buffer.concat([machine.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), machine.final()]);
    return JSON.parse(text.toString('utf8')) as Json;
  } catch {
    return undefined;
  }
}

/** The secret in the table; the first who asks makes it. Read once for each table, and kept. */
export function tokenSecret(table: Table, random: Random): Promise<Secret> {
  const known = read.get(table);
  if (known !== undefined) return known;
  const asked = readSecret(table, random).catch((fault: unknown) => {
    read.delete(table);
    throw fault;
  });
  read.set(table, asked);
  return asked;
}

const read = new WeakMap<Table, Promise<Secret>>();

async function readSecret(table: Table, random: Random): Promise<Secret> {
  const known = await table.get(secretKey);
  if (known !== undefined) return secretOf(known);
  const id = Buffer.from(random(3)).toString('base64url');
  const keys = JSON.stringify({ [id]: Buffer.from(random(32)).toString('base64url') });
  const fresh: Item = { ...secretKey, current: id, keys };
  const written = await table.write({ put: fresh, if: 'absent' });
  if (written.ok) return secretOf(fresh);
  const theirs = await table.get(secretKey);
  if (theirs === undefined) throw new Error('the token secret was there a moment ago, and is gone');
  return secretOf(theirs);
}

function secretOf({ current, keys }: Item): Secret {
  const texts = JSON.parse(String(keys)) as Record<string, string>;
  const bytes = Object.entries(texts).map(([id, text]) => [id, new Uint8Array(Buffer.from(text, 'base64url'))] as const);
  return { current: String(current), keys: Object.fromEntries(bytes) };
}
