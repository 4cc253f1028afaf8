import type { CompiledMail, CompiledTemplate } from '#core/catalogue.ts';
import { isLocale } from '#schemas/primitives.ts';
import type { Problem } from '#schemas/problem.ts';
import type { Theme } from '#schemas/theme.ts';
import { compileMail, type MailResult } from './compile-mail.ts';
import { hash } from './hash.ts';
import type { FindPartial } from './partials.ts';
import type { Examples } from './sample-variables.ts';

export type TemplateSources = {
  /** By file: `templates/welcome.pt.mjml`. */
  readonly templates: Readonly<Record<string, string>>;
  readonly partials: Readonly<Record<string, string>>;
  readonly theme: Theme;
  /** The locale of the files that have none in their name. */
  readonly locale: string;
};

/** What is known of a template besides its compiled form, for the checks that need the journeys. */
export type TemplateInfo = {
  readonly name: string;
  readonly file: string;
  readonly required: readonly string[];
  readonly topic: string | undefined;
  readonly readsLoyalty: boolean;
  /** Every variable that one of its files reads. */
  readonly reads: readonly string[];
  /** Those of them that are put out as they are: without a value there is a hole. */
  readonly unguarded: readonly string[];
  /** Whether it has the link to confirm a form post in it. */
  readonly confirms: boolean;
  /** The examples of its front matter, by locale. */
  readonly examples: Readonly<Record<string, Examples>>;
};

export type TemplatesResult = {
  readonly compiled: readonly CompiledTemplate[];
  readonly infos: readonly TemplateInfo[];
  readonly problems: readonly Problem[];
};

export async function compileTemplates(sources: TemplateSources): Promise<TemplatesResult> {
  const problems: Problem[] = [];
  const groups = grouped(sources, problems);
  const compiled: CompiledTemplate[] = [];
  const infos: TemplateInfo[] = [];
  for (const [name, files] of groups) {
    const results: { file: string; locale: string; result: MailResult }[] = [];
    for (const { file, locale, source } of files) {
      const result = await compileMail({
        file,
        source,
        frame: { locale, theme: sources.theme },
        find: finder(sources.partials, locale),
      });
      problems.push(...result.problems);
      results.push({ file, locale, result });
    }
    problems.push(...withoutDefault(name, results, sources.locale));
    infos.push(infoOf(name, results));
    const template = assembled(name, results);
    if (template) compiled.push(template);
  }
  return { compiled, infos, problems };
}

type One = { readonly file: string; readonly locale: string; readonly result: MailResult };

function grouped(
  { templates, locale: defaultLocale }: TemplateSources,
  problems: Problem[],
): Map<string, { file: string; locale: string; source: string }[]> {
  const groups = new Map<string, { file: string; locale: string; source: string }[]>();
  for (const [file, source] of Object.entries(templates).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [, name = '', locale = defaultLocale] = /^templates\/([a-z0-9][a-z0-9-]{0,62})(?:\.([\w-]+))?\.mjml$/.exec(file) ?? [];
    if (name === '' || !isLocale(locale)) {
      problems.push({
        file,
        path: '',
        rule: 'unknown-file',
        severity: 'error',
        message: 'the name of the file is not that of a template',
        fix: 'name it like "welcome.mjml" or, for a locale, "welcome.pt.mjml"; small letters, digits and dashes',
      });
      continue;
    }
    const group = groups.get(name) ?? [];
    const same = group.find((one) => one.locale === locale);
    if (same)
      problems.push({
        file,
        path: '',
        rule: 'duplicate-id',
        severity: 'error',
        message: `the template "${name}" has two files for "${locale}": ${same.file} too`,
        fix: 'remove one of the two',
      });
    groups.set(name, [...group, { file, locale, source }]);
  }
  return groups;
}

function finder(partials: Readonly<Record<string, string>>, locale: string): FindPartial {
  const language = locale.split('-')[0] ?? locale;
  return (name) => {
    const files = [`${name}.${locale}`, `${name}.${language}`, name].flatMap((stem) => [
      `templates/partials/${stem}.mjml`,
      `templates/partials/${stem}.liquid`,
    ]);
    const file = files.find((one) => Object.hasOwn(partials, one));
    return file === undefined ? undefined : partials[file];
  };
}

function withoutDefault(name: string, results: readonly One[], locale: string): Problem[] {
  if (results.some((one) => one.locale === locale)) return [];
  const file = results[0]?.file ?? `templates/${name}.mjml`;
  return [
    {
      file,
      path: '',
      rule: 'locale-without-default',
      severity: 'error',
      message: `the template "${name}" has no file for the default locale "${locale}"`,
      fix: `add templates/${name}.mjml`,
    },
  ];
}

function required(results: readonly One[]): string[] {
  const stated = results.flatMap(({ result }) => result.frontMatter?.variables.map((one) => one.path) ?? []);
  return [...new Set([...stated, ...(confirms(results) ? [CONFIRM] : [])])].sort();
}

const CONFIRM = 'links.confirm';
const confirms = (results: readonly One[]): boolean => results.some(({ result }) => result.reads.includes(CONFIRM));

function infoOf(name: string, results: readonly One[]): TemplateInfo {
  const reads = [...new Set(results.flatMap(({ result }) => result.reads))].sort();
  return {
    name,
    file: results[0]?.file ?? '',
    required: required(results),
    reads,
    unguarded: [...new Set(results.flatMap(({ result }) => result.unguarded))].sort(),
    examples: Object.fromEntries(results.map(({ locale, result }) => [locale, result.frontMatter?.variables ?? []])),
    topic: results.map(({ result }) => result.frontMatter?.topic).find((topic) => topic !== undefined),
    readsLoyalty: reads.some((path) => path.startsWith('loyalty.')),
    confirms: confirms(results),
  };
}

function assembled(name: string, results: readonly One[]): CompiledTemplate | undefined {
  const locales: Record<string, CompiledMail> = {};
  for (const { locale, result } of results) {
    if (result.mail === undefined) return undefined;
    locales[locale] = result.mail;
  }
  const content = { locales, required: required(results) };
  return { name, version: hash(content), ...content };
}
