import { compile } from './event-pattern/compile.ts';
import { flatten } from './event-pattern/fields.ts';

/**
 * Whether an event matches an EventBridge pattern, as event-ruler (the matcher behind EventBridge) decides it. The pattern may
 * be an object or JSON text, the event an object or JSON text. A pattern that EventBridge refuses is thrown back with the reason.
 */
export function matches(pattern: unknown, event: unknown): boolean {
  const compiled = compile(pattern);
  if (typeof compiled === 'string') throw new Error(`Event pattern is not valid. Reason: ${compiled}`);
  return compiled(flatten(typeof event === 'string' ? JSON.parse(event) : event));
}

/** Why EventBridge would refuse the pattern; undefined for a good one. The limit on its length is the rule's, not the pattern's. */
export function validate(pattern: unknown): string | undefined {
  const compiled = compile(pattern);
  return typeof compiled === 'string' ? compiled : undefined;
}
