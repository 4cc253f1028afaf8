import type { Release } from '#core/catalogue.ts';
import { saidBy } from '#core/consent-history.ts';
import { type Customer, wakeAt } from '#core/customer.ts';
import type { CustomerId } from '#core/event.ts';
import { customerIdOfAnonymous, customerIdOfEmail, customerIdOfUser, normalEmail } from '#core/identity.ts';
import { type Instant, NEVER, toIso } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import { programmeOf } from '#core/loyalty/programme.ts';
import { loyaltyView } from '#core/loyalty/view.ts';
import { type SuppressionReason, suppressionReasons, suppressionsOf } from '#core/suppression.ts';
import type { Clock, Table } from './ports.ts';
import { type ForecastsView, forecastsView } from './read-customer/forecasts.ts';
import { type LeadView, leadView } from './read-customer/lead.ts';
import { type Catalogues, currentRelease } from './store/catalogue.ts';
import { loadPerson, type Person } from './store/customers.ts';

export type ReadDependencies = { readonly table: Table; readonly catalogues: Catalogues; readonly now: Clock };

/** A customer as people and tools read it: times are ISO 8601, and what the release calls things stands beside their ids. */
export type CustomerView = {
  readonly id: CustomerId;
  readonly version: number;
  readonly createdAt: string;
  readonly email?: string;
  readonly userId?: string;
  readonly anonymousIds: readonly string[];
  /** Ids that were folded into this one. */
  readonly mergedIds: readonly CustomerId[];
  readonly vouched: boolean;
  readonly attributes: JsonObject;
  readonly consents: Readonly<Record<string, ConsentView>>;
  /** What keeps mail from this person; of several reasons the one that stops most. */
  readonly suppressed?: SuppressionView;
  readonly suppressions: readonly SuppressionView[];
  readonly segments: readonly { readonly id: string; readonly name: string; readonly since: string }[];
  readonly runs: readonly RunView[];
  readonly loyalty?: LoyaltyFacts;
  readonly scores?: LeadView['scores'];
  readonly stage?: LeadView['stage'];
  readonly touches?: LeadView['touches'];
  readonly forecasts?: ForecastsView['forecasts'];
  /** When something about this person next changes if no event comes; null where nothing does. */
  readonly wakeAt: string | null;
  /** The release that was last decided with. */
  readonly release: string | null;
};

export type SuppressionView = {
  readonly reason: SuppressionReason;
  readonly at: string;
  readonly why?: string;
  readonly by?: string;
  /** Of a bounce: the address that it is about. */
  readonly address?: string;
};

type ConsentView = {
  readonly status: 'subscribed' | 'unsubscribed' | 'pending';
  readonly at: string;
  readonly source: string;
  readonly event: string;
  readonly version?: string;
  /** Other words on the topic, latest first. */
  readonly history: readonly Omit<ConsentView, 'history'>[];
};

type RunView = {
  readonly id: string;
  readonly journey: string;
  readonly name: string;
  readonly version: string;
  readonly enteredAt: string;
  readonly trigger: { readonly name: string; readonly at: string };
  /** The step that the person stands at, since when, and until when at the latest. */
  readonly step: string;
  readonly since: string;
  readonly until: string | null;
  readonly goalAt?: string;
};

type LoyaltyFacts = {
  readonly points: number;
  readonly pending: number;
  readonly spend: number;
  readonly currency: string;
  readonly tier?: { readonly id: string; readonly name: string; readonly since?: string };
  readonly nextTier?: { readonly name: string; readonly missing: number };
  readonly keep?: { readonly missing: number; readonly until: string };
  readonly expiring?: { readonly points: number; readonly at: string };
};

/** Finds somebody by customer id, e-mail address, user id or anonymous id, whoever that id was folded into. */
export async function findPerson(table: Table, text: string): Promise<(Person & { readonly customer: Customer }) | undefined> {
  for (const id of candidates(text)) {
    const person = await loadPerson(table, id);
    if (person.customer !== undefined) return { ...person, customer: person.customer };
  }
  return undefined;
}

/** Undefined where nobody is known by this id. */
export async function readCustomer(
  { table, catalogues, now }: ReadDependencies,
  text: string,
): Promise<CustomerView | undefined> {
  const person = await findPerson(table, text);
  if (person === undefined) return undefined;
  const release = await currentRelease(catalogues);
  const { customer, version } = person;
  const at = now();
  return {
    ...viewOf(customer, version, release),
    ...leadView(customer, release, at),
    ...forecastsView(customer, release, at),
  };
}

/** The ids that a text may stand for. */
export function candidates(text: string): CustomerId[] {
  const email = normalEmail(text);
  const own = /^cus_[0-9a-f]{26}$/.test(text) ? [text as CustomerId] : [];
  return [
    ...own,
    ...(email === undefined ? [] : [customerIdOfEmail(email)]),
    customerIdOfUser(text),
    customerIdOfAnonymous(text),
  ];
}

function viewOf(customer: Customer, version: number, release: Release | undefined): CustomerView {
  const { email, userId, suppressed } = customer;
  const loyalty = loyaltyOf(customer, release);
  return {
    id: customer.id,
    version,
    createdAt: toIso(customer.createdAt),
    ...(email !== undefined && { email }),
    ...(userId !== undefined && { userId }),
    anonymousIds: customer.anonymousIds,
    mergedIds: customer.merged,
    vouched: customer.vouched,
    attributes: customer.attributes,
    consents: Object.fromEntries(
      Object.entries(customer.consents).map(([topic, { beside: _, ...consent }]) => [
        topic,
        { ...consent, at: toIso(consent.at), history: historyOf(customer, topic) },
      ]),
    ),
    ...(suppressed !== undefined && { suppressed: { ...suppressed, at: toIso(suppressed.at) } }),
    suppressions: suppressionViews(customer),
    segments: Object.entries(customer.segments).map(([id, since]) => ({
      id,
      name: nameOf(release?.segments, id),
      since: toIso(since),
    })),
    runs: customer.runs.map((run) => runView(run, release)),
    ...(loyalty !== undefined && { loyalty }),
    wakeAt: isoOrNull(wakeAt(customer)),
    release: customer.release ?? null,
  };
}

/** What was said besides the word that counts. */
function historyOf(customer: Customer, topic: string): Omit<ConsentView, 'history'>[] {
  const counts = customer.consents[topic]?.event;
  return saidBy(customer, topic)
    .filter(({ event }) => event !== counts)
    .map((said) => ({ ...said, at: toIso(said.at) }));
}

export function suppressionViews(customer: Customer): SuppressionView[] {
  const known = suppressionsOf(customer);
  return suppressionReasons.flatMap((reason) => {
    const one = known[reason];
    return one === undefined ? [] : [{ reason, ...one, at: toIso(one.at) }];
  });
}

function runView(run: Customer['runs'][number], release: Release | undefined): RunView {
  const { id, journey, version, step, trigger, goalAt } = run;
  return {
    id,
    journey,
    name: nameOf(release?.journeys, journey),
    version,
    enteredAt: toIso(run.enteredAt),
    trigger: { name: trigger.name, at: toIso(trigger.at) },
    step,
    since: toIso(run.since),
    until: isoOrNull(run.until),
    ...(goalAt !== undefined && { goalAt: toIso(goalAt) }),
  };
}

/** JSON knows no infinity, so an instant that never comes is stored as null. */
function isoOrNull(at: Instant | null): string | null {
  return at === null || at === NEVER ? null : toIso(at);
}

function nameOf(named: readonly { readonly id: string; readonly name: string }[] | undefined, id: string): string {
  return named?.find((one) => one.id === id)?.name ?? id;
}

function loyaltyOf({ loyalty }: Customer, release: Release | undefined): LoyaltyFacts | undefined {
  const { loyalty: programme } = release ?? {};
  if (loyalty === undefined || programme === undefined) return undefined;
  const { tier, next, ...view } = loyaltyView(programmeOf(programme), loyalty);
  return {
    ...view,
    ...(tier && { tier: { id: tier.id, name: tier.name, ...(tier.since !== undefined && { since: tier.since }) } }),
    ...(next && { nextTier: { name: next.name, missing: next.missing } }),
  };
}
