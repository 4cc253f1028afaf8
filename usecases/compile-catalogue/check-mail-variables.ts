/** What mails read against what the journeys that send them have: a mail that can never be filled is found before anybody gets none. */
import type { Form, Journey } from '#core/catalogue.ts';
import type { Problem } from '#schemas/problem.ts';
import { rules } from '#schemas/rules.ts';
import { suggest } from '#schemas/suggest.ts';
import { attributesOf } from './check-conditions.ts';
import type { TemplateInfo } from './compile-templates.ts';
import { knownProperties } from './known-names.ts';
import type { Source, Sources } from './sources.ts';
import { type Path, stepsOf } from './walk.ts';

export function checkMailVariables(sources: Sources, infos: readonly TemplateInfo[]): Problem[] {
  const templates = new Map(infos.map((info) => [info.name, info]));
  const sent = sources.journeys.flatMap((source) =>
    stepsOf(source.value.steps).flatMap(({ step, path }) => {
      const info = step.type === 'send_email' ? templates.get(step.template) : undefined;
      if (info === undefined) return [];
      const at = [...path, 'template'];
      return [...neverThere(source, at, info, sources), ...slips(source, at, info, sources)];
    }),
  );
  return [...sent, ...infos.flatMap((info) => attributeSlips(info, attributesOf(sources)))];
}

function neverThere(source: Source<Journey>, path: Path, info: TemplateInfo, sources: Sources): Problem[] {
  const needed = [...new Set([...info.required, ...info.unguarded])];
  return needed
    .filter((variable) => !canOffer(source.value, sources, variable))
    .map((variable) =>
      source.report(
        path,
        'variable-not-offered',
        `the template "${info.name}" needs "${variable}", which a journey with the trigger "${source.value.trigger.type}" never has`,
      ),
    );
}

function canOffer(journey: Journey, sources: Sources, variable: string): boolean {
  const { trigger } = journey;
  if (variable.startsWith('loyalty.')) return sources.loyalty !== undefined;
  if (variable.startsWith('voucher.')) return issuesVoucher(journey);
  if (!variable.startsWith('event.')) return true;
  if (trigger.type === 'event' || trigger.type === 'api') return true;
  if (trigger.type !== 'form') return false;
  const fields = fieldsOf(sources, trigger.form);
  const [, root = '', name = ''] = variable.split('.');
  return root === 'fields' ? fields === undefined || fields.includes(name) : ofForm.has(root);
}

/** What an event of a form says besides its fields, which stand under "fields". */
const ofForm: ReadonlySet<string> = new Set(['form', 'consent']);

function issuesVoucher({ trigger, steps }: Journey): boolean {
  return trigger.type === 'voucher' || stepsOf(steps).some(({ step }) => step.type === 'issue_voucher');
}

/** Properties that are nearly those of the trigger, whether or not the mail has a default for them. */
function slips(source: Source<Journey>, path: Path, info: TemplateInfo, sources: Sources): Problem[] {
  const { trigger } = source.value;
  const known =
    trigger.type === 'event'
      ? knownProperties[trigger.event]
      : trigger.type === 'form'
        ? fieldsOf(sources, trigger.form)
        : undefined;
  if (known === undefined) return [];
  const prefix = trigger.type === 'form' ? 'event.fields.' : 'event.';
  const read = new Set(
    info.reads.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length).split('.')[0] ?? ''),
  );
  return [...read].flatMap((name) => {
    const near = known.includes(name) ? undefined : suggest(name, known);
    if (near === undefined) return [];
    const message = `the template "${info.name}" reads "${prefix}${name}", which is not a usual property of what starts the journey`;
    return [source.report(path, 'unknown-property', message, `did you mean "${prefix}${near}"?`)];
  });
}

function attributeSlips({ name, file, reads }: TemplateInfo, attributes: readonly string[]): Problem[] {
  const known = ['id', ...attributes];
  return reads.flatMap((path) => {
    const attribute = path.startsWith('customer.') ? path.slice('customer.'.length) : '';
    if (attribute === '' || known.some((one) => one === attribute || one.startsWith(`${attribute}.`))) return [];
    const near = suggest(attribute, known);
    if (near === undefined) return [];
    const message = `the template "${name}" reads "${path}", which is not a usual attribute`;
    const { severity } = rules['unknown-attribute'];
    return [{ file, path: '', rule: 'unknown-attribute', severity, message, fix: `did you mean "customer.${near}"?` }];
  });
}

function fieldsOf({ forms }: Sources, id: string): string[] | undefined {
  const form: Form | undefined = forms.find(({ value }) => value.id === id)?.value;
  return form?.fields.map(({ name }) => name);
}
