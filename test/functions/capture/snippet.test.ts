import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { minified } from '#functions/capture/snippet/minified.ts';
import { minifiedModule } from '#functions/capture/snippet/minify.ts';
import { snippet } from '#functions/capture/snippet.ts';
import type { Request } from '#functions/edge/http.ts';

const ask = async (headers: Record<string, string> = {}) => snippet({ headers } as unknown as Request);

describe('the snippet', () => {
  test('weighs at most 2 KB on its way', () => {
    expect(gzipSync(minified, { level: 9 }).length).toBeLessThanOrEqual(2048);
  });

  test('is what its source says (npm run snippet)', () => {
    const file = new URL('../../../functions/capture/snippet/minified.ts', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(minifiedModule());
  });

  test('is a script that may be kept, and loaded from any site', async () => {
    expect(await ask()).toEqual({
      status: 200,
      headers: {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=3600, stale-while-revalidate=86400',
        'cross-origin-resource-policy': 'cross-origin',
        etag: expect.stringMatching(/^W\/"[0-9a-f]{16}"$/),
        vary: 'accept-encoding, origin',
      },
      body: minified,
    });
  });

  test.each(['gzip', 'br, GZIP;q=0.5', 'gzip, deflate'])('comes packed to whoever takes “%s”', async (encoding) => {
    const { headers, body } = await ask({ 'accept-encoding': encoding });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip' });
    expect(gunzipSync(body as Uint8Array).toString('utf8')).toBe(minified);
  });

  test.each(['br', 'gzip;q=0', 'identity', 'gzip; q=0.0, br'])('comes as it is to whoever takes “%s”', async (encoding) => {
    expect(await ask({ 'accept-encoding': encoding })).toMatchObject({ body: minified });
  });

  test('is not sent again to whoever has it', async () => {
    const { headers = {} } = await ask();
    const again = await ask({ 'if-none-match': `"other", ${headers.etag}` });
    expect(again).toEqual({ status: 304, headers });
    expect(await ask({ 'if-none-match': '"other"' })).toMatchObject({ status: 200 });
  });
});
