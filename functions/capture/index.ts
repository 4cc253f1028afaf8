import { randomBytes } from 'node:crypto';
import { cachedAccess } from '#usecases/access.ts';
import { knownTombstones } from '#usecases/erasure/known-tombstones.ts';
import { catalogues } from '#usecases/store/catalogue.ts';
import { setting, table } from '../edge/clients.ts';
import { originsOf } from '../edge/cors.ts';
import { env } from '../edge/env.ts';
import { captureHandler } from './capture.ts';

const now = Date.now;
const store = table();

/** Calls of SDKs and posts of forms in; an answer when they are durable. */
export const handler = captureHandler({
  table: store,
  now,
  random: randomBytes,
  isErased: knownTombstones(store, now),
  catalogues: catalogues(store),
  findAccess: cachedAccess({ table: store, now }),
  origins: originsOf(setting(env.allowedOrigins)),
});
