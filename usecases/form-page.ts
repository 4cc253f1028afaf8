import type { Form } from '#core/catalogue.ts';
import { type Instant, toIso } from '#core/instant.ts';
import { escapeHtml } from '#core/mail/escape.ts';
import { captchaHtml, isCaptchaField } from './form-page/captcha.ts';
import { fieldHtml } from './form-page/field.ts';
import { style } from './form-page/style.ts';
import { STAMP } from './submit-form/fill-time.ts';

export type FormView = {
  readonly form: Form;
  readonly brand: { readonly name: string; readonly url?: string };
  readonly locale: string;
  /** What stands in the fields already. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** What is wrong, by the names of the fields. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  /** What stands above the form besides: that it has to be sent once more, for instance. */
  readonly notice?: string;
  /** When this page was made, sealed. */
  readonly stamp?: string | undefined;
  /** Names this copy of the page and when it was made, so that one that is sent twice is one post. */
  readonly copy?: { readonly id: string; readonly madeAt: Instant };
};

/** A page with the form, without scripts but that of its captcha, if it has one. It posts to its own address, so what stands in the query is kept. */
export function formPage({ form, brand, locale, values = {}, errors = [], notice, stamp, copy }: FormView): string {
  const fields = form.fields.map((field) =>
    fieldHtml({
      field,
      consentText: form.consent?.text,
      value: Object.hasOwn(values, field.name) ? values[field.name] : undefined,
      error: errors.find(({ path }) => path === field.name)?.message,
    }),
  );
  const description = form.fields.some(({ required }) => required === true)
    ? '<p class="hint">Fields marked <span class="star" aria-hidden="true">*</span><span class="unseen">with an asterisk</span> are required.</p>'
    : '';
  return page({
    locale,
    brand,
    title: errors.length > 0 ? `Please check: ${form.name}` : form.name,
    content: `<h1>${escapeHtml(form.name)}</h1>
${summary(form, errors)}${notice === undefined ? '' : `<div class="summary" role="alert">${escapeHtml(notice)}</div>`}
<form method="post" accept-charset="utf-8">
${description}
${fields.join('\n')}
${hidden('_messageId', copy?.id)}${hidden('_timestamp', copy && toIso(copy.madeAt))}${hidden(STAMP, stamp)}${honeypot(form)}${captchaHtml(form, locale, errors)}
<button type="submit">${escapeHtml(form.submitLabel ?? 'Send')}</button>
</form>`,
  });
}

/** What somebody sees who has sent the form. */
export function thanksPage({ form, brand, locale }: Pick<FormView, 'form' | 'brand' | 'locale'>): string {
  const back = brand.url === undefined ? '' : `<p><a href="${escapeHtml(brand.url)}">Go to ${escapeHtml(brand.name)}</a></p>`;
  return page({
    locale,
    brand,
    title: form.name,
    content: `<p class="tick" aria-hidden="true">✓</p>
<h1>${escapeHtml(form.name)}</h1>
<p role="status">${escapeHtml(form.thanks ?? 'Thank you. We have received what you sent.')}</p>
${back}`,
  });
}

/** A page that only says something: that there is no such form, for instance. */
export function noticePage(title: string, text: string): string {
  return page({ locale: 'en', title, content: `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(text)}</p>` });
}

type Page = { readonly locale: string; readonly brand?: FormView['brand']; readonly title: string; readonly content: string };

function page({ locale, brand, title, content }: Page): string {
  return `<!doctype html>
<html lang="${escapeHtml(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${escapeHtml(brand === undefined ? title : `${title} · ${brand.name}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
${brand === undefined ? '' : `<p class="brand">${escapeHtml(brand.name)}</p>\n`}${content}
</main>
</body>
</html>
`;
}

function summary(form: Form, errors: NonNullable<FormView['errors']>): string {
  if (errors.length === 0) return '';
  const items = errors.map(({ path, message }) => {
    const field = form.fields.find(({ name }) => name === path);
    if (isCaptchaField(form, path)) return `<li><a href="#f-captcha">This ${escapeHtml(message)}.</a></li>`;
    const text = `${escapeHtml(field === undefined ? path : field.type === 'consent' ? 'Consent' : field.label)}: ${escapeHtml(message)}`;
    return field === undefined || field.type === 'hidden'
      ? `<li>${text}</li>`
      : `<li><a href="#f-${escapeHtml(path)}">${text}</a></li>`;
  });
  return `<div class="summary" role="alert" tabindex="-1"><strong>Please check what you entered.</strong><ul>${items.join('')}</ul></div>`;
}

/** People do not see it, and neither a keyboard nor a screen reader comes to it: whoever fills it in is a robot. */
function honeypot({ honeypot: name }: Form): string {
  if (name === undefined) return '';
  const id = `f-${escapeHtml(name)}`;
  return `<div class="aside" aria-hidden="true"><label for="${id}">Leave this empty</label><input id="${id}" name="${escapeHtml(name)}" tabindex="-1" autocomplete="off"></div>`;
}

function hidden(name: string, value: string | undefined): string {
  return value === undefined ? '' : `<input type="hidden" name="${name}" value="${escapeHtml(value)}">\n`;
}
