/** The small values that all files share. Formats are regular expressions where they can be, so that editors check them too. */
import * as z from 'zod';
import { parseRecurrence } from '#core/recurrence.ts';
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

export const SignedDuration = z
  .string()
  .regex(
    /^-?P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/,
    otherwise('not a duration', 'write "P3D", or "-P3D" for before'),
  )
  .describe('ISO 8601, with a minus for before: -P7D.');

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

export const Rule = z
  .string()
  .max(500)
  .superRefine((text, context) => {
    const parsed = parseRecurrence(text);
    if (typeof parsed === 'string')
      context.addIssue({
        code: 'custom',
        message: said(`not a recurrence rule: ${parsed}`, 'write for instance "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9"'),
      });
  })
  .describe('A recurrence rule of RFC 5545, with FREQ of DAILY, WEEKLY, MONTHLY or YEARLY: FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9.');

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

export const Weekday = z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']);

export const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, otherwise('not a time of the day', 'write hours and minutes: "09:00"'))
  .describe(
    'HH:MM on a wall clock of 24 hours. A time that summer time skips comes as much later; one that comes twice counts once.',
  );

/** Hours of a wall clock; a window may cross midnight. */
export const hours = {
  from: TimeOfDay,
  to: TimeOfDay.describe('HH:MM. Earlier than "from" means on the next day.'),
  days: z.array(Weekday).min(1).describe('Days on which the window begins; every day where it is left out.').exactOptional(),
};

export const sameHours = otherwise('"from" and "to" are the same time: no hour would be left', 'leave some hours between them');

export const Cap = strict({
  max: z.int().min(1).max(100),
  per: Duration.describe('A sliding window: P1D is any 24 hours.'),
  topics: z
    .array(Id)
    .min(1)
    .describe('Only mails of these topics count; all marketing topics where it is left out.')
    .exactOptional(),
}).describe('At most so many marketing mails to one person in a period. Service mail is exempt.');

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
