import type { Form } from '#core/catalogue.ts';
import { type Instant, toIso } from '#core/instant.ts';
import type { CaptchaProvider, Clock, Item, Table } from './ports.ts';
import { captchaSecretKey } from './store/keys.ts';

export const captchaProviders = ['turnstile', 'hcaptcha'] as const satisfies readonly CaptchaProvider[];

/** That there is a secret, and who stored it. The secret itself is never shown again. */
export type StoredCaptchaSecret = { readonly provider: CaptchaProvider; readonly storedAt: string; readonly storedBy: string };

export type CaptchaSecretDependencies = { readonly table: Table; readonly now: Clock };

/** Stores our secret at a provider in place of the one before. Functions that know that one use it for up to a minute more. */
export async function storeCaptchaSecret(
  { table, now }: CaptchaSecretDependencies,
  { provider, secret, author }: { readonly provider: CaptchaProvider; readonly secret: string; readonly author: string },
): Promise<StoredCaptchaSecret> {
  const item: Item = { ...captchaSecretKey(provider), secret, storedAt: toIso(now()), storedBy: author };
  await table.write({ put: item });
  return storedOf(provider, item);
}

/** Of which providers there is a secret. */
export async function listCaptchaSecrets(table: Table): Promise<StoredCaptchaSecret[]> {
  const found = await Promise.all(
    captchaProviders.map(async (provider) => [provider, await table.get(captchaSecretKey(provider))] as const),
  );
  return found.flatMap(([provider, item]) => (item === undefined ? [] : [storedOf(provider, item)]));
}

/** False where there was none. */
export async function removeCaptchaSecret(table: Table, provider: CaptchaProvider): Promise<boolean> {
  const key = captchaSecretKey(provider);
  if ((await table.get(key)) === undefined) return false;
  await table.write({ delete: key });
  return true;
}

/** What keeps forms from being checked, in words. Reads nothing where no form has a captcha. */
export async function captchaNotices(table: Table, forms: readonly Form[]): Promise<string[]> {
  const notices = captchaProviders.map(async (provider) => {
    const asking = forms.flatMap(({ id, captcha }) => (captcha?.provider === provider ? [id] : []));
    if (asking.length === 0 || (await table.get(captchaSecretKey(provider))) !== undefined) return [];
    const what = `No secret for ${provider} is stored, so posts of ${asking.join(', ')} cannot be checked.`;
    return [`${what} Store it: rekindle captcha set --provider ${provider}`];
  });
  return (await Promise.all(notices)).flat();
}

const KEPT_MS = 60_000;

/** Reads secrets, and remembers for a minute what it found or did not find. */
export function cachedCaptchaSecrets({
  table,
  now,
}: CaptchaSecretDependencies): (provider: CaptchaProvider) => Promise<string | undefined> {
  const kept = new Map<CaptchaProvider, { readonly secret: string | undefined; readonly at: Instant }>();
  return async (provider) => {
    const at = now();
    const known = kept.get(provider);
    // A clock that was set back must not keep a secret for ever.
    if (known !== undefined && at >= known.at && at < known.at + KEPT_MS) return known.secret;
    const item = await table.get(captchaSecretKey(provider));
    const secret = item === undefined ? undefined : String(item.secret);
    kept.set(provider, { secret, at });
    return secret;
  };
}

function storedOf(provider: CaptchaProvider, { storedAt, storedBy }: Item): StoredCaptchaSecret {
  return { provider, storedAt: String(storedAt), storedBy: String(storedBy) };
}
