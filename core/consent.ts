/** How consent to a topic changes: whatever the order in which the facts about it arrive, the same facts give the same consent. */
import type { Consent } from './customer.ts';

/**
 * What holds after another fact about the same topic; `known` itself, where that changes nothing. Of a yes and a no the
 * later one counts. A request that still waits for its confirmation takes nothing from somebody who is subscribed, and
 * shows over an older no; it never counts as a yes.
 */
export function joined(known: Consent, fact: Consent): Consent {
  return together(known, fact, later);
}

/** What holds where two people turn out to be one: a no outweighs a yes, whichever came first. */
export function stricter(one: Consent, other: Consent): Consent {
  return together(one, other, (mine, theirs) => {
    if (mine.status !== theirs.status) return mine.status === 'unsubscribed' ? mine : theirs;
    return later(mine, theirs);
  });
}

/** The facts that a consent shows: a yes or a no, and a request that waits beside it or before it. */
export function factsOf(consent: Consent): Consent[] {
  return [settledOf(consent), askedOf(consent)].filter((fact) => fact !== undefined);
}

type Choose = (one: Consent, other: Consent) => Consent;

function together(known: Consent, fact: Consent, choose: Choose): Consent {
  const settled = of(settledOf(known), settledOf(fact), choose);
  const asked = of(askedOf(known), askedOf(fact), later);
  if (settled === undefined || (asked !== undefined && asked.at > settled.at && settled.status === 'unsubscribed')) {
    return same(known, asked ?? fact, settled);
  }
  return same(known, settled, asked !== undefined && asked.at > settled.at ? asked : undefined);
}

/** The later one; at the same instant the stricter one, and of two alike the one whose event has the greater id. */
function later(one: Consent, other: Consent): Consent {
  if (one.at !== other.at) return one.at > other.at ? one : other;
  if (one.status !== other.status) return one.status === 'unsubscribed' ? one : other;
  return one.event >= other.event ? one : other;
}

function of(one: Consent | undefined, other: Consent | undefined, choose: Choose): Consent | undefined {
  return one === undefined || other === undefined ? (one ?? other) : choose(one, other);
}

function same(known: Consent, shown: Consent, beside: Consent | undefined): Consent {
  const isKnown =
    known.event === shown.event &&
    known.at === shown.at &&
    known.status === shown.status &&
    known.beside?.event === beside?.event;
  return isKnown ? known : { ...shown, ...(beside && { beside }) };
}

function settledOf({ beside, ...shown }: Consent): Consent | undefined {
  return shown.status === 'pending' ? beside : shown;
}

function askedOf({ beside, ...shown }: Consent): Consent | undefined {
  return shown.status === 'pending' ? shown : beside;
}
