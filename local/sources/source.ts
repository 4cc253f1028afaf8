import { compile } from '../event-pattern/compile.ts';
import { flatten } from '../event-pattern/fields.ts';
import type { Outcome } from '../lambda/instance.ts';

/** Something that starts functions: a queue, a stream, a schedule. */
export type Source = {
  /** Looks for work now: the clock jumped, or something that it reads changed. */
  poke(): void;
  /** Nothing is in work, and nothing can be taken now. */
  idle(): boolean;
  /** The next instant at which something falls due by the mere passage of time. */
  nextDueAt(): number | undefined;
  /** Takes no new work; what is in work may end. */
  stop(): void;
};

/** The filters of a mapping, compiled once: true where none is given, or one of them matches. */
export function compileFilters(filters: readonly object[]): (event: object) => boolean {
  if (filters.length === 0) return () => true;
  const matchers = filters.map((filter) => {
    const matcher = compile(filter);
    if (typeof matcher === 'string') throw new Error(`A filter is no event pattern: ${matcher}`);
    return matcher;
  });
  return (event) => {
    const fields = flatten(event);
    return matchers.some((matcher) => matcher(fields));
  };
}

/** What a failed entry of a batch is remembered by. */
export function causeOf(outcome: Outcome & { ok: false }): string {
  return `${outcome.error.errorType}: ${outcome.error.errorMessage}`;
}

export type Failures =
  | { readonly type: 'none' }
  | { readonly type: 'all'; readonly cause: string }
  | { readonly type: 'some'; readonly causes: ReadonlyMap<string, string> };

/**
 * Which entries of a batch failed. As in Lambda, an answer that is not understood, or that names an entry which is not in
 * the batch, fails the whole batch.
 */
export function failuresOf(outcome: Outcome, ids: readonly string[], reportsFailures: boolean): Failures {
  if (!outcome.ok) return { type: 'all', cause: causeOf(outcome) };
  if (!reportsFailures) return { type: 'none' };
  const answer = JSON.parse(outcome.payload) as { batchItemFailures?: { itemIdentifier?: unknown }[] | null } | null;
  const failed = answer?.batchItemFailures ?? [];
  if (!Array.isArray(failed)) return { type: 'all', cause: 'The answer’s batchItemFailures is not a list.' };
  if (failed.length === 0) return { type: 'none' };
  const named = failed.map((failure) => failure?.itemIdentifier);
  const stranger = named.find((id) => typeof id !== 'string' || !ids.includes(id));
  if (stranger !== undefined || named.includes(undefined)) {
    return { type: 'all', cause: `The answer names ${JSON.stringify(stranger)}, which is not in the batch.` };
  }
  return { type: 'some', causes: new Map(named.map((id) => [String(id), printedCause(outcome.lines, String(id))])) };
}

const CAUSE_LENGTH_MAX = 2000;

/** An answer names entries without a reason; the reason is what the function printed about that entry, or at last. */
function printedCause(lines: readonly string[], id: string): string {
  const line = lines.findLast((one) => one.includes(id)) ?? lines.at(-1);
  return (errorOfLine(line) ?? line ?? 'Named as failed by the function, which printed no reason.').slice(0, CAUSE_LENGTH_MAX);
}

/** The error that a structured line tells of, `SyntaxError: …`, without the stack, which stays in the log. */
function errorOfLine(line = ''): string | undefined {
  try {
    const { cause, error = cause } = JSON.parse(line) as { cause?: unknown; error?: unknown };
    const { name, message } = error as { name?: unknown; message?: unknown };
    return typeof name === 'string' && typeof message === 'string' ? `${name}: ${message}` : undefined;
  } catch {
    return undefined;
  }
}
