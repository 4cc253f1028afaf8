/** `npm start`: brings the local cloud up and says where everything is. */
import { resolve } from 'node:path';
import { usualLimits } from './ses/limits.ts';
import { type Local, startLocal } from './start.ts';

const startedAt = performance.now();
const port = Number(process.env.PORT ?? 3000);
if (!Number.isInteger(port) || port < 0 || port > 65535) fail(`PORT is ${process.env.PORT}, which is not a port`);

const rate = positive('SES_RATE');
const quota = positive('SES_QUOTA');
const sendLimits = { perSecond: rate ?? usualLimits.perSecond, perDay: quota ?? usualLimits.perDay };

const project = resolve(import.meta.dirname, '..');
const folder = resolve(process.env.REKINDLE_FOLDER ?? resolve(project, '.rekindle'));
const local = await startLocal({ folder, port, project, sendLimits, progress: (line) => console.log(`  ${line} …`) }).catch(
  (cause: Error) => fail(cause.message),
);
console.log(greeting(local, (performance.now() - startedAt) / 1000));

let closing = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    if (closing) process.exit(1);
    closing = true;
    await local.cloud.close();
    process.exit(0);
  });
}

function greeting({ cloud: { url }, keys, release }: Local, seconds: number): string {
  const order = `{"userId":"ann","event":"Order Completed","properties":{"order_id":"1001","revenue":120,"currency":"EUR"},"context":{"traits":{"email":"ann@example.com"}}}`;
  return `
Rekindle is ready after ${seconds.toFixed(1)} s, with the release ${release}.

  Form       ${url}/f/newsletter
  Inbox      ${url}/inbox
  Clock      ${url}/_local/clock
  Admin API  ${url}/admin/v1/openapi.json
  Data       ${folder}

  Publishable key  ${keys.publishable}
  Secret key       ${keys.secret}

Try it: a lead, an order, and two months of silence. Then look into the inbox.

  curl -s ${url}/f/newsletter -H 'content-type: application/json' -d '{"email":"ann@example.com","firstName":"Ann","consent":true}'
  curl -s ${url}/v1/track -u ${keys.secret}: -H 'content-type: application/json' -d '${order}'
  curl -s ${url}/_local/clock -H 'content-type: application/json' -d '{"advance":"P61D"}'
`;
}

/** A whole number above zero, or nothing where the variable is not set. */
function positive(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) fail(`${name} is ${text}, which is not a whole number above zero`);
  return number;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
