import type { CompiledMail, Release } from '#core/catalogue.ts';
import { hash } from './compile-catalogue/hash.ts';
import type { CompiledCatalogue } from './compile-catalogue.ts';
import type { Table } from './ports.ts';
import { releaseNotes } from './releases.ts';
import type { Catalogues } from './store/catalogue.ts';

/** What a release says, small enough to be compared anywhere: of mails the subject, and a hash that tells whether the rest differs. */
export type ReleaseContent = {
  readonly id: string;
  readonly release: Release;
  readonly templates: readonly TemplateContent[];
};

export type TemplateContent = {
  readonly name: string;
  readonly version: string;
  readonly required: readonly string[];
  readonly locales: Readonly<Record<string, MailContent>>;
};

export type MailContent = { readonly subject: string; readonly preheader: string; readonly hash: string };

export type ReadReleaseDependencies = { readonly table: Table; readonly catalogues: Catalogues };

/** A release that was published at some time, by its id or as "current"; undefined where there is none. */
export async function readRelease(
  { catalogues, table }: ReadReleaseDependencies,
  name: string,
): Promise<ReleaseContent | undefined> {
  const id = name === 'current' ? await catalogues.current() : await published(table, name);
  if (id === undefined) return undefined;
  const release = await catalogues.release(id);
  const templates = await Promise.all(
    release.templates.map(async ({ locales, ...template }) => {
      const found = await Promise.all(
        locales.map(async (locale) => [locale, await catalogues.template(template.version, locale)] as const),
      );
      const mails = found.flatMap(([locale, mail]) => (mail === undefined ? [] : [[locale, mail] as const]));
      return {
        ...template,
        required: mails[0]?.[1].required ?? [],
        locales: Object.fromEntries(mails.map(([locale, mail]) => [locale, mailContent(mail)])),
      };
    }),
  );
  return { id, release, templates };
}

/** The same of a catalogue that is not published yet. */
export function contentOf({ release, templates }: Pick<CompiledCatalogue, 'release' | 'templates'>): ReleaseContent {
  const contents = templates.map(({ name, version, required, locales }) => ({
    name,
    version,
    required,
    locales: Object.fromEntries(Object.entries(locales).map(([locale, mail]) => [locale, mailContent(mail)])),
  }));
  return { id: release.id, release, templates: contents.sort((one, other) => (one.name < other.name ? -1 : 1)) };
}

async function published(table: Table, id: string): Promise<string | undefined> {
  return (await releaseNotes(table)).find((note) => note.id === id)?.id;
}

function mailContent({ subject, preheader, html, text }: CompiledMail): MailContent {
  return { subject, preheader, hash: hash({ html, text }) };
}
