/** Calls of the Segment HTTP API, as real clients send them: what is not named here (integrations, writeKey, channel …) falls away. */
// The small form of zod: `capture` parses nothing else, and the whole of it would be an eighth of what it loads.
import * as z from 'zod/mini';
import type { JsonObject } from '#core/json.ts';

/** Levels of objects and lists inside one call. */
export const DEPTH_MAX = 32;

// Control characters and halves of surrogate pairs cannot stand in keys, and nobody means them.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

const printable = (lengthMax: number) =>
  z.string('must be a text').check(
    z.maxLength(lengthMax, `has more than ${lengthMax} characters`),
    z.refine((text) => !UNPRINTABLE.test(text), 'has a control character'),
  );

/** What a value is made to be before it is looked at; whatever it is then, the schema after it checks. */
const prepared = (prepare: (value: unknown) => unknown, lengthMax: number) =>
  z.pipe(z.transform(prepare as (value: unknown) => string | undefined), z.optional(printable(lengthMax)));

/** A text that may also come as a number; null and the empty text are as good as absent. */
const loose = (lengthMax: number) =>
  prepared((value) => {
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    return value === null || value === '' ? undefined : value;
  }, lengthMax);

const Identity = loose(256);

const object = z.pipe(
  z.nullish(
    z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'must be an object'),
  ),
  z.transform((value) => value ?? undefined),
);

/** ISO 8601, or seconds or milliseconds since 1970; read by whoever needs the instant. */
const time = z.nullish(z.union([z.string(), z.number()], 'must be ISO 8601 or a number'));

const base = {
  messageId: loose(100),
  userId: Identity,
  anonymousId: Identity,
  context: object,
  timestamp: time,
  originalTimestamp: time,
  // Only a correction: what cannot be read is not used.
  sentAt: z.optional(z.unknown()),
};

const needed = (schema: ReturnType<typeof prepared>) =>
  z.pipe(
    schema.check(z.refine((value) => value !== undefined, 'is missing')),
    z.transform((value) => value ?? ''),
  );

const eventName = needed(
  prepared((value) => (typeof value === 'string' ? value.trim() || undefined : (value ?? undefined)), 128),
);

const Viewed = { name: loose(1000), category: loose(1000), properties: object };

export const Call = z.discriminatedUnion(
  'type',
  [
    z.object({ ...base, type: z.literal('track'), event: eventName, properties: object }),
    z.object({ ...base, type: z.literal('identify'), traits: object }),
    z.object({ ...base, type: z.literal('page'), ...Viewed }),
    z.object({ ...base, type: z.literal('screen'), ...Viewed }),
    z.object({ ...base, type: z.literal('group'), groupId: needed(Identity), traits: object }),
    z.object({ ...base, type: z.literal('alias'), userId: needed(Identity), previousId: needed(Identity) }),
  ],
  'must be track, identify, page, screen, group or alias',
);

export type Call = z.infer<typeof Call>;
export type CallType = Call['type'];

/** Calls in one request. */
const CALLS_MAX = 2500;

export const Batch = z.object(
  {
    batch: z.array(z.unknown(), 'must be a list of calls').check(z.maxLength(CALLS_MAX, `has more than ${CALLS_MAX} calls`)),
    sentAt: z.optional(z.unknown()),
    context: object,
  },
  'must be an object with the list "batch"',
);

/** Whether a value from JSON is nested no deeper than the limit; looks no deeper than that. */
export function isShallow(value: unknown, levels = DEPTH_MAX): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  for (const inner of Object.values(value)) if (!isShallow(inner, levels - 1)) return false;
  return true;
}
