import type { JsonObject } from '#core/json.ts';
import { MailPreview, MailPreviewRequest, MailTestRequest, MailTestSent, type MailWish } from '#schemas/mail-api.ts';
import { draftedMail, type MailSource, releasedMail } from '#usecases/mail-source.ts';
import type { MailLinks } from '#usecases/mail-variables.ts';
import { type MailPreview as Previewed, previewMail, UnfitOccasion } from '#usecases/preview-mail.ts';
import { findPerson, type ReadDependencies } from '#usecases/read-customer.ts';
import { sendTest, type TestDependencies, type TestSent } from '#usecases/send-test.ts';
import { currentRelease } from '#usecases/store/catalogue.ts';
import { latestEvent } from '#usecases/store/events.ts';
import { readJson } from '../edge/body.ts';
import type { Reply, Request } from '../edge/http.ts';
import { problem, problemReply, withMembers } from '../edge/problem.ts';
import type { Authorised } from './authorise.ts';
import { type AdminRoute, checked } from './route.ts';

export type MailDependencies = ReadDependencies & TestDependencies & { readonly publicUrl: string };

/** API Gateway hands over at most 6 MB. */
const BODY_BYTES_MAX = 8 * 1024 * 1024;

const refusals = {
  400: { description: 'The body cannot be used, or asks for what the template does not do.' },
  404: { description: 'No such template, or nobody is known by this id.' },
  422: { description: 'The files have errors.' },
};

export function mailRoutes(dependencies: MailDependencies): AdminRoute[] {
  return [
    {
      method: 'POST',
      path: '/admin/v1/mails/preview',
      summary: 'Renders a template of a draft, or of the current release, for a customer or with sample values; sends nothing',
      scope: 'customers:read',
      request: MailPreviewRequest,
      answers: { 200: { description: 'The mail.', schema: MailPreview }, ...refusals },
      handle: async (request) => {
        const wish = checked(MailPreviewRequest, readJson(request, { bytesMax: BODY_BYTES_MAX }));
        const made = await previewed(dependencies, wish);
        return 'preview' in made ? { status: 200, body: made.preview } : made;
      },
    },
    {
      method: 'POST',
      path: '/admin/v1/mails/test',
      summary: 'Sends a template to one address as a test, through SES',
      scope: 'mails:test',
      request: MailTestRequest,
      answers: {
        200: { description: 'SES has taken it.', schema: MailTestSent },
        ...refusals,
        403: { description: 'The address may not get test mails, or the key may not read the customer.' },
        502: { description: 'SES did not take it.' },
      },
      handle: async (request, who) => tested(dependencies, request, who),
    },
  ];
}

async function tested(dependencies: MailDependencies, request: Request, { name, scopes }: Authorised): Promise<Reply> {
  const { to, anyAddress = false, ...wish } = checked(MailTestRequest, readJson(request, { bytesMax: BODY_BYTES_MAX }));
  if (wish.customer !== undefined && !scopes.includes('*') && !scopes.includes('customers:read'))
    throw problem(403, 'Forbidden', { detail: `The key “${name}” lacks the scope customers:read, to show a customer's data.` });
  const made = await previewed(dependencies, wish);
  if (!('preview' in made)) return made;
  const { preview, source } = made;
  const absent = preview.variables.filter(({ value, required }) => required && value === undefined).map(({ path }) => path);
  if (absent.length > 0)
    throw problem(400, 'Bad Request', { detail: `There is no value for ${absent.join(', ')}: give the event that has it.` });
  const policy = (await currentRelease(dependencies.catalogues))?.policy;
  return told(
    await sendTest(dependencies, { to, preview, policy, sender: source.release.policy.sender, anyAddress }),
    to,
    preview,
  );
}

function told(sent: TestSent, to: string, { subject }: Previewed): Reply {
  switch (sent.outcome) {
    case 'sent':
      return { status: 200, body: { to, subject: `[Test] ${subject}`, id: sent.id } };
    case 'not_allowed':
      throw problem(403, 'Forbidden', { detail: sent.reason });
    case 'unknown':
      throw problem(502, 'Nobody knows whether SES took it', { detail: sent.reason });
    default:
      throw problem(502, 'SES did not take it', { detail: sent.reason });
  }
}

/** The mail, or the reply that says what is wrong with the files. */
async function previewed(
  dependencies: MailDependencies,
  { template, files, customer: id, event, ...occasion }: MailWish,
): Promise<Reply | { readonly preview: Previewed; readonly source: MailSource }> {
  const drafted = files === undefined ? undefined : await draftedMail(files, template);
  if (drafted !== undefined && drafted.source === undefined && drafted.problems.length > 0)
    return withMembers(problemReply(problem(422, 'The files have errors')), { problems: drafted.problems });
  const source = drafted === undefined ? await releasedMail(dependencies.catalogues, template) : drafted.source;
  if (source === undefined) throw problem(404, 'No such template', { detail: `There is no template ${template}.` });
  const customer = id === undefined ? undefined : (await findPerson(dependencies.table, id))?.customer;
  if (id !== undefined && customer === undefined)
    throw problem(404, 'No such customer', { detail: 'Nobody is known by this id.' });
  const started = event ?? (customer && (await latestTrigger(dependencies, source, { ...occasion, customer: customer.id })));
  try {
    return { source, preview: await previewMail(source, { ...occasion, customer, event: started }, linksOf(dependencies)) };
  } catch (fault) {
    if (!(fault instanceof UnfitOccasion)) throw fault;
    throw problem(400, 'Bad Request', { detail: fault.message });
  }
}

/** What last started, or would have started, the journey that sends the template to this customer. */
async function latestTrigger(
  { table }: MailDependencies,
  { release, template }: MailSource,
  { customer, journey }: { readonly customer: Parameters<typeof latestEvent>[1]; readonly journey?: string },
): Promise<JsonObject | undefined> {
  const text = `"template":${JSON.stringify(template)}`;
  const sending = release.journeys.find((one) => (journey ?? one.id) === one.id && JSON.stringify(one.steps).includes(text));
  const trigger = sending?.trigger;
  if (trigger?.type === 'event') return (await latestEvent(table, customer, { name: trigger.event }))?.properties;
  if (trigger?.type === 'form') return (await latestEvent(table, customer, { form: trigger.form }))?.properties;
  return undefined;
}

/** They look like those of a mail that is sent, and say nothing: whoever follows them is told that the link cannot be used. */
function linksOf({ publicUrl }: MailDependencies): MailLinks {
  const link = (path: string): string => `${publicUrl}/${path}/test`;
  return { unsubscribe: link('u'), preferences: link('p'), view: link('v'), confirm: link('c') };
}
