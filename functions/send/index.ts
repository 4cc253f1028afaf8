import { randomBytes } from 'node:crypto';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { sesMailer } from '#adapters/aws/ses-mailer.ts';
import { SendRecord } from '#schemas/bus-event.ts';
import { linksFor } from '#usecases/links.ts';
import { send } from '#usecases/send.ts';
import { catalogues } from '#usecases/store/catalogue.ts';
import { tokenSecret } from '#usecases/tokens.ts';
import { setting, table as tableOf } from '../edge/clients.ts';
import { env } from '../edge/env.ts';
import { each, queueHandler } from '../edge/queue.ts';

const table = tableOf();
const publicUrl = setting(env.publicUrl);
// One attempt: SES has no idempotency token, so a retry inside the client could send twice.
const ses = new SESv2Client({ maxAttempts: 1 });

const dependencies = {
  table,
  catalogues: catalogues(table),
  mailer: sesMailer(ses, { sender: setting(env.sender), configurationSet: setting(env.configurationSet) }),
  now: Date.now,
  links: async (about: Parameters<typeof linksFor>[2]) => linksFor(await tokenSecret(table, randomBytes), publicUrl, about),
};

/** Queue of messages in, SES out: each at most once. */
export const handler = queueHandler(
  SendRecord,
  each(({ detail }) => send(dependencies, detail)),
);
