import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { eventbridgeBus } from '#adapters/aws/eventbridge-bus.ts';
import { eventbridgeRules } from '#adapters/aws/eventbridge-rules.ts';
import { sesMailer } from '#adapters/aws/ses-mailer.ts';
import { cachedAccess } from '#usecases/access.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { setting, table as tableOf } from '../edge/clients.ts';
import { env } from '../edge/env.ts';
import { httpHandler } from '../edge/http.ts';
import { admin } from './admin.ts';

const table = tableOf();
const queueArn = setting(env.evaluateQueueArn);
// The stack names a queue's dead-letter queue after it.
const settings = { bus: setting(env.bus), prefix: setting(env.rulePrefix), queueArn, deadLettersArn: `${queueArn}-dead` };

const eventbridge = new EventBridgeClient({});

const dependencies = {
  table,
  catalogues: linkedCatalogues(table),
  rules: eventbridgeRules(eventbridge, settings),
  bus: eventbridgeBus(eventbridge, settings.bus),
  // One attempt, as where customers' mail is sent: a retry could send a test twice.
  mailer: sesMailer(new SESv2Client({ maxAttempts: 1 }), {
    sender: setting(env.sender),
    configurationSet: setting(env.configurationSet),
  }),
  publicUrl: setting(env.publicUrl),
  pause: setTimeout,
  now: Date.now,
  random: randomBytes,
};

/** The admin API: releases, customers and their timelines, keys; each request with a secret key. */
export const handler = httpHandler(admin(dependencies, cachedAccess(dependencies)));
