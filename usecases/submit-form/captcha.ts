/** The check that a person sends the form, which the provider of the form's captcha has made. */
import type { Form } from '#core/catalogue.ts';
import type { JsonObject } from '#core/json.ts';
import type { Captcha, CaptchaProvider } from '../ports.ts';
import type { FormPost } from '../submit-form.ts';
import { captchaWidgets } from './captcha-widgets.ts';
import type { FieldProblem } from './fields.ts';

type About = { readonly form: string; readonly provider: CaptchaProvider; readonly reason: string };

export type CaptchaDependencies = {
  readonly provider: Captcha;
  /** Our secret at a provider; undefined where none is stored. */
  readonly secretOf: (provider: CaptchaProvider) => Promise<string | undefined>;
  /** Told of each token that the provider refused. */
  readonly refused: (about: About) => void;
  /** Told of each post that could not be checked. */
  readonly unchecked: (about: About) => void;
};

/** What stands with the event: that the check was passed and where, or that nobody could check. */
export type CaptchaProof = JsonObject & { readonly result: 'passed' | 'unchecked'; readonly provider: CaptchaProvider };

export type CheckedCaptcha =
  /** Without a proof where the form asks for no check. */
  | { readonly outcome: 'ok'; readonly proof?: CaptchaProof }
  | { readonly outcome: 'invalid'; readonly errors: readonly FieldProblem[] }
  | { readonly outcome: 'not_checked' };

/** A post without a token is refused at once: whoever leaves it out must not cost a call. */
export async function checkCaptcha(dependencies: CaptchaDependencies, form: Form, post: FormPost): Promise<CheckedCaptcha> {
  const { captcha } = form;
  if (captcha === undefined) return { outcome: 'ok' };
  const { provider } = captcha;
  const { field } = captchaWidgets[provider];
  const no = (message: string): CheckedCaptcha => ({ outcome: 'invalid', errors: [{ path: field, message }] });
  const token = Object.hasOwn(post.values, field) ? post.values[field] : undefined;
  if (token === undefined || token === null || token === '') return no(MISSING);
  if (typeof token !== 'string' || !TOKEN.test(token)) return no(REFUSED);
  const answer = await ask(dependencies, provider, token, post.ip);
  const wrongHost = answer.outcome === 'passed' ? foreignHost(form, post, answer.hostname) : undefined;
  if (answer.outcome === 'unreachable') {
    dependencies.unchecked({ form: form.id, provider, reason: answer.reason });
    return captcha.onFailure === 'refuse'
      ? { outcome: 'not_checked' }
      : { outcome: 'ok', proof: { result: 'unchecked', provider } };
  }
  if (answer.outcome === 'refused' || wrongHost !== undefined) {
    const reason = answer.outcome === 'refused' ? answer.reason : `passed on ${wrongHost}, where the form does not stand`;
    dependencies.refused({ form: form.id, provider, reason });
    return no(REFUSED);
  }
  const { hostname } = answer;
  return { outcome: 'ok', proof: { result: 'passed', provider, ...(hostname !== undefined && { hostname }) } };
}

/** As of every field: what stands behind “This …”. */
const MISSING = 'check that you are a person has not been passed yet';
const REFUSED = 'check that you are a person has failed or is too old: please do it once more';

/** Longer than either provider's, of letters that both use: nothing else is worth a question. */
const TOKEN = /^[\w.~+/=-]{1,8192}$/;

async function ask(
  { provider: captcha, secretOf }: CaptchaDependencies,
  provider: CaptchaProvider,
  token: string,
  ip: string | undefined,
): ReturnType<Captcha['verify']> {
  const secret = await secretOf(provider);
  if (secret === undefined) {
    return { outcome: 'unreachable', reason: `no secret is stored: rekindle captcha set --provider ${provider}` };
  }
  return captcha.verify({ provider, secret, token, ip });
}

/** A check that was passed elsewhere counts only where the form may be posted from; without a list, the provider's own holds. */
function foreignHost({ allowedOrigins }: Form, { ownOrigin }: FormPost, hostname: string | undefined): string | undefined {
  if (hostname === undefined || allowedOrigins === undefined || allowedOrigins.includes('*')) return undefined;
  const hosts = [...allowedOrigins, ...(ownOrigin === undefined ? [] : [ownOrigin])].map((origin) => URL.parse(origin)?.hostname);
  return hosts.includes(hostname) ? undefined : hostname;
}
