import type { FormField } from '#core/catalogue.ts';
import { escapeHtml } from '#core/mail/escape.ts';

export type FieldView = {
  readonly field: FormField;
  readonly consentText: string | undefined;
  readonly value: unknown;
  readonly error: string | undefined;
};

/** One field with its label and, where there is one, what is wrong with it. */
export function fieldHtml(view: FieldView): string {
  switch (view.field.type) {
    case 'hidden':
      return `<input type="hidden"${attributes({ name: view.field.name, value: text(view.value) })}>`;
    case 'checkbox':
    case 'consent':
      return tick(view);
    case 'select':
      return block(view, `<select${attributes(shared(view))}>${choices(view)}</select>`);
    default:
      return block(view, `<input${attributes({ ...shared(view), ...typed(view.field), value: text(view.value) })}>`);
  }
}

function block(view: FieldView, input: string): string {
  const { field } = view;
  return `<div class="field"><label for="${idOf(field)}">${escapeHtml(field.label)}${star(field)}</label>${input}${errorHtml(view)}</div>`;
}

function tick(view: FieldView): string {
  const { field, consentText, value } = view;
  const isTicked = ['on', 'true', '1', 'yes'].includes(text(value).toLowerCase());
  // What is consented to is what the person must have read: the words that are kept as proof.
  const label = field.type === 'consent' ? (consentText ?? field.label) : field.label;
  const input = `<input type="checkbox"${attributes({ ...shared(view), value: 'on' })}${isTicked ? ' checked' : ''}>`;
  return `<div class="field"><div class="tickable">${input}<label for="${idOf(field)}">${escapeHtml(label)}${star(field)}</label></div>${errorHtml(view)}</div>`;
}

function choices({ field, value }: FieldView): string {
  const options = (field.options ?? []).map(
    (option) => `<option${option === text(value) ? ' selected' : ''}>${escapeHtml(option)}</option>`,
  );
  return `<option value="">Please choose</option>${options.join('')}`;
}

function shared({ field, error }: FieldView): Record<string, string | undefined> {
  return {
    id: idOf(field),
    name: field.name,
    autocomplete: field.type === 'checkbox' || field.type === 'consent' ? undefined : autocomplete(field),
    required: field.required === true ? '' : undefined,
    'aria-invalid': error === undefined ? undefined : 'true',
    'aria-describedby': error === undefined ? undefined : `${idOf(field)}-error`,
  };
}

function typed({ type, maxLength, pattern }: FormField): Record<string, string | undefined> {
  if (type === 'number') return { type: 'number', step: 'any', inputmode: 'decimal' };
  if (type === 'date') return { type: 'date' };
  return {
    type,
    maxlength: String(maxLength ?? (type === 'email' ? 254 : 1000)),
    pattern,
    inputmode: type === 'email' ? 'email' : undefined,
    autocapitalize: type === 'email' ? 'none' : undefined,
    spellcheck: type === 'email' ? 'false' : undefined,
  };
}

/** What a browser may fill in by itself (the tokens of the HTML standard), as far as the name of the field tells. */
function autocomplete({ type, name }: FormField): string {
  if (type === 'email' || type === 'tel') return type;
  return TOKENS[name.toLowerCase().replaceAll('_', '')] ?? 'on';
}

const TOKENS: Readonly<Record<string, string>> = {
  name: 'name',
  fullname: 'name',
  firstname: 'given-name',
  lastname: 'family-name',
  username: 'username',
  company: 'organization',
  organization: 'organization',
  title: 'organization-title',
  birthday: 'bday',
  gender: 'sex',
  website: 'url',
  street: 'street-address',
  address: 'street-address',
  city: 'address-level2',
  state: 'address-level1',
  postalcode: 'postal-code',
  zip: 'postal-code',
  country: 'country-name',
};

function errorHtml({ field, error }: FieldView): string {
  return error === undefined ? '' : `<p class="error" id="${idOf(field)}-error">This ${escapeHtml(error)}.</p>`;
}

function star({ required }: FormField): string {
  return required === true ? '<span class="star" aria-hidden="true">&nbsp;*</span>' : '';
}

const idOf = ({ name }: FormField): string => `f-${escapeHtml(name)}`;

const text = (value: unknown): string => (['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '');

/** Attributes in quotes; what is undefined is left out, and an empty text is an attribute without a value. */
function attributes(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : value === '' ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`))
    .join('');
}
