/** Templates outside of sending: as they lie in files, or as the current release has them. */
import type { CompiledMail, Release } from '#core/catalogue.ts';
import type { Problem } from '#schemas/problem.ts';
import type { Examples } from './compile-catalogue/sample-variables.ts';
import { type Catalogues, currentRelease } from './store/catalogue.ts';

export type MailSource = {
  readonly template: string;
  readonly version: string;
  readonly release: Release;
  /** The topic that the template names itself; what a journey says comes first. */
  readonly topic?: string;
  readonly locales: readonly string[];
  readonly required: readonly string[];
  readonly mail: (locale: string) => Promise<CompiledMail | undefined>;
  readonly examples: (locale: string) => Examples;
};

export type Drafted =
  | { readonly source: MailSource; readonly problems: readonly Problem[] }
  | { readonly source?: undefined; readonly problems: readonly Problem[]; readonly names: readonly string[] };

/**
 * One template as it lies in the files of a catalogue. Problems are those of its own files and of what they need; others do
 * not stand in the way. Without a source, either these are errors or `names` says which templates there are.
 */
export async function draftedMail(files: Readonly<Record<string, string>>, template: string): Promise<Drafted> {
  const [{ compileTemplates }, { readSources }] = await Promise.all([
    // Loaded when it is needed: the compiler of MJML takes longer to load than all the rest.
    import('./compile-catalogue/compile-templates.ts'),
    import('./compile-catalogue/sources.ts'),
  ]);
  const sources = readSources(files);
  const { policy, topics, loyalty, partials, theme } = sources;
  const needed = sources.problems.filter(({ file }) => NEEDED.test(file));
  const own = Object.entries(sources.templates).filter(([file]) => nameOf(file) === template);
  const names = [...new Set(Object.keys(sources.templates).map(nameOf))].sort();
  if (own.length === 0 || policy === undefined || topics === undefined) return { problems: needed, names };
  const locale = policy.value.locale;
  const mails = await compileTemplates({ templates: Object.fromEntries(own), partials, theme, locale });
  const problems = [...needed, ...mails.problems];
  const [compiled] = mails.compiled;
  const [info] = mails.infos;
  if (compiled === undefined || info === undefined || problems.some(({ severity }) => severity === 'error'))
    return { problems, names };
  const release: Release = {
    id: 'draft',
    topics: topics.value.topics,
    policy: policy.value,
    segments: [],
    forms: [],
    journeys: sources.journeys.map(({ value }) => value),
    ...(loyalty && { loyalty: loyalty.value }),
    templates: [],
  };
  const source: MailSource = {
    template,
    version: compiled.version,
    release,
    ...(info.topic !== undefined && { topic: info.topic }),
    locales: Object.keys(compiled.locales),
    required: compiled.required,
    mail: async (wanted) => compiled.locales[wanted],
    examples: (wanted) => info.examples[wanted] ?? [],
  };
  return { source, problems };
}

/** One template of the current release; undefined where nothing is published or the release has no such template. */
export async function releasedMail(catalogues: Catalogues, template: string): Promise<MailSource | undefined> {
  const release = await currentRelease(catalogues);
  const found = release?.templates.find(({ name }) => name === template);
  if (release === undefined || found === undefined) return undefined;
  const stored = await catalogues.template(found.version, found.locales[0] ?? release.policy.locale);
  return {
    template,
    version: found.version,
    release,
    locales: found.locales,
    required: stored?.required ?? [],
    mail: (locale) => catalogues.template(found.version, locale),
    examples: () => (stored?.required ?? []).map((path) => ({ path })),
  };
}

const NEEDED = /^catalogue\/(?:policy|topics|loyalty)\.json$|^templates\/theme\.json$/;

const nameOf = (file: string): string => file.replace(/^templates\/|(?:\.[\w-]+)?\.mjml$/g, '');
