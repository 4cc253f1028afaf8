import { randomBytes } from 'node:crypto';
import { siteverify } from '#adapters/captcha/siteverify.ts';
import { cachedAccess } from '#usecases/access.ts';
import { cachedCaptchaSecrets } from '#usecases/captcha-secrets.ts';
import { knownTombstones } from '#usecases/erasure/known-tombstones.ts';
import { catalogues } from '#usecases/store/catalogue.ts';
import { setting, table } from '../edge/clients.ts';
import { originsOf } from '../edge/cors.ts';
import { env } from '../edge/env.ts';
import { log } from '../edge/log.ts';
import { captchaUnchecked } from '../edge/metric.ts';
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
  captcha: {
    provider: siteverify(),
    secretOf: cachedCaptchaSecrets({ table: store, now }),
    // A wrong site key shows in refusals only: they are told too.
    refused: (about) => log('warn', 'a captcha was refused', about),
    unchecked: (about) => {
      log('error', 'a captcha could not be checked', about);
      captchaUnchecked(setting(env.stage));
    },
  },
  findAccess: cachedAccess({ table: store, now }),
  origins: originsOf(setting(env.allowedOrigins)),
});
