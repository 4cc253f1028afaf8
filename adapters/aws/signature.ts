import { createHash, createHmac } from 'node:crypto';

export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

export type Signed = {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/**
 * The headers of a request with AWS's signature, version 4 (IAM User Guide, "Create a signed AWS API request"). For addresses
 * without a query and with a plain path, which is all that the query-less protocols of AWS use.
 */
export function signed(
  { method, url, headers, body }: Signed,
  scope: { readonly region: string; readonly service: string; readonly credentials: Credentials; readonly at: Date },
): Record<string, string> {
  const { credentials, region, service, at } = scope;
  const time = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const token = credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken };
  const all: Record<string, string> = { ...headers, host: url.host, 'x-amz-date': time, ...token };
  const names = Object.keys(all).sort();
  const lines = names.map((name) => `${name}:${(all[name] ?? '').trim()}\n`).join('');
  const request = [method, url.pathname, '', lines, names.join(';'), sha256(body)].join('\n');
  const place = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, place, sha256(request)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${credentials.secretAccessKey}`);
  const signature = hmac(key, text).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${place}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...all, authorization };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
