/** What a person has consented to, once several ids that each said something turn out to be one person. */
import { factsOf, joined, stricter } from './consent.ts';
import type { Consent, Customer, Sides } from './customer.ts';
import type { CustomerId } from './event.ts';
import type { Instant } from './instant.ts';

/** The consents of a person, and what each of their ids said about the topics of which more than one spoke. */
export type Said = Pick<Customer, 'consents' | 'said'>;

type Linked = Pick<Customer, 'id' | 'links'>;

/** Takes one word in; undefined where it changes nothing. */
export function withConsent(customer: Customer, topic: string, consent: Consent): Said | undefined {
  const under = consent.under ?? customer.id;
  const sides = sidesOf(customer, topic);
  const known = sides[under];
  const now = known === undefined ? consent : joined(known, consent);
  return now === known ? undefined : withSides(customer, topic, { ...sides, [under]: now }, customer);
}

/** The words of two people who are one, once it is known since when they are. */
export function foldConsents(into: Customer, from: Customer, links: Customer['links']): Said {
  const person = { id: into.id, links };
  const topics = new Set([...Object.keys(into.consents), ...Object.keys(from.consents)]);
  let said: Said = into;
  for (const topic of topics) {
    const sides: Record<CustomerId, Consent> = { ...sidesOf(into, topic) };
    for (const [id, consent] of entriesOf(sidesOf(from, topic))) {
      const known = sides[id];
      sides[id] = known === undefined ? { ...consent, under: id } : joined(known, consent);
    }
    said = withSides(said, topic, sides, person);
  }
  return { consents: said.consents, said: said.said };
}

/** The same words after it was learnt that two ids were one person earlier than thought. */
export function relinked(customer: Customer): Said {
  let now: Said = { consents: customer.consents, said: customer.said };
  for (const [topic, sides] of Object.entries(customer.said)) now = withSides(now, topic, sides, customer);
  return now;
}

/** What is left of the words when some ids turn out to be somebody else. */
export function saidBy(customer: Customer, id: CustomerId, ids: ReadonlySet<CustomerId>): Said {
  let left: Said = { consents: {}, said: {} };
  for (const topic of Object.keys(customer.consents)) {
    const sides = Object.fromEntries(entriesOf(sidesOf(customer, topic)).filter(([side]) => ids.has(side)));
    if (Object.keys(sides).length > 0) left = withSides(left, topic, sides, { id, links: customer.links });
  }
  return left;
}

function sidesOf({ id, consents, said }: Pick<Customer, 'id' | 'consents' | 'said'>, topic: string): Sides {
  const only = consents[topic];
  return said[topic] ?? (only === undefined ? {} : { [only.under ?? id]: only });
}

function withSides({ consents, said }: Said, topic: string, sides: Sides, person: Linked): Said {
  const { [topic]: _, ...others } = said;
  const [only, ...more] = Object.values(sides);
  if (only === undefined) return { consents, said: others };
  if (more.length === 0) return { consents: { ...consents, [topic]: only }, said: others };
  return { consents: { ...consents, [topic]: outcome(sides, person) }, said: { ...others, [topic]: sides } };
}

/**
 * Goes through what happened in the order of its times: a later word replaces the earlier ones of all ids that are one
 * person by then; where two become one, the stricter of their words stands.
 */
function outcome(sides: Sides, { id: own, links }: Linked): Consent {
  // A browser has no link: what was said in it counts as said by whom it belongs to.
  const linked = new Set(Object.keys(links).flatMap((link) => link.split(' ')));
  const groups = new Map<string, string>(Object.keys(sides).flatMap((id) => (linked.has(id) || id === own ? [] : [[id, own]])));
  const groupOf = (id: string): string => {
    let at = id;
    for (let next = groups.get(at); next !== undefined; next = groups.get(at)) at = next;
    return at;
  };
  const words = new Map<string, Consent>();
  const steps: { readonly at: Instant; readonly link?: string; readonly id?: CustomerId; readonly consent?: Consent }[] = [
    ...entriesOf(sides).flatMap(([id, one]) => factsOf(one).map((consent) => ({ at: consent.at, id, consent }))),
    ...Object.entries(links).map(([link, at]) => ({ at, link })),
  ];
  steps.sort((one, other) => one.at - other.at || (one.link ?? '').localeCompare(other.link ?? ''));
  for (const { link, id, consent } of steps) {
    if (id !== undefined && consent !== undefined) {
      const group = groupOf(id);
      const known = words.get(group);
      words.set(group, known === undefined ? consent : joined(known, consent));
    } else if (link !== undefined) {
      const [one = '', other = ''] = link.split(' ').map(groupOf);
      if (one === other) continue;
      const [mine, theirs] = [words.get(one), words.get(other)];
      const stands = mine === undefined || theirs === undefined ? (mine ?? theirs) : stricter(mine, theirs);
      groups.set(one, other);
      if (stands !== undefined) words.set(other, stands);
    }
  }
  const left = new Set(Object.keys(sides).map(groupOf));
  return [...left].flatMap((group) => words.get(group) ?? []).reduce(stricter);
}

const entriesOf = (sides: Sides): [CustomerId, Consent][] => Object.entries(sides) as [CustomerId, Consent][];
