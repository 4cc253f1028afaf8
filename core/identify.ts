/** Who is who: what an event shows about identities, as a function of what all events say and not of their order. */

import { browserIdOf, emailIdOf, formerUser, isTrusted, rankOfBrowser, rankOfEmail } from './claim.ts';
import type { Customer } from './customer.ts';
import { type CustomerId, eventKey, type TimelineEvent } from './event.ts';
import { ANONYMOUS_MAX, betterAddress } from './fold.ts';
import {
  claimed,
  type Identified,
  isBetter,
  linked,
  merged,
  type Other,
  pointed,
  pointedBetter,
  refuse,
  releasing,
  taken,
} from './identified.ts';
import { customerIdOfEmail, customerIdOfUser, customerIdsOf } from './identity.ts';

type Others = ReadonlyMap<CustomerId, Other>;
type About = { readonly event: TimelineEvent; readonly others: Others; readonly via: CustomerId };

/**
 * Takes in what an event says about a person's identities. The rules are those of docs/decisions/0003: of two claims to an
 * address or a browser the better one stands, whichever arrives first; only a trusted word makes two known people one.
 */
export function identify(customer: Customer, event: TimelineEvent, others: Others): Identified {
  const told = tell(customer, event);
  const via = customerIdsOf(event.identities)[0];
  const start: Identified = { customer: told, pointers: [], notes: [] };
  if (event.trust === 'system' || via === undefined) return start;
  // What a recipient does is written under the person that the mail went to; it says whose address it is, and no more.
  const isOwn = via === event.customer;
  const { page } = told;
  if (page?.user && page.address) return releasing(start, customerIdOfEmail(page.email), told.id);
  const about = { event, others, via };
  let found = withUserId(isSkewed(told, about) ? { ...start, isStale: true } : start, event);
  for (const take of isOwn ? [takeFormerUser, takeEmail, takeBrowser] : [takeEmail]) {
    found = take(found, about);
    if (found.release !== undefined) return found;
  }
  return found;
}

/** A person remembers the ids that lead to them. Where one does not, it was read before the person was, or after. */
function isSkewed({ id: own, merged: ids }: Customer, { event, others, via }: About): boolean {
  const isOf = (one: CustomerId | undefined): boolean => one !== undefined && (one === own || ids.includes(one));
  return [emailIdOf(event), browserIdOf(event)].some(
    (id) => id !== undefined && id !== via && id !== own && ids.includes(id) !== isOf(others.get(id)?.mergedInto),
  );
}

/** Notes who told of this person: a secret key by itself, or anybody whom we trust. */
function tell(customer: Customer, { trust, identities }: TimelineEvent): Customer {
  const vouched = customer.vouched || trust !== 'publishable';
  const { userId, email } = identities;
  if (trust !== 'secret' || (userId ?? email) === undefined) {
    return vouched === customer.vouched ? customer : { ...customer, vouched };
  }
  const { page } = customer;
  if (page === undefined) return customer.vouched && customer.told ? customer : { ...customer, vouched, told: true };
  const user = page.user || userId !== undefined;
  const address = page.address || (userId === undefined && email === page.email);
  // Both in one breath: that is the trusted word itself.
  const isOne = userId !== undefined && email === page.email;
  return { ...customer, vouched, told: true, page: isOne ? page : { ...page, user, address } };
}

function withUserId(found: Identified, { identities: { userId } }: TimelineEvent): Identified {
  const { customer } = found;
  if (userId === undefined || customer.userId === userId) return found;
  if (customer.userId !== undefined && customer.id !== customerIdOfUser(userId)) return found;
  return { ...found, customer: { ...customer, userId } };
}

/** An alias by a secret key: whoever the former user id is, is this person. */
function takeFormerUser(found: Identified, { event, others, via }: About): Identified {
  const id = formerUser(event);
  const { customer } = found;
  if (id === undefined || id === customer.id) return found;
  if (customer.merged.includes(id)) return linked(found, id, via, event.at);
  const other = others.get(id);
  const root = other?.mergedInto === undefined ? other : others.get(other.mergedInto);
  if (root?.customer === undefined) return linked(pointed(found, { id, by: '', via }), id, via, event.at);
  const former = tell(root.customer, event);
  const weaker = weakerPage(customer, former);
  if (weaker !== undefined) return releasing(found, customerIdOfEmail(weaker.email), weaker.of);
  let both = pointed(found, { id: former.id, by: '', via });
  if (former.id !== id) both = pointed(both, { id, by: '', via });
  return linked(merged(both, former, 'the former user id'), id, via, event.at);
}

/** Of two users who become one: an address on a web page's word that the other's word, or a better one, contradicts. */
function weakerPage(one: Customer, other: Customer): { email: string; of: CustomerId } | undefined {
  const pages = [one, other].flatMap(({ id, page }) => (page === undefined ? [] : [{ ...page, of: id }]));
  const isGiven = one.emailBy?.isTrusted || other.emailBy?.isTrusted;
  const contradicted = pages.find(({ address }) => isGiven || address);
  if (contradicted !== undefined || pages.length < 2) return contradicted;
  return pages.reduce((a, b) => (a.rank > b.rank ? a : b));
}

function takeEmail(found: Identified, about: About): Identified {
  const { event, via } = about;
  const { email } = event.identities;
  const id = emailIdOf(event);
  if (email === undefined || id === undefined) return found;
  if (id === via) {
    const { customer } = found;
    return id === customer.id && customer.email === undefined ? { ...found, customer: { ...customer, email } } : found;
  }
  return isTrusted(event) ? takeTrusted(found, id, email, about) : takeFromPage(found, id, email, about);
}

function takeTrusted(found: Identified, id: CustomerId, email: string, { event, others, via }: About): Identified {
  const address = { email, emailBy: { isTrusted: true, at: event.at, key: eventKey(event) } };
  const { page, ...rest } = betterAddress(found.customer, address);
  if (page !== undefined && page.email !== email) return releasing(found, customerIdOfEmail(page.email), found.customer.id);
  const given: Identified = { ...found, customer: rest };
  const other = others.get(id);
  const by = rankOfEmail(event);
  if (rest.merged.includes(id)) return claimed(given, { id, by, via }, other, event.at);
  if (other?.mergedInto !== undefined) {
    if (isBetter(by, other)) return releasing(found, id, other.mergedInto);
    return refuse(given, 'what happened under this e-mail address before belongs to another person, and stays theirs');
  }
  return linked(taken(given, { id, by, via }, other, 'the e-mail address'), id, via, event.at);
}

function takeFromPage(found: Identified, id: CustomerId, email: string, { event, others, via }: About): Identified {
  const { customer } = found;
  const { page } = customer;
  const other = others.get(id);
  const by = rankOfEmail(event);
  if (customer.merged.includes(id)) {
    if (page?.email !== email) return found;
    const emailBy = byPage(event);
    const better = page.rank > by ? { ...found, customer: { ...customer, emailBy, page: { ...page, rank: by } } } : found;
    return claimed(better, { id, by, via }, other, event.at);
  }
  if (customer.email !== undefined) {
    if (page !== undefined && by < page.rank) return releasing(found, customerIdOfEmail(page.email), customer.id);
    return refuse(found, 'a publishable key cannot change the e-mail address of a known person');
  }
  if (other?.mergedInto !== undefined) {
    if (isBetter(by, other)) return releasing(found, id, other.mergedInto);
    return refuse(found, 'the e-mail address belongs to another person');
  }
  const address = other?.customer?.told ?? false;
  if (customer.told && address) return refuse(found, 'a publishable key cannot make one person of two that are known');
  const given = { ...found, customer: { ...customer, page: { email, rank: by, user: customer.told, address } } };
  const now = taken(given, { id, by, via }, other, 'the e-mail address');
  return linked({ ...now, customer: { ...now.customer, email, emailBy: byPage(event) } }, id, via, event.at);
}

const byPage = (event: TimelineEvent) => ({ isTrusted: false, at: event.receivedAt, key: eventKey(event) });

/** A browser that two people use: what was done in it before belongs to whoever was seen in it first. */
function takeBrowser(found: Identified, { event, others, via }: About): Identified {
  const id = browserIdOf(event);
  const { anonymousId } = event.identities;
  const { customer } = found;
  if (id === undefined || anonymousId === undefined) return found;
  const other = others.get(id);
  const claim = { id, by: rankOfBrowser(event), via };
  if (id === customer.id) return withAnonymous(found, anonymousId);
  if (customer.merged.includes(id)) return withAnonymous(id === via ? found : pointedBetter(found, claim, other), anonymousId);
  if (other?.mergedInto !== undefined) return isBetter(claim.by, other) ? releasing(found, id, other.mergedInto) : found;
  return withAnonymous(taken(found, claim, other, 'the anonymous visitor'), anonymousId);
}

function withAnonymous(found: Identified, anonymousId: string): Identified {
  const { customer } = found;
  if (customer.anonymousIds.includes(anonymousId)) return found;
  return { ...found, customer: { ...customer, anonymousIds: [...customer.anonymousIds, anonymousId].slice(-ANONYMOUS_MAX) } };
}
