/** The whole local cloud, ready to use: synthesised, started, with keys, and with a catalogue published. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamodbTable } from '#adapters/aws/dynamodb-table.ts';
import { readCatalogueFiles } from '#adapters/files/catalogue-files.ts';
import { createKey, findAccess } from '#usecases/access.ts';
import type { Table } from '#usecases/ports.ts';

import { type Cloud, startCloud } from './cloud.ts';
import type { SendLimits } from './ses/limits.ts';
import { region } from './stack/names.ts';

export type Keys = { readonly publishable: string; readonly secret: string };

export type Local = { readonly cloud: Cloud; readonly keys: Keys; readonly release: string };

export type LocalOptions = {
  /** Where data and bundles are kept, `.rekindle` by default. */
  readonly folder: string;
  readonly port: number;
  /** What SES lets the account send; plenty, unless told. */
  readonly sendLimits?: SendLimits | undefined;
  /** The project's folder, with `catalogue/` and `templates/`. */
  readonly project: string;
  /** Told what is being done, a line each. */
  readonly progress?: (line: string) => void;
};

/** The note by which a start recognises a release that an earlier start published; another one it leaves alone. */
const NOTE = 'published at the start';

export async function startLocal({ folder, port, project, sendLimits, progress = () => {} }: LocalOptions): Promise<Local> {
  progress('bundling the functions and synthesising the stack');
  const assembly = await synthesise(project, join(folder, 'assembly'));
  progress('starting the engines and the functions');
  const cloud = await startCloud({ folder, assembly, port, sendLimits });
  try {
    const client = new DynamoDBClient({
      region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      endpoint: cloud.endpoints.dynamodb,
    });
    const keys = await keysOf(dynamodbTable(client, cloud.table), join(folder, 'keys.json'));
    client.destroy();
    writeFileSync(join(folder, 'aws.env'), environmentFile(cloud.env));
    progress('publishing the catalogue');
    const release = await publishCatalogue(cloud.url, keys.secret, project);
    return { cloud, keys, release };
  } catch (cause) {
    await cloud.close();
    throw cause;
  }
}

/** Runs the CDK app as a deployment does, in a process of its own, and answers the folder of its assembly. */
async function synthesise(project: string, outdir: string): Promise<string> {
  try {
    await promisify(execFile)(process.execPath, ['infra/app.ts'], { cwd: project, env: { ...process.env, CDK_OUTDIR: outdir } });
  } catch (cause) {
    throw new Error(`the stack cannot be synthesised:\n${(cause as { stderr?: string }).stderr ?? ''}`, { cause });
  }
  return outdir;
}

/** For AWS clients outside of the cloud: `node --env-file=.rekindle/aws.env …`, `. .rekindle/aws.env`. */
function environmentFile(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${value}\n`)
    .join('');
}

/** The keys of the last start, or new ones where the table does not know them. */
async function keysOf(table: Table, file: string): Promise<Keys> {
  const known = readKeys(file);
  if (known !== undefined && (await findAccess(table, known.secret)) !== undefined) return known;
  const make = async (kind: 'publishable' | 'secret'): Promise<string> =>
    (await createKey({ table, now: Date.now, random: randomBytes }, { kind, label: `local ${kind}` })).key;
  const keys = { publishable: await make('publishable'), secret: await make('secret') };
  writeFileSync(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return keys;
}

function readKeys(file: string): Keys | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Keys;
  } catch {
    return undefined;
  }
}

/** Publishes the project's catalogue, unless somebody has published another one to this cloud since. */
async function publishCatalogue(url: string, secret: string, project: string): Promise<string> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const listed = await fetch(`${url}/admin/v1/releases?limit=1`, { headers });
  const { items = [] } = (await listed.json()) as { items?: { id: string; note?: string }[] };
  const current = items[0];
  if (current !== undefined && current.note !== NOTE) return current.id;
  const body = JSON.stringify({ files: readCatalogueFiles(project), note: NOTE });
  const answer = await fetch(`${url}/admin/v1/releases`, { method: 'POST', headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the catalogue cannot be published (${answer.status}):\n${text}`);
  return (JSON.parse(text) as { id: string }).id;
}
