/** An answer of the local cloud itself, before it becomes HTTP. */
export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
};

/** A problem document (RFC 9457). `message` is what API Gateway says in its place, for clients that look for it. */
export function problem(status: number, title: string, detail?: string): Reply {
  const body = { type: 'about:blank', title, status, ...(detail === undefined ? {} : { detail }), message: title };
  return { status, headers: { 'content-type': 'application/problem+json' }, body: JSON.stringify(body) };
}

export function json(status: number, value: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: JSON.stringify(value) };
}
