import { randomBytes } from 'node:crypto';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { sesMailer } from '#adapters/aws/ses-mailer.ts';
import { SendRecord } from '#schemas/send-record.ts';
import { type About, type Confirmation, confirmLink, linksFor } from '#usecases/links.ts';
import { sendAll } from '#usecases/send.ts';
import { catalogues } from '#usecases/store/catalogue.ts';
import { tokenSecret } from '#usecases/tokens.ts';
import { line, setting, table as tableOf } from '../edge/clients.ts';
import { env } from '../edge/env.ts';
import { log } from '../edge/log.ts';
import { sendingHeld } from '../edge/metric.ts';
import { queueHandler } from '../edge/queue.ts';

const table = tableOf();
const publicUrl = setting(env.publicUrl);
// One attempt: SES has no idempotency token, so a retry inside the client could send twice.
const ses = new SESv2Client({ maxAttempts: 1 });

const dependencies = {
  table,
  catalogues: catalogues(table),
  mailer: sesMailer(ses, { sender: setting(env.sender), configurationSet: setting(env.configurationSet) }),
  now: Date.now,
  line: line(env.sendQueueUrl),
  warn: (what: string, cause: unknown) => log('warn', what, { cause }),
  ring: (why: string) => {
    log('error', 'mails are held', { why });
    sendingHeld(setting(env.stage));
  },
  links: async (about: About, confirmation: Confirmation | undefined) => {
    const secret = await tokenSecret(table, randomBytes);
    return confirmation ? { confirm: confirmLink(secret, publicUrl, confirmation) } : linksFor(secret, publicUrl, about);
  },
};

/** Queue of messages in, SES out: each at most once. */
export const handler = queueHandler(SendRecord, (records) =>
  sendAll(
    dependencies,
    records.map(({ id, value: { detail } }) => ({ id, value: detail })),
  ),
);
