import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { captchaProviders, type StoredCaptchaSecret } from '#usecases/captcha-secrets.ts';
import { apiOf, part } from './api.ts';
import { type Command, type Context, Failure, json, Misuse, remote, textOf } from './command.ts';
import { plain, show, table, time } from './show.ts';

const path = '/admin/v1/captcha-secrets';

export const captcha: Command = {
  name: 'captcha',
  usage: 'set | list | remove',
  summary: 'Store the secrets with which the captchas of forms are checked',
  details: [
    'A form with "captcha" names its provider and the public site key; the secret that belongs to it is stored here, once for',
    'each provider, and is never shown again. "set" reads it from REKINDLE_CAPTCHA_SECRET or --secret-file, never from the',
    'command line, which others on the machine can see. Without a secret posts are treated as if the provider did not answer.',
  ],
  options: {
    provider: { type: 'string', value: 'NAME', help: `With set and remove: ${captchaProviders.join(' or ')}` },
    'secret-file': { type: 'string', value: 'FILE', help: 'With set: a file that holds the secret; - for the standard input' },
    ...remote,
    ...json,
  },
  examples: [
    'rekindle captcha set --provider turnstile --secret-file secret.txt',
    'rekindle captcha set --provider hcaptcha',
    'rekindle captcha list',
  ],
  run: async (context) => {
    const [action, ...others] = context.args;
    if (others.length > 0) throw new Misuse(`${others.join(' ')} is too much`);
    if (action === 'list') return list(context);
    if (action === 'set') return set(context);
    if (action === 'remove') return remove(context);
    throw new Misuse('say what to do: captcha set, captcha list or captcha remove');
  },
};

async function list(context: Context): Promise<number> {
  const { body } = await apiOf(context).call('GET', path);
  const { items } = body as { readonly items: readonly StoredCaptchaSecret[] };
  show(context, body, () =>
    items.length === 0
      ? ['No secrets are stored.']
      : table(
          ['PROVIDER', 'STORED (UTC)', 'BY'],
          items.map(({ provider, storedAt, storedBy }) => [provider, time(storedAt), plain(storedBy)]),
        ),
  );
  return 0;
}

async function set(context: Context): Promise<number> {
  const provider = providerOf(context);
  const { body } = await apiOf(context).call('POST', path, { provider, secret: secretOf(context) });
  show(context, body, () => [`Stored. Forms with ${provider} are checked with it within a minute.`]);
  return 0;
}

async function remove(context: Context): Promise<number> {
  const provider = providerOf(context);
  await apiOf(context).call('DELETE', `${path}/${part(provider)}`);
  show(context, { provider, removed: true }, () => [
    `The secret for ${provider} is gone. Forms with it are treated as if the provider did not answer.`,
  ]);
  return 0;
}

function providerOf(context: Context): string {
  const provider = textOf(context, 'provider');
  const known = captchaProviders.find((one) => one === provider);
  if (known === undefined) throw new Misuse(`--provider is ${captchaProviders.join(' or ')}, not ${provider ?? 'left out'}`);
  return known;
}

function secretOf(context: Context): string {
  const file = textOf(context, 'secret-file');
  const secret = (file === undefined ? context.env.REKINDLE_CAPTCHA_SECRET : read(context, file))?.trim();
  if (secret === undefined || secret === '')
    throw new Misuse('the secret is missing: name a file with --secret-file, or set REKINDLE_CAPTCHA_SECRET');
  return secret;
}

function read({ cwd }: Context, file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : resolve(cwd, file), 'utf8');
  } catch (fault) {
    throw new Failure(`${file} cannot be read: ${(fault as Error).message}`);
  }
}
