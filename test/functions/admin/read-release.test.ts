import type { Context } from 'aws-lambda';
import { beforeEach, expect, test } from 'vitest';
import { ReleaseContent } from '#schemas/release-api.ts';
import { compileCatalogue } from '#usecases/compile-catalogue.ts';
import { contentOf } from '#usecases/read-release.ts';
import { adminShop } from '../../support/admin-shop.ts';
import { catalogueFiles, welcome } from '../../support/catalogue-files.ts';
import { httpEvent } from '../edge/http-event.ts';

let shop: Awaited<ReturnType<typeof adminShop>>;
beforeEach(async () => {
  shop = await adminShop();
});

async function call(method: string, path: string, { key = shop.key, body = undefined as object | undefined } = {}) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const reply = await shop.handler(
    httpEvent({ method, path, headers, ...(body && { body: JSON.stringify(body) }) }),
    {} as Context,
  );
  return { status: reply.statusCode ?? 0, body: JSON.parse(String(reply.body)) };
}

const publish = (files: Record<string, string>) => call('POST', '/admin/v1/releases', { body: { files } });

test('a release can be read as it was compiled, by its id and, while it is in force, as the current one', async () => {
  const files = catalogueFiles();
  const { body } = await publish(files);
  const { compiled } = await compileCatalogue(files);
  const read = await call('GET', '/admin/v1/releases/current');
  expect(read).toEqual({ status: 200, body: compiled && contentOf(compiled) });
  expect(ReleaseContent.safeParse(read.body).success).toBe(true);
  await publish(catalogueFiles({ 'catalogue/journeys/welcome.json': { ...welcome, name: 'Other' } }));
  expect(await call('GET', `/admin/v1/releases/${body.id}`)).toEqual(read);
  expect((await call('GET', '/admin/v1/releases/current')).body.release.journeys[0].name).toBe('Other');
});

test('before the first release, and for an id that nobody published, there is nothing', async () => {
  expect(await call('GET', '/admin/v1/releases/current')).toMatchObject({ status: 404, body: { title: 'No release' } });
  expect(await call('GET', '/admin/v1/releases/rel_0000000000000000')).toMatchObject({
    status: 404,
    body: { title: 'No such release' },
  });
});

test('reading a release needs the scope releases:read', async () => {
  await publish(catalogueFiles());
  const others = await shop.keyWith('customers:read', 'keys:write', 'releases:write');
  expect((await call('GET', '/admin/v1/releases/current', { key: others })).status).toBe(403);
  expect((await call('GET', '/admin/v1/releases/current', { key: await shop.keyWith('releases:read') })).status).toBe(200);
});
