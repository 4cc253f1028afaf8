/** HTTP as clients speak it, with the whole answer at hand. */

/** An object is sent as JSON; text and bytes as they are, fields as browsers send them. */
export type Body = object | string | Uint8Array | URLSearchParams | FormData;

export type RequestOptions = {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as the user name of Basic authentication. */
  readonly key?: string;
};

export type Answer = {
  readonly status: number;
  /** Without its parameters. */
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  /** Where it is JSON. */
  readonly body: unknown;
};

/** Does not follow redirects: where one leads is part of the answer. */
export async function request(
  method: string,
  url: string,
  { headers = {}, key, body }: RequestOptions & { readonly body?: Body } = {},
): Promise<Answer> {
  const [content, type] = contentOf(body);
  const authorization = key === undefined ? {} : { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` };
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(type !== undefined && { 'content-type': type }), ...authorization, ...headers },
    ...(content !== undefined && { body: content }),
  });
  const text = await response.text();
  const answered = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
  return {
    status: response.status,
    type: answered,
    headers: response.headers,
    text,
    body: /[/+]json$/.test(answered) && text !== '' ? (JSON.parse(text) as unknown) : undefined,
  };
}

/** The type of fields is left to `fetch`, as it is to browsers. */
function contentOf(body: Body | undefined): readonly [RequestInit['body'] | undefined, string | undefined] {
  if (body === undefined || typeof body === 'string' || body instanceof URLSearchParams || body instanceof FormData) {
    return [body, undefined];
  }
  if (body instanceof Uint8Array) return [Buffer.from(body), 'application/octet-stream'];
  return [JSON.stringify(body), 'application/json'];
}
