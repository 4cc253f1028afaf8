import { createHmac } from 'node:crypto';
import type { Instant } from '#core/instant.ts';
import type { Key, Random, Table } from './ports.ts';

const key: Key = { pk: 'SECRET', sk: 'WEBHOOKS' };

/** What outgoing calls are signed with: `whsec_…`, made when it is first asked for. Whoever is called checks with it. */
export async function webhookSecret(table: Table, random: Random): Promise<string> {
  const known = await table.get(key);
  if (known !== undefined) return String(known.secret);
  const secret = `whsec_${Buffer.from(random(32)).toString('base64url')}`;
  const written = await table.write({ put: { ...key, secret }, if: 'absent' });
  return written.ok ? secret : webhookSecret(table, random);
}

/** The value of `X-Rekindle-Signature`: `t` in seconds, `v1` the HMAC-SHA256 in hex of `<t>.<body>`. */
export function signature(secret: string, at: Instant, body: string): string {
  const t = Math.floor(at / 1000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}
