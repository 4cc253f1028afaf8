import { steps } from '#core/journey/nested.ts';
import type { MailContent, ReleaseContent, TemplateContent } from '../read-release.ts';
import { type Difference, same } from './difference.ts';

export type TemplateChange = {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly locales: readonly LocaleChange[];
  /** Variables that must have a value, or the mail is not sent. */
  readonly required?: Difference;
  /** Steps that send it, as `journey/step`. */
  readonly sentBy: readonly string[];
};

type LocaleChange = {
  readonly locale: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly differences: readonly Difference[];
};

export function templateChanges(before: ReleaseContent | undefined, after: ReleaseContent): TemplateChange[] {
  const [old, now] = [byName(before), byName(after)];
  const senders = sendersOf(after);
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name): TemplateChange[] => {
    const [was, is] = [old.get(name), now.get(name)];
    if (was?.version === is?.version) return [];
    const locales = localeChanges(was, is);
    const isOther = was !== undefined && is !== undefined && !same(was.required, is.required);
    return [
      {
        name,
        change: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed',
        locales,
        ...(isOther && { required: { at: 'required', before: named(was.required), after: named(is.required) } }),
        sentBy: senders.get(name) ?? [],
      },
    ];
  });
}

const named = (paths: readonly string[]): string => (paths.length === 0 ? 'nothing' : paths.join(', '));

function localeChanges(was: TemplateContent | undefined, is: TemplateContent | undefined): LocaleChange[] {
  const [old, now] = [was?.locales ?? {}, is?.locales ?? {}];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].sort().flatMap((locale): LocaleChange[] => {
    const [before, after] = [old[locale], now[locale]];
    if (before === undefined) return after === undefined ? [] : [{ locale, change: 'added', differences: [mailSubject(after)] }];
    if (after === undefined) return [{ locale, change: 'removed', differences: [] }];
    const found = mailDifferences(before, after);
    return found.length === 0 ? [] : [{ locale, change: 'changed', differences: found }];
  });
}

const mailSubject = ({ subject }: MailContent): Difference => ({ at: 'subject', after: `“${subject}”` });

function mailDifferences(before: MailContent, after: MailContent): Difference[] {
  const texts = (['subject', 'preheader'] as const).flatMap((at): Difference[] =>
    before[at] === after[at] ? [] : [{ at, before: `“${before[at]}”`, after: `“${after[at]}”` }],
  );
  return before.hash === after.hash ? texts : [...texts, { at: 'body', after: 'changed' }];
}

function byName(content: ReleaseContent | undefined): Map<string, TemplateContent> {
  return new Map((content?.templates ?? []).map((one) => [one.name, one]));
}

function sendersOf({ release }: ReleaseContent): Map<string, string[]> {
  const all = release.journeys.flatMap((journey) =>
    steps(journey.steps).flatMap((step) =>
      step.type === 'send_email' ? [[step.template, `${journey.id}/${step.id}`] as const] : [],
    ),
  );
  return new Map(
    [...Map.groupBy(all, ([template]) => template)].map(([template, list]) => [template, list.map(([, step]) => step)]),
  );
}
