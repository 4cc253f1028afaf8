import type { CompiledTemplate, Release } from '#core/catalogue.ts';
import type { Problem } from '#schemas/problem.ts';
import { checkBudgets } from './compile-catalogue/check-budgets.ts';
import { checkCircles } from './compile-catalogue/check-circles.ts';
import { checkConditions } from './compile-catalogue/check-conditions.ts';
import { checkFiles } from './compile-catalogue/check-files.ts';
import { checkHours } from './compile-catalogue/check-hours.ts';
import { checkJourneys } from './compile-catalogue/check-journeys.ts';
import { checkMailVariables } from './compile-catalogue/check-mail-variables.ts';
import { checkPredictions } from './compile-catalogue/check-predictions.ts';
import { checkReferences } from './compile-catalogue/check-references.ts';
import { checkScoring } from './compile-catalogue/check-scoring.ts';
import { compileTemplates } from './compile-catalogue/compile-templates.ts';
import { checkDoubleOptIn, withConfirmations, withConfirmationTopic } from './compile-catalogue/double-opt-in.ts';
import { hash } from './compile-catalogue/hash.ts';
import { readSources, type Sources } from './compile-catalogue/sources.ts';

export type { Problem };

export type CompiledCatalogue = {
  readonly release: Release;
  readonly templates: readonly CompiledTemplate[];
  /** The version of a journey is a hash of what it says; people in flight finish on the one that they entered. */
  readonly journeys: readonly { readonly id: string; readonly version: string }[];
};

/**
 * The files of a catalogue as one release, or all that is wrong with them at once. Keys are paths such as
 * `catalogue/journeys/welcome.json`, `templates/welcome.pt.mjml`. Warnings do not stand in the way of a release. The same
 * content gives the same ids, in whatever order the files come. Never throws for what a file says.
 */
export async function compileCatalogue(
  files: Readonly<Record<string, string>>,
): Promise<{ problems: readonly Problem[]; compiled?: CompiledCatalogue }> {
  const sources = readSources(files);
  const { templates, partials, theme } = sources;
  const mails = await compileTemplates({ templates, partials, theme, locale: sources.policy?.value.locale ?? 'en' });
  const problems = [
    ...sources.problems,
    ...checkFiles(sources),
    ...checkReferences(sources, mails.infos),
    ...checkConditions(sources),
    ...checkJourneys(sources),
    ...checkMailVariables(sources, mails.infos),
    ...checkBudgets(sources, mails.infos),
    ...checkDoubleOptIn(sources, mails.infos),
    ...checkCircles(sources),
    ...checkHours(sources),
    ...checkScoring(sources),
    ...checkPredictions(sources),
    ...mails.problems,
  ].sort(byPlace);
  if (problems.some((problem) => problem.severity === 'error')) return { problems };
  const compiled = assembled(sources, mails.compiled);
  return compiled === undefined ? { problems } : { problems, compiled };
}

function assembled(sources: Sources, templates: readonly CompiledTemplate[]): CompiledCatalogue | undefined {
  const { topics, policy, loyalty, scoring, prediction, vouchers } = sources;
  if (topics === undefined || policy === undefined) return undefined;
  const sorted = <Value extends { readonly id: string }>(list: readonly Value[]) =>
    [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
  const values = <Value extends { readonly id: string }>(list: readonly { readonly value: Value }[]) =>
    sorted(list.map(({ value }) => value));
  const forms = values(sources.forms);
  const content = {
    topics: withConfirmationTopic(topics.value.topics, forms),
    policy: policy.value,
    segments: values(sources.segments),
    forms,
    journeys: sorted(withConfirmations(values(sources.journeys), forms)),
    ...(loyalty && { loyalty: loyalty.value }),
    ...(scoring && { scoring: scoring.value }),
    ...(prediction && { prediction: { settings: prediction.value } }),
    ...(vouchers && { vouchers: vouchers.value.pools }),
    templates: templates
      .map(({ name, version, locales }) => ({ name, version, locales: Object.keys(locales).sort() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  const release: Release = { id: `rel_${hash(content)}`, ...content };
  return { release, templates, journeys: release.journeys.map((journey) => ({ id: journey.id, version: hash(journey) })) };
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
