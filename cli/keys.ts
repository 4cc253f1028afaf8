import { randomBytes } from 'node:crypto';
import { type Scope, scopes } from '#schemas/scopes.ts';
import { type Access, createKey, listKeys, revokeKey } from '#usecases/access.ts';
import type { Table } from '#usecases/ports.ts';
import { apiOf, part } from './api.ts';
import { type Command, type Context, Failure, json, Misuse, remote, textOf } from './command.ts';
import { plain, show, table, time } from './show.ts';

type NewKey = { readonly kind: 'publishable' | 'secret'; readonly label: string; readonly scopes?: readonly Scope[] };

/** Keys, wherever they are kept. */
type KeyRing = {
  readonly list: () => Promise<readonly Access[]>;
  readonly create: (key: NewKey) => Promise<Access & { readonly key: string }>;
  readonly revoke: (id: string) => Promise<void>;
};

export const keys: Command = {
  name: 'keys',
  usage: 'create | list | revoke ID',
  summary: 'Make, list and revoke keys',
  details: [
    'The first key after a deployment is made in the table itself, with AWS credentials: --table NAME.',
    `Scopes of a secret key: ${scopes.join(', ')}. A publishable key may only write events.`,
  ],
  options: {
    kind: { type: 'string', value: 'KIND', help: 'With create: secret (unless told) or publishable' },
    label: { type: 'string', value: 'TEXT', help: 'With create: who uses it' },
    scopes: { type: 'string', value: 'A,B', help: 'With create: what a secret key may do; everything unless told' },
    table: { type: 'string', value: 'NAME', help: 'Straight in this DynamoDB table, by AWS credentials' },
    ...remote,
    ...json,
  },
  examples: [
    'rekindle keys create --label "first key" --table rekindle-prod',
    'rekindle keys create --kind publishable --label "shop, checkout page"',
    'rekindle keys create --label ci --scopes releases:read,releases:write',
    'rekindle keys revoke key_0123456789abcdef',
  ],
  run: async (context) => {
    const [action, id, ...others] = context.args;
    if (others.length > 0) throw new Misuse(`${others.join(' ')} is too much`);
    const ring = await ringOf(context);
    if (action === 'list' && id === undefined) return list(context, await ring.list());
    if (action === 'create' && id === undefined) return created(context, await ring.create(newKey(context)));
    if (action !== 'revoke') throw new Misuse('say what to do: keys create, keys list or keys revoke ID');
    if (id === undefined) throw new Misuse('the id of the key is missing: "keys list" shows it');
    await ring.revoke(id);
    show(context, { id, revoked: true }, () => [`${id} is revoked. It may be taken for up to a minute more.`]);
    return 0;
  },
};

async function ringOf(context: Context): Promise<KeyRing> {
  const name = textOf(context, 'table');
  if (name === undefined) return remoteRing(context);
  if (textOf(context, 'url') !== undefined) throw new Misuse('either --table or --url: the table is reached without the API');
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const { dynamodbTable } = await import('#adapters/aws/dynamodb-table.ts');
  return tableRing(dynamodbTable(new DynamoDBClient({}), name));
}

function remoteRing(context: Context): KeyRing {
  const { call } = apiOf(context);
  return {
    list: async () => ((await call('GET', '/admin/v1/keys')).body as { items: Access[] }).items,
    create: async (key) => (await call('POST', '/admin/v1/keys', key)).body as Access & { key: string },
    revoke: async (id) => void (await call('DELETE', `/admin/v1/keys/${part(id)}`)),
  };
}

function tableRing(table: Table): KeyRing {
  const dependencies = { table, now: Date.now, random: randomBytes };
  const reached = async <T>(asked: Promise<T>): Promise<T> =>
    asked.catch((fault: Error) => {
      throw new Failure(`the table cannot be used: ${fault.message.split('\n', 1)[0]}`);
    });
  return {
    list: () => reached(listKeys(table)),
    create: async (key) => {
      const made = await reached(createKey(dependencies, key));
      return { ...made.access, key: made.key };
    },
    revoke: async (id) => {
      if (!(await reached(revokeKey(dependencies, id)))) throw new Failure(`there is no key ${id}: "keys list" shows their ids`);
    },
  };
}

function newKey(context: Context): NewKey {
  const kind = textOf(context, 'kind') ?? 'secret';
  const label = textOf(context, 'label');
  const wanted = textOf(context, 'scopes')
    ?.split(',')
    .map((one) => one.trim());
  if (kind !== 'secret' && kind !== 'publishable') throw new Misuse(`--kind is secret or publishable, not ${kind}`);
  if (label === undefined || label === '') throw new Misuse('--label is missing: say who uses the key');
  if (wanted !== undefined && kind === 'publishable')
    throw new Misuse('a publishable key has no --scopes: it may only write events');
  for (const scope of wanted ?? [])
    if (!(scopes as readonly string[]).includes(scope)) throw new Misuse(`${scope} is not a scope: ${scopes.join(', ')}`);
  return { kind, label, ...(wanted && { scopes: wanted as Scope[] }) };
}

function created(context: Context, key: Access & { readonly key: string }): number {
  show(context, key, () => [
    key.key,
    '',
    `Keep it well: it is shown only this once. In lists it is ${key.id}, “${plain(key.label)}”.`,
  ]);
  return 0;
}

function list(context: Context, all: readonly Access[]): number {
  const state = ({ revokedAt }: Access): string => (revokedAt === undefined ? 'valid' : `revoked ${time(revokedAt)}`);
  show(context, { items: all, cursor: null }, () =>
    table(
      ['KEY', 'KIND', 'MADE (UTC)', 'STATE', 'SCOPES', 'LABEL'],
      all.map((key) => [key.id, key.kind, time(key.createdAt), state(key), key.scopes.join(','), plain(key.label)]),
    ),
  );
  return 0;
}
