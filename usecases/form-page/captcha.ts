import type { Form } from '#core/catalogue.ts';
import { escapeHtml } from '#core/mail/escape.ts';
import { captchaWidgets } from '../submit-form/captcha-widgets.ts';

type Problems = readonly { readonly path: string; readonly message: string }[];

/** The widget of the form's captcha, which adds its field by itself; empty where the form has none. */
export function captchaHtml(form: Form, locale: string, errors: Problems): string {
  const { captcha } = form;
  if (captcha === undefined) return '';
  const { script, className, attributes } = captchaWidgets[captcha.provider];
  const error = errors.find(({ path }) => isCaptchaField(form, path))?.message;
  const data = Object.entries({ 'data-sitekey': captcha.siteKey, ...attributes(locale) });
  return `<div class="captcha" id="f-captcha" tabindex="-1" role="group" aria-label="Check that you are a person">
<div class="${className}"${data.map(([name, value]) => ` ${name}="${escapeHtml(value)}"`).join('')}></div>
${error === undefined ? '' : `<p class="error" id="f-captcha-error">This ${escapeHtml(error)}.</p>\n`}<noscript><p class="error">To send this form, please allow JavaScript for this page: it checks that you are a person.</p></noscript>
</div>
<script src="${script}" async defer></script>`;
}

export function isCaptchaField({ captcha }: Form, path: string): boolean {
  return captcha !== undefined && captchaWidgets[captcha.provider].field === path;
}
