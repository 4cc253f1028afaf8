/** Calls of the Segment HTTP API, as real clients send them: what is not named here (integrations, writeKey, channel …) falls away. */
import * as z from 'zod';
import type { JsonObject } from '#core/json.ts';

/** Levels of objects and lists inside one call. */
export const DEPTH_MAX = 32;

// Control characters and halves of surrogate pairs cannot stand in keys, and nobody means them.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

const printable = (lengthMax: number) =>
  z
    .string('must be a text')
    .max(lengthMax, `has more than ${lengthMax} characters`)
    .refine((text) => !UNPRINTABLE.test(text), 'has a control character');

/** A text that may also come as a number; null and the empty text are as good as absent. */
const loose = (lengthMax: number) =>
  z.preprocess(
    (value) =>
      typeof value === 'number' && Number.isFinite(value) ? String(value) : value === null || value === '' ? undefined : value,
    printable(lengthMax).optional(),
  );

const Identity = loose(256);

const object = z
  .custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'must be an object')
  .nullish()
  .transform((value) => value ?? undefined);

/** ISO 8601, or seconds or milliseconds since 1970; read by whoever needs the instant. */
const time = z.union([z.string(), z.number()], 'must be ISO 8601 or a number').nullish();

const base = {
  messageId: loose(100),
  userId: Identity,
  anonymousId: Identity,
  context: object,
  timestamp: time,
  originalTimestamp: time,
  // Only a correction: what cannot be read is not used.
  sentAt: z.unknown().optional(),
};

const needed = <Schema extends z.ZodType<string | undefined>>(schema: Schema) =>
  schema.refine((value) => value !== undefined, 'is missing').transform((value) => value ?? '');

const eventName = needed(
  z.preprocess(
    (value) => (typeof value === 'string' ? value.trim() || undefined : (value ?? undefined)),
    printable(128).optional(),
  ),
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
    batch: z.array(z.unknown(), 'must be a list of calls').max(CALLS_MAX, `has more than ${CALLS_MAX} calls`),
    sentAt: z.unknown().optional(),
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
