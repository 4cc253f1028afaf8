import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Context, Failure, textOf } from './command.ts';

type Answer = { readonly status: number; readonly body: unknown };

export type Api = {
  /** Fails with the system's own words where it refuses; `allowed` are other statuses that the caller deals with. */
  readonly call: (method: string, path: string, body?: object, allowed?: readonly number[]) => Promise<Answer>;
  /** A POST that takes effect once for one idempotency key, however often it is sent. */
  readonly once: (key: string, path: string, body: object) => Promise<Answer>;
};

type Asked = {
  readonly method: string;
  readonly path: string;
  readonly body?: object | undefined;
  readonly allowed?: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
};

const TIMEOUT_MS = 60_000;

/** The admin API of the system that the options name. */
export function apiOf(context: Context): Api {
  const url = addressOf(context);
  const key = keyOf(context);
  const ask = async ({ method, path, body, allowed = [], headers = {} }: Asked): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((fault: unknown) => {
      throw unreachable(url, fault);
    });
    const answer = await read(response, url);
    if (response.ok || allowed.includes(response.status)) return { status: response.status, body: answer };
    throw refusal(response.status, answer, key);
  };
  return {
    call: (method, path, body, allowed = []) => ask({ method, path, body, allowed }),
    once: (idempotency, path, body) => ask({ method: 'POST', path, body, headers: { 'idempotency-key': idempotency } }),
  };
}

/** The part of an API path that somebody wrote. */
export const part = (text: string): string => encodeURIComponent(text);

/** `?limit=20&cursor=…` */
export function pageQuery(context: Context, limit = '20'): string {
  const cursor = textOf(context, 'cursor');
  return `?${new URLSearchParams({ limit: textOf(context, 'limit') ?? limit, ...(cursor !== undefined && { cursor }) })}`;
}

function addressOf(context: Context): string {
  const text = textOf(context, 'url') ?? context.env.REKINDLE_URL ?? `http://127.0.0.1:${context.env.PORT ?? 3000}`;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Failure(`${text} is not the address of a system: write, for instance, https://go.example.com`);
  return text.replace(/\/+$/, '');
}

function keyOf(context: Context): string | undefined {
  return textOf(context, 'key') ?? context.env.REKINDLE_KEY ?? localKey(context);
}

/** The key that the local cloud wrote down at its start. It is of no use elsewhere, and is not sent there. */
function localKey(context: Context): string | undefined {
  if (!/^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::|\/|$)/.test(addressOf(context))) return undefined;
  const file = resolve(context.cwd, context.env.REKINDLE_FOLDER ?? '.rekindle', 'keys.json');
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { secret?: string }).secret;
  } catch {
    return undefined;
  }
}

async function read(response: Response, url: string): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(`${url} answers ${response.status}, but not as Rekindle does: is it the right address?`);
  }
}

function unreachable(url: string, fault: unknown): Failure {
  const cause = (fault as { cause?: { code?: string } }).cause?.code ?? (fault as Error).message;
  return new Failure(`nothing answers at ${url} (${cause}): start the local cloud with "npm start", or name a system with --url`);
}

function refusal(status: number, body: unknown, key: string | undefined): Failure {
  if (status === 401 && key === undefined) return new Failure('a secret key is needed: give it with --key, or set REKINDLE_KEY');
  const { title, detail, errors } = (body ?? {}) as {
    title?: string;
    detail?: string;
    errors?: { path: string; message: string }[];
  };
  const fields = errors?.map(({ path, message }) => `${path} ${message}`).join('; ');
  const words = [title ?? `status ${status}`, detail].filter(Boolean).join(': ').replace(/\.$/, '');
  return new Failure(fields === undefined || fields === '' ? words : `${words} (${fields})`);
}
