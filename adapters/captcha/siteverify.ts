import { SiteverifyAnswer } from '#schemas/siteverify.ts';
import type { Captcha, CaptchaAnswer, CaptchaProvider } from '#usecases/ports.ts';

/** Documented at developers.cloudflare.com/turnstile/get-started/server-side-validation and docs.hcaptcha.com. */
const ADDRESSES: Readonly<Record<CaptchaProvider, string>> = {
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
  hcaptcha: 'https://api.hcaptcha.com/siteverify',
};

/** A person waits in front of the form meanwhile. */
const TIMEOUT_MS = 3_000;

export type SiteverifyOptions = {
  readonly addresses?: Readonly<Record<CaptchaProvider, string>>;
  readonly timeoutMs?: number;
};

/** Asks the provider whether a token stands for a passed check. Each token is good for one question. */
export function siteverify({ addresses = ADDRESSES, timeoutMs = TIMEOUT_MS }: SiteverifyOptions = {}): Captcha {
  return {
    verify: async ({ provider, secret, token, ip }) => {
      const body = new URLSearchParams({ secret, response: token, ...(ip !== undefined && { remoteip: ip }) });
      try {
        const signal = AbortSignal.timeout(timeoutMs);
        const response = await fetch(addresses[provider], { method: 'POST', body, signal, redirect: 'error' });
        const text = await response.text();
        return response.status >= 500 ? unreachable(`it answered ${response.status}`) : answerOf(text);
      } catch (fault) {
        return unreachable(reasonOf(fault));
      }
    },
  };
}

function answerOf(text: string): CaptchaAnswer {
  const read = SiteverifyAnswer.safeParse(jsonOf(text));
  if (!read.success) return unreachable('its answer is not understood');
  const { success, hostname, 'error-codes': codes = [] } = read.data;
  if (success) return { outcome: 'passed', ...(hostname !== undefined && { hostname }) };
  const reason = codes.join(', ') || 'no reason given';
  return codes.some((code) => OURS.has(code)) ? unreachable(reason) : { outcome: 'refused', reason };
}

/**
 * What the provider or our own secret is to blame for. Only what no sender can bring about stands here: codes about a token
 * refuse, or a wrong token would open the form.
 */
const OURS: ReadonlySet<string> = new Set(['missing-input-secret', 'invalid-input-secret', 'internal-error']);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreachable(reason: string): CaptchaAnswer {
  return { outcome: 'unreachable', reason };
}

/** `fetch` says only that it failed; its cause says why. */
function reasonOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  if (fault.name === 'TimeoutError') return 'it took too long';
  return fault.cause instanceof Error ? fault.cause.message || String((fault.cause as { code?: unknown }).code) : fault.message;
}
