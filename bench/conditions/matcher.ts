import type { JsonObject } from '#core/json.ts';
import type { Happening, Triggered } from './shop.ts';

/** An event and its customer in one flat object: the form that the peers read fastest. */
export type FlatFacts = JsonObject;

/** The journeys whose trigger condition holds. */
export type Matcher = (facts: FlatFacts) => readonly string[] | Promise<readonly string[]>;

export function flat({ name, properties, customer }: Happening): FlatFacts {
  return { ...customer.attributes, ...properties, event: name };
}

/** A matcher for each event name, as our release has: so that only conditions are compared, not who looks up what to ask. */
export function indexed(
  triggers: readonly Triggered[],
  matcher: (some: readonly Triggered[], options: { withEventName: boolean }) => Matcher,
): Matcher {
  const groups = Map.groupBy(triggers, ({ event }) => event);
  const matchers = new Map([...groups].map(([event, some]) => [event, matcher(some, { withEventName: false })]));
  return (facts) => matchers.get(String(facts.event))?.(facts) ?? [];
}
