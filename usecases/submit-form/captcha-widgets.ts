import type { CaptchaProvider } from '../ports.ts';

export type CaptchaWidget = {
  /** The field that the widget adds to the form around it. */
  readonly field: string;
  readonly script: string;
  readonly className: string;
  /** Attributes of the element that becomes the widget, besides its class and site key. */
  readonly attributes: (locale: string) => Readonly<Record<string, string>>;
  /** What a page's policy must allow, by directive. */
  readonly sources: { readonly [directive in 'script' | 'frame' | 'style' | 'connect']?: string };
};

const HCAPTCHA = 'https://hcaptcha.com https://*.hcaptcha.com';

/** Sources: developers.cloudflare.com/turnstile (widget configurations, content security policy) and docs.hcaptcha.com. */
export const captchaWidgets: Readonly<Record<CaptchaProvider, CaptchaWidget>> = {
  turnstile: {
    field: 'cf-turnstile-response',
    script: 'https://challenges.cloudflare.com/turnstile/v0/api.js',
    className: 'cf-turnstile',
    attributes: (locale) => ({ 'data-language': locale.toLowerCase(), 'data-size': 'flexible' }),
    sources: { script: 'https://challenges.cloudflare.com', frame: 'https://challenges.cloudflare.com' },
  },
  hcaptcha: {
    field: 'h-captcha-response',
    script: 'https://js.hcaptcha.com/1/api.js',
    className: 'h-captcha',
    attributes: (locale) => ({ 'data-hl': locale }),
    sources: { script: HCAPTCHA, frame: HCAPTCHA, style: HCAPTCHA, connect: HCAPTCHA },
  },
};
