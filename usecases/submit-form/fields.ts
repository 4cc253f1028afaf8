import type { Form, FormField } from '#core/catalogue.ts';
import { normalEmail } from '#core/identity.ts';
import type { Json, JsonObject } from '#core/json.ts';

export type FieldProblem = { readonly path: string; readonly message: string };

export type FormFields = {
  /** By name; without the consent and without what was left empty. */
  readonly fields: JsonObject;
  readonly email: string | undefined;
  readonly anonymousId: string | undefined;
  /** Whether the person ticked what the form asks consent for. */
  readonly consents: boolean;
};

/** Longest text of a field that states no length of its own. */
const TEXT_LENGTH_MAX = 1000;
const ANONYMOUS_ID_LENGTH_MAX = 256;

/** Reads the fields of a form out of what was posted; what the form does not name is not looked at. */
export function readFormFields(
  form: Form,
  values: Readonly<Record<string, unknown>>,
): FormFields | { readonly errors: readonly FieldProblem[] } {
  const errors: FieldProblem[] = [];
  const fields: [string, Json][] = [];
  let consents = false;
  for (const field of form.fields) {
    const read = readField(field, Object.hasOwn(values, field.name) ? values[field.name] : undefined);
    if (read.message !== undefined) errors.push({ path: field.name, message: read.message });
    else if (field.type === 'consent') consents ||= read.value === true;
    else if (read.value !== undefined) fields.push([field.name, read.value]);
  }
  const byName = Object.fromEntries(fields);
  const email = form.fields.flatMap(({ type, name }) =>
    type === 'email' && Object.hasOwn(byName, name) ? [String(byName[name])] : [],
  )[0];
  const anonymousId = anonymousIdOf(values);
  if (errors.length === 0 && email === undefined && anonymousId === undefined) errors.push(nobody(form));
  return errors.length > 0 ? { errors } : { fields: byName, email, anonymousId, consents };
}

type Read = { readonly value?: Json | undefined; readonly message?: string };

function readField(field: FormField, posted: unknown): Read {
  if (field.type === 'checkbox' || field.type === 'consent') return readTick(field, posted);
  if (posted !== undefined && posted !== null && !['string', 'number', 'boolean'].includes(typeof posted)) {
    return { message: 'must be a single value' };
  }
  const text = String(posted ?? '').trim();
  if (text === '') return field.required === true ? { message: 'is required' } : {};
  return readText(field, text);
}

function readTick({ type, required }: FormField, posted: unknown): Read {
  const text = posted === undefined || posted === null ? '' : String(posted).trim().toLowerCase();
  const ticked = TICKED.has(text);
  // Consent is given in so many words or not at all; any other field says what it did not understand.
  if (type === 'checkbox' && !ticked && !NOT_TICKED.has(text)) return { message: 'must be "on" or left out' };
  if (required === true && !ticked) return { message: 'must be ticked' };
  return text === '' ? {} : { value: ticked };
}

const TICKED = new Set(['on', 'true', '1', 'yes']);
const NOT_TICKED = new Set(['', 'off', 'false', '0', 'no']);

function readText(field: FormField, text: string): Read {
  const lengthMax = field.maxLength ?? TEXT_LENGTH_MAX;
  if (text.length > lengthMax) return { message: `must have at most ${lengthMax} characters` };
  if (UNPRINTABLE.test(text)) return { message: 'has a character that cannot be printed' };
  if (field.pattern !== undefined && !new RegExp(`^(?:${field.pattern})$`, 'u').test(text))
    return { message: 'has not the form that is asked for' };
  return readTyped(field, text);
}

// Control characters but tab and line ends, and halves of surrogate pairs.
const UNPRINTABLE = /[^\P{Cc}\t\r\n]|\p{Cs}/u;

function readTyped({ type, options }: FormField, text: string): Read {
  switch (type) {
    case 'email': {
      const email = normalEmail(text);
      return email === undefined ? { message: 'is not an e-mail address' } : { value: email };
    }
    case 'tel':
      return /^\+?[\d\s().\-/]{3,40}$/.test(text) ? { value: text } : { message: 'is not a telephone number' };
    case 'number':
      return /^[+-]?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? { value: Number(text) } : { message: 'is not a number' };
    case 'date':
      return isDay(text) ? { value: text } : { message: 'is not a date: year-month-day, for instance 1990-05-31' };
    case 'select':
      return options?.includes(text) === true ? { value: text } : { message: 'is none of the choices' };
    default:
      return { value: text };
  }
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

function anonymousIdOf(values: Readonly<Record<string, unknown>>): string | undefined {
  const id = Object.hasOwn(values, '_anonymousId') ? values._anonymousId : undefined;
  const text = typeof id === 'string' || typeof id === 'number' ? String(id).trim() : '';
  return text === '' || text.length > ANONYMOUS_ID_LENGTH_MAX || /[\p{Cc}\p{Cs}]/u.test(text) ? undefined : text;
}

function nobody({ fields }: Form): FieldProblem {
  const field = fields.find(({ type }) => type === 'email');
  return { path: field?.name ?? '_anonymousId', message: 'is required: nothing else says who this is' };
}
