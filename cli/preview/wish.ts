import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { JsonObject } from '#core/json.ts';
import type { MailWish } from '#schemas/mail-api.ts';
import type { Problem } from '#schemas/problem.ts';
import { didYouMean, listed } from '#schemas/suggest.ts';
import { draftedMail } from '#usecases/mail-source.ts';
import { type MailPreview, previewMail, UnfitOccasion } from '#usecases/preview-mail.ts';
import { apiOf } from '../api.ts';
import { type Context, Failure, Misuse, type Option, textOf } from '../command.ts';
import { filesOf } from '../files.ts';
import { problemLines } from '../problems.ts';

/** Which mail, for whom, on what occasion: options of every command that renders one. */
export const occasion: Readonly<Record<string, Option>> = {
  dir: { type: 'string', value: 'DIR', help: 'Where catalogue/ and templates/ lie; here, unless told' },
  released: { type: 'boolean', help: 'As the current release has it, and not as it lies in the files' },
  locale: { type: 'string', value: 'LOCALE', help: 'The language: pt, pt-BR; else the customer’s, else the default' },
  customer: { type: 'string', value: 'ID|EMAIL', help: 'With the data of this customer of a running system' },
  event: { type: 'string', value: 'FILE', help: 'JSON: the properties of the event that starts the journey' },
  journey: { type: 'string', value: 'ID', help: 'As this journey sends it; the first that does, unless told' },
  step: { type: 'string', value: 'ID', help: 'As this step sends it' },
};

export function wishOf(context: Context): MailWish {
  const [template, ...others] = context.args;
  if (template === undefined) throw new Misuse('TEMPLATE is missing: the name of a file in templates/, without .mjml');
  if (others.length > 0) throw new Misuse(`one TEMPLATE is enough: ${others.join(' ')} is too much`);
  const texts = Object.fromEntries(
    ['locale', 'customer', 'journey', 'step'].flatMap((name) => {
      const text = textOf(context, name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
  const event = eventOf(context);
  const released = context.options.released === true;
  const [, name = template, locale] = /^(?:.*\/)?([a-z0-9-]+)(?:\.([\w-]+))?\.mjml$/.exec(template) ?? [];
  return {
    template: name,
    ...(locale !== undefined && { locale }),
    ...texts,
    ...(!released && { files: filesOf({ ...context, args: [textOf(context, 'dir') ?? '.'] }) }),
    ...(event && { event }),
  };
}

/** Rendered here where the files are enough, and by the running system where its data are needed. */
export async function previewOf(
  context: Context,
  wish: MailWish,
): Promise<{ readonly preview: MailPreview; readonly problems: readonly Problem[] }> {
  if (wish.files === undefined || wish.customer !== undefined) {
    const { status, body } = await apiOf(context).call('POST', '/admin/v1/mails/preview', wish, [422]);
    if (status === 422) throw broken((body as { problems: readonly Problem[] }).problems);
    return { preview: body as MailPreview, problems: [] };
  }
  const drafted = await draftedMail(wish.files, wish.template);
  if (drafted.source === undefined) {
    if (drafted.problems.some(({ severity }) => severity === 'error')) throw broken(drafted.problems);
    throw new Failure(
      `there is no template ${wish.template}: ${didYouMean(wish.template, drafted.names, `there are ${listed(drafted.names, 40)}`)}`,
    );
  }
  try {
    return { preview: await previewMail(drafted.source, wishWithoutCustomer(wish), SAMPLE_LINKS), problems: drafted.problems };
  } catch (fault) {
    throw fault instanceof UnfitOccasion ? new Failure(fault.message) : fault;
  }
}

/** Whoever clicks in a preview should land nowhere by accident. */
const SAMPLE_LINKS = {
  unsubscribe: 'https://example.com/unsubscribe',
  preferences: 'https://example.com/preferences',
  view: 'https://example.com/view',
  confirm: 'https://example.com/confirm',
};

const wishWithoutCustomer = ({ locale, event, journey, step }: MailWish) => ({ locale, event, journey, step });

export function broken(problems: readonly Problem[]): Failure {
  return new Failure(['the template is not in order:', ...problemLines(problems)].join('\n'));
}

function eventOf(context: Context): JsonObject | undefined {
  const file = textOf(context, 'event');
  if (file === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(resolve(context.cwd, file), 'utf8'));
  } catch (fault) {
    throw new Failure(`${file} cannot be read as JSON: ${(fault as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Failure(`${file} holds no object: write { "order_id": "1001", … }`);
  // A whole call of the Segment API is as good as its properties.
  const { event, properties } = value as { event?: unknown; properties?: unknown };
  const isCall = typeof event === 'string' && typeof properties === 'object' && properties !== null;
  return (isCall ? properties : value) as JsonObject;
}
