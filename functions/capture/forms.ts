import type { Form } from '#core/catalogue.ts';
import { type FormView, formPage, noticePage, thanksPage } from '#usecases/form-page.ts';
import { currentRelease } from '#usecases/store/catalogue.ts';
import { captchaWidgets } from '#usecases/submit-form/captcha-widgets.ts';
import { STAMP } from '#usecases/submit-form/fill-time.ts';
import {
  FORM_BYTES_MAX,
  findForm,
  pageStamp,
  type SubmitFormDependencies,
  type Submitted,
  submitForm,
} from '#usecases/submit-form.ts';
import { type Posted, readFields } from '../edge/body.ts';
import { html, type Reply, type Request, type Routes, seeOther } from '../edge/http.ts';
import { problem } from '../edge/problem.ts';
import { contentSecurityPolicy } from '../edge/security-headers.ts';

/** Forms: their own page, and what they post, wherever they stand. */
export function formRoutes(dependencies: SubmitFormDependencies): Routes {
  return {
    'GET /f/{form}': (request) => show(dependencies, request),
    'POST /f/{form}': (request) => submit(dependencies, request),
  };
}

async function show(dependencies: SubmitFormDependencies, request: Request): Promise<Reply> {
  const { catalogues, now } = dependencies;
  const form = await findForm(catalogues, request.params.form ?? '');
  if (form === undefined) throw unknownForm(request);
  const view = await viewOf(catalogues, form);
  if (request.query.thanks === '1') return html(200, thanksPage(view));
  return html(
    200,
    formPage({
      ...view,
      values: filledIn(form, request.query),
      copy: { id: request.id, madeAt: now() },
      stamp: await pageStamp(dependencies, form),
    }),
    pageHeaders(form),
  );
}

/** An address may fill fields in, but consent is nobody's to give but the person's: a box that was ticked before is none. */
function filledIn({ fields }: Form, query: Request['query']): Record<string, string> {
  const consents = new Set(fields.flatMap(({ type, name }) => (type === 'consent' ? [name] : [])));
  return Object.fromEntries(Object.entries(query).filter(([name]) => !consents.has(name)));
}

async function submit(dependencies: SubmitFormDependencies, request: Request): Promise<Reply> {
  const posted = readFields(request, { bytesMax: FORM_BYTES_MAX });
  const { headers, params, query, origin: ownOrigin, ip, userAgent, id: requestId } = request;
  const submitted = await submitForm(dependencies, {
    form: params.form ?? '',
    values: { ...campaignOf(query), ...posted.values },
    origin: headers.origin,
    ownOrigin,
    pageUrl: headers.referer,
    ip,
    userAgent,
    acceptLanguage: headers['accept-language'],
    requestId,
  });
  switch (submitted.outcome) {
    case 'unknown_form':
      throw unknownForm(request);
    case 'origin_refused':
      throw problem(403, 'Forbidden', { detail: 'This form may not be sent from that site.' });
    case 'too_fast':
      return again(dependencies, request, posted, submitted.form);
    case 'too_many':
      throw tooMany(request, submitted.againSeconds);
    case 'not_checked':
      return notChecked(dependencies, request, posted, submitted.form);
    case 'invalid':
      return invalid(dependencies, request, posted, submitted);
    case 'accepted':
      return wantsJson(request, posted) ? { status: 200, body: taken(submitted.form) } : seeOther(nextAddress(submitted.form));
  }
}

async function invalid(
  { catalogues, now }: SubmitFormDependencies,
  request: Request,
  posted: Posted,
  { form, errors }: Extract<Submitted, { outcome: 'invalid' }>,
): Promise<Reply> {
  if (wantsJson(request, posted)) {
    throw problem(422, 'Unprocessable Content', { detail: 'Some fields are missing or not valid.', errors });
  }
  const view = await viewOf(catalogues, form);
  return html(
    422,
    formPage({ ...view, values: posted.values, errors, copy: { id: request.id, madeAt: now() } }),
    pageHeaders(form),
  );
}

/** Nobody is to blame who sent it: all stands in the form still, to be sent once more. */
async function notChecked(
  { catalogues, now }: SubmitFormDependencies,
  request: Request,
  posted: Posted,
  form: Form,
): Promise<Reply> {
  const notice = 'We cannot check right now that you are a person. Please send it once more in a minute.';
  const headers = { 'retry-after': '60' };
  if (wantsJson(request, posted)) throw problem(503, 'Service Unavailable', { detail: notice, headers });
  const copy = { id: request.id, madeAt: now() };
  const page = formPage({ ...(await viewOf(catalogues, form)), values: posted.values, notice, copy });
  return html(503, page, { ...pageHeaders(form), ...headers });
}

/** A person who was very fast loses nothing: all stands in the form still, and the second time it is taken. */
async function again({ catalogues, now }: SubmitFormDependencies, request: Request, posted: Posted, form: Form): Promise<Reply> {
  const notice = 'That was very fast. Please send it once more, so that we know that you are a person.';
  if (wantsJson(request, posted)) throw problem(422, 'Unprocessable Content', { detail: notice });
  const stamp = String(posted.values[STAMP]);
  const copy = { id: request.id, madeAt: now() };
  return html(
    422,
    formPage({ ...(await viewOf(catalogues, form)), values: posted.values, notice, stamp, copy }),
    pageHeaders(form),
  );
}

/** Said in minutes to people, and in seconds to programs. */
function tooMany({ headers }: Request, seconds: number): Error {
  const minutes = Math.ceil(seconds / 60);
  const detail = `There were too many posts. Please try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
  const options = { detail, headers: { 'retry-after': String(seconds) } };
  const page = headers.accept?.includes('text/html') ? { page: noticePage('Please try again later', detail) } : {};
  return problem(429, 'Too Many Requests', { ...options, ...page });
}

async function viewOf(
  catalogues: SubmitFormDependencies['catalogues'],
  form: Form,
): Promise<Pick<FormView, 'form' | 'brand' | 'locale'>> {
  const release = await currentRelease(catalogues);
  if (release === undefined) throw new Error('the current release is gone');
  const { brand, locale } = release.policy;
  return { form, brand, locale };
}

/** A browser that follows the form's redirect asks the page's policy too; a captcha's widget may load what it needs. */
function pageHeaders({ redirect, captcha }: Form): Record<string, string> {
  const formAction = redirect?.startsWith('http') ? new URL(redirect).origin : '';
  const widget = captcha && captchaWidgets[captcha.provider].sources;
  return { 'content-security-policy': contentSecurityPolicy({ formAction, ...(widget && { widget }) }) };
}

function nextAddress({ id, redirect }: Form): string {
  return redirect ?? `/f/${id}?thanks=1`;
}

/** For a script that shows what a page would have shown: the form's own thanks, or where it leads. */
function taken({ thanks, redirect }: Form): object {
  return { ok: true, ...(thanks !== undefined && { thanks }), ...(redirect !== undefined && { redirect }) };
}

/** The page posts to its own address, with the campaign in it that brought the visitor. */
function campaignOf(query: Request['query']): Record<string, string> {
  return Object.fromEntries(Object.entries(query).filter(([name]) => name.startsWith('utm_')));
}

function wantsJson({ headers }: Request, { type }: Pick<Posted, 'type'>): boolean {
  const accept = headers.accept ?? '';
  return type === 'json' || (accept.includes('application/json') && !accept.includes('text/html'));
}

/** People get a page, programs a problem document. */
function unknownForm({ headers }: Request): Error {
  const detail = 'There is no such form.';
  if (!headers.accept?.includes('text/html')) return problem(404, 'Not Found', { detail });
  return problem(404, 'Not Found', { detail, page: noticePage('No such form', 'The form is not here, or not here any more.') });
}
