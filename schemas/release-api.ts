/** Releases and catalogues in the admin API. */
import * as z from 'zod';
import { CatalogueProblem, Time } from './admin-api.ts';

/** Longest text of one file, and most files of one catalogue. */
const FILE_LENGTH_MAX = 400_000;
const FILES_MAX = 2000;

export const PublishRequest = z
  .strictObject({
    files: z
      .record(z.string().min(1).max(300), z.string().max(FILE_LENGTH_MAX))
      .refine((files) => Object.keys(files).length <= FILES_MAX, `at most ${FILES_MAX} files`)
      .describe(
        'Texts by path: "catalogue/journeys/welcome.json", "templates/welcome.pt.mjml". All of the catalogue, not only what changed.',
      ),
    note: z.string().max(1000).exactOptional().describe('What changed and why, for the list of releases.'),
    base: z
      .string()
      .max(100)
      .exactOptional()
      .describe('The release that this was made from. Where another one is current by now, the answer is 409.'),
  })
  .meta({ id: 'PublishRequest' });

const Release = z
  .object({
    id: z.string().describe('"rel_" and a hash of the content: the same content is the same release.'),
    at: Time.describe('When it became the current one.'),
    author: z.string(),
    note: z.string().optional(),
    current: z.boolean(),
    counts: z.record(z.enum(['journeys', 'segments', 'templates', 'forms', 'topics']), z.int()),
  })
  .meta({ id: 'Release' });

export const Published = z
  .object({
    id: z.string(),
    unchanged: z.boolean(),
    release: Release.optional(),
    problems: z.array(CatalogueProblem).describe('Warnings.'),
    notices: z
      .array(z.string())
      .describe('What the release needs that its files cannot hold: a secret for a captcha, for instance.'),
  })
  .meta({ id: 'Published' });

export const Releases = z.object({ items: z.array(Release), cursor: z.string().nullable() }).meta({ id: 'Releases' });

export const Content = z.record(z.string(), z.unknown());

export const ReleaseContent = z
  .object({
    id: z.string(),
    release: z
      .object({
        id: z.string(),
        topics: z.array(Content),
        policy: Content,
        segments: z.array(Content),
        forms: z.array(Content),
        journeys: z.array(Content),
        loyalty: Content.optional(),
        vouchers: z.array(Content).optional(),
        scoring: Content.optional(),
        prediction: Content.optional(),
        templates: z.array(z.object({ name: z.string(), version: z.string(), locales: z.array(z.string()) })),
      })
      .describe('As it was written in the files, with what they left out filled in; the JSON Schemas of the files describe it.'),
    templates: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        required: z.array(z.string()).describe('Variables without which the mail is not sent.'),
        locales: z.record(
          z.string(),
          z.object({ subject: z.string(), preheader: z.string(), hash: z.string().describe('Of the HTML and the text.') }),
        ),
      }),
    ),
  })
  .meta({ id: 'ReleaseContent' });

export const FillState = z
  .object({
    release: z.string(),
    startedAt: z.iso.datetime(),
    doneAt: z.iso.datetime().optional(),
    customers: z.int().describe('Customers that were asked for so far.'),
    shardsDone: z.int(),
    shards: z.int(),
  })
  .meta({ id: 'FillState' });
