/** What a company sets for its installation, in `cdk.json` or with `cdk … -c key=value`. */
import { readFileSync } from 'node:fs';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

export type Settings = {
  /** Part of every name, so that several installations stand side by side in one account. */
  readonly stage: string;
  /** The address that mail comes from. */
  readonly sender: string;
  /** The domain that this stack makes an SES identity for; absent where the sender is verified by other means. */
  readonly domain?: string;
  /** The host of recipients' links, with the ACM certificate for it; absent: the API's own address. */
  readonly links?: { readonly host: string; readonly certificateArn: string };
  /** Origins that may call from a browser; `['*']` for all. */
  readonly allowedOrigins: readonly string[];
  /** Who is told of alarms; absent: alarms only show. */
  readonly alarmEmail?: string;
  readonly retentionDays: RetentionDays;
};

/** The value of a key, undefined where there is none. */
export type Context = (key: string) => unknown;

/** The context of `cdk.json`: the CDK command passes it on, a bare `node infra/app.ts` has to read it. */
export function readContext(): Readonly<Record<string, unknown>> {
  const file: { context?: Record<string, unknown> } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  return file.context ?? {};
}

/** Checks the context. Throws an error that names the key, what was given and what is expected. */
export function parseSettings(context: Context): Settings {
  const sender = text(context, 'sender', ADDRESS, 'an e-mail address such as "hello@example.com"');
  const domain = optionalText(context, 'domain', HOST, 'a domain such as "example.com"');
  const senderDomain = sender.slice(sender.indexOf('@') + 1);
  if (domain !== undefined && senderDomain !== domain && !senderDomain.endsWith(`.${domain}`)) {
    throw invalid('domain', domain, `the domain of the sender ${sender}, or a parent of it`);
  }
  const links = parseLinks(context);
  const alarmEmail = optionalText(context, 'alarmEmail', ADDRESS, 'an e-mail address');
  return {
    stage: text(context, 'stage', STAGE, '1 to 16 small letters, digits or dashes, a letter first'),
    sender,
    allowedOrigins: parseOrigins(context('allowedOrigins')),
    retentionDays: parseRetention(context('retention')),
    ...(domain === undefined ? {} : { domain }),
    ...(links === undefined ? {} : { links }),
    ...(alarmEmail === undefined ? {} : { alarmEmail }),
  };
}

const STAGE = /^[a-z][a-z0-9-]{0,15}$/;
const ADDRESS = /^[^\s@<>"]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i;
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/;
const CERTIFICATE = /^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/;
const ORIGIN = /^https?:\/\/[^\s/,*]+$/;

/** Both or neither: without a certificate nothing answers at the host, and every link in every mail would be dead. */
function parseLinks(context: Context): Settings['links'] {
  const host = optionalText(context, 'linkHost', HOST, 'a host such as "go.example.com"');
  const certificateArn = optionalText(
    context,
    'certificateArn',
    CERTIFICATE,
    'the ARN of an ACM certificate in the region of the stack',
  );
  if (host === undefined && certificateArn === undefined) return undefined;
  if (host === undefined) throw invalid('linkHost', host, 'a host, because certificateArn is given');
  if (certificateArn === undefined) throw invalid('certificateArn', certificateArn, 'a certificate, because linkHost is given');
  return { host, certificateArn };
}

/** A list in `cdk.json`, or text separated by commas on the command line. */
function parseOrigins(value: unknown): readonly string[] {
  const origins: readonly unknown[] =
    typeof value === 'string' ? value.split(',').map((part) => part.trim()) : Array.isArray(value) ? value : [];
  const known = origins.filter(
    (origin): origin is string => typeof origin === 'string' && (origin === '*' || ORIGIN.test(origin)),
  );
  if (known.length === 0 || known.length !== origins.length || (known.includes('*') && known.length > 1)) {
    throw invalid('allowedOrigins', value, '["*"], or origins such as ["https://www.example.com"], without a path');
  }
  return known;
}

function parseRetention(value: unknown): RetentionDays {
  const days = Number(value);
  const allowed = Object.values(RetentionDays).filter(
    (option): option is RetentionDays => typeof option === 'number' && option < 9999,
  );
  const found = allowed.find((option) => option === days);
  if (found === undefined)
    throw invalid('retention', value, `a number of days that CloudWatch Logs offers: ${allowed.join(', ')}`);
  return found;
}

function text(context: Context, key: string, pattern: RegExp, expected: string): string {
  const value = context(key);
  if (typeof value !== 'string' || !pattern.test(value)) throw invalid(key, value, expected);
  return value;
}

function optionalText(context: Context, key: string, pattern: RegExp, expected: string): string | undefined {
  return context(key) === undefined || context(key) === '' ? undefined : text(context, key, pattern, expected);
}

function invalid(key: string, value: unknown, expected: string): Error {
  const given = value === undefined || value === '' ? 'is missing' : `is ${JSON.stringify(value)}`;
  return new Error(`Context "${key}" ${given}; expected ${expected}. Set it in cdk.json or with -c ${key}=…`);
}
