/** Blocks somebody by hand, and lifts what suppresses them: as events, so that the timeline says who did it and why. */
import type { CustomerId, TimelineEvent } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { toIso } from '#core/instant.ts';
import type { SuppressionReason } from '#core/suppression.ts';
import { type EvaluateDependencies, record } from './evaluate.ts';
import { findPerson, type SuppressionView, suppressionViews } from './read-customer.ts';

/** Who decides it, and why, in their own words. */
export type Word = { readonly author: string; readonly reason?: string };

export type Suppressing = {
  readonly customer: CustomerId;
  /** False where it was so already: then nothing was written. */
  readonly changed: boolean;
  readonly suppressions: readonly SuppressionView[];
};

/** No mail goes to this person any more, service mail included, until somebody lifts it. Undefined where nobody is known by this id. */
export function block(dependencies: EvaluateDependencies, text: string, word: Word): Promise<Suppressing | undefined> {
  return say(dependencies, text, { name: 'Customer Blocked', what: 'manual', word });
}

/** Lifts one reason; others stay. */
export function unblock(
  dependencies: EvaluateDependencies,
  text: string,
  { what, ...word }: Word & { readonly what: SuppressionReason },
): Promise<Suppressing | undefined> {
  return say(dependencies, text, { name: 'Customer Unblocked', what, word });
}

type Said = {
  readonly name: 'Customer Blocked' | 'Customer Unblocked';
  readonly what: SuppressionReason;
  readonly word: Word;
};

async function say(dependencies: EvaluateDependencies, text: string, said: Said): Promise<Suppressing | undefined> {
  const person = await findPerson(dependencies.table, text);
  if (person === undefined) return undefined;
  const before = suppressionViews(person.customer);
  const is = before.some(({ reason }) => reason === said.what);
  if (is === (said.name === 'Customer Blocked')) return { customer: person.id, changed: false, suppressions: before };
  await record(dependencies, [eventOf(person.id, said, dependencies.now())]);
  const after = await findPerson(dependencies.table, person.id);
  return { customer: person.id, changed: true, suppressions: after === undefined ? [] : suppressionViews(after.customer) };
}

function eventOf(customer: CustomerId, { name, what, word }: Said, at: number): TimelineEvent {
  const { author, reason } = word;
  return {
    id: `word-${digest(24, customer, name, what, String(at))}`,
    customer,
    kind: 'consent',
    name,
    at,
    receivedAt: at,
    keyTime: toIso(at),
    identities: {},
    properties: { what, author, ...(reason !== undefined && { reason }) },
    trust: 'system',
    origin: 'admin',
  };
}
