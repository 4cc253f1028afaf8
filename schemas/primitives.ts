/** The small values that all files share. Formats are regular expressions where they can be, so that editors check them too. */
import * as z from 'zod';
import { said } from './problem.ts';
import { didYouMean, listed } from './suggest.ts';

/** An object that refuses keys that it does not know, and says which one was probably meant. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      return issue.keys
        .map((key) => said(`"${key}" is not known here`, didYouMean(key, known, `known keys: ${listed(known, 20)}`)))
        .join('\n\n');
    },
  });
}

/** A check that also says what to do. */
export const otherwise = (message: string, fix: string) => ({ error: said(message, fix) });

export const SchemaName = z
  .string()
  .exactOptional()
  .describe('Where the JSON Schema of this file lies; editors use it to complete and check.');

export const Id = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    otherwise('an id is made of small letters, digits and dashes, at most 63', 'for instance "win-back"'),
  )
  .describe('Small letters, digits and dashes. Stays the same across versions: reports and running journeys refer to it.');

export const Name = z.string().min(1, otherwise('the text is empty', 'write a text')).max(200);
export const Description = z
  .string()
  .max(4000)
  .describe('For those who read this later: what it is for and why it is so.')
  .exactOptional();

export const Duration = z.iso
  .duration({
    ...otherwise('not a duration', 'write ISO 8601: "PT2H" is two hours, "P3D" three days, "P1M" a month'),
    abort: true,
  })
  .regex(/[1-9]/, otherwise('a duration of zero', 'write a duration above zero, for instance "PT1H"'))
  .describe('ISO 8601: PT15M, PT2H, P3D, P2W, P1M, P1Y.');

export const InstantText = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/,
    otherwise('not an instant', 'write "2026-11-27" or "2026-11-27T08:00:00Z"'),
  )
  .refine((text) => !Number.isNaN(Date.parse(text)), otherwise('no such day or time', 'check month, day and hour'))
  .describe('ISO 8601 with an offset: 2026-11-27T08:00:00Z. A day alone starts at midnight UTC.');

export const EventName = z
  .string()
  .min(1, otherwise('the name of the event is empty', 'name it as it is sent, for instance "Order Completed"'))
  .max(128, otherwise('the name of an event has at most 128 characters', 'shorten it'))
  .describe('The name of an event as it is sent, for instance "Order Completed".');

export const Path = z
  .string()
  .regex(/^[^.\s][^.]*(\.[^.]+)*$/, otherwise('not a name or a dotted path', 'for instance "country" or "address.city"'))
  .describe('A name, or a dotted path into it: "country", "address.city", "products.0.sku".');

export const Zone = z
  .string()
  .refine(isZone, otherwise('no such time zone', 'use an IANA name such as "Europe/Lisbon" or "America/New_York"'))
  .describe('An IANA time zone: Europe/Lisbon.');

export const Locale = z
  .string()
  .refine(isLocale, otherwise('not a language tag', 'use BCP 47, for instance "en", "pt" or "pt-BR"'))
  .describe('A language tag: en, pt, pt-BR.');

export const Currency = z
  .string()
  .refine((code) => currencies.has(code), otherwise('no such currency', 'use the three letters of ISO 4217, for instance "EUR"'))
  .describe('ISO 4217: EUR, USD, GBP.');

export const Url = z
  .string()
  .regex(
    /^https:\/\/[^\s/]+/,
    otherwise('not an https address', 'write a whole address, for instance "https://example.com/hook"'),
  )
  .max(2000);

/** A regular expression as text. It must compile, and be short enough to be read. */
export const Pattern = z
  .string()
  .max(500)
  .refine(
    compiles,
    otherwise('not a regular expression', 'check brackets and backslashes (a backslash is written \\\\ in JSON)'),
  );

export const JsonObject = z.record(z.string(), z.json());

const currencies = new Set(Intl.supportedValuesOf('currency'));

function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined && !/^[+-]/.test(zone);
  } catch {
    return false;
  }
}

export function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag;
  } catch {
    return false;
  }
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') !== undefined;
  } catch {
    return false;
  }
}
