/** A report in the making: what people add to it, one by one. */
import type { Customer } from '../customer.ts';
import type { Decision } from '../decision.ts';
import type { TimelineEvent } from '../event.ts';
import type { Instant } from '../instant.ts';
import { added, bounded } from './added.ts';
import { type CohortTally, cohortTally, type SourceTally, sourceMonthTally, sourceTally } from './customer-tally.ts';
import { type Entry, entriesOf, goalsNoted } from './entries.ts';
import { type JourneyTally, type JourneyTerms, journeyTally } from './journey-tally.ts';
import { type MailTally, mailTally, noMails, type SeenMail } from './mail-tally.ts';
import { type OrderReading, ordersOf } from './orders.ts';
import { noValues, type ValueTally, type ValueTerms, valueTally } from './value-tally.ts';
import { noVouchers, type SeenVoucher, type VoucherTally, voucherTally } from './voucher-tally.ts';

/** Everything that is held about one person, under all ids. */
export type PersonRecord = {
  readonly customer: Customer;
  readonly events: readonly TimelineEvent[];
  readonly decisions: readonly Decision[];
  readonly mails: readonly SeenMail[];
  readonly vouchers: readonly SeenVoucher[];
};

export type ReportTally = {
  readonly people: number;
  /** Orders without an amount that could be read. */
  readonly ordersWithoutAmount: number;
  readonly journeys: Readonly<Record<string, JourneyTally>>;
  readonly mails: {
    readonly journeys: Readonly<Record<string, MailTally>>;
    readonly topics: Readonly<Record<string, MailTally>>;
  };
  readonly cohorts: Readonly<Record<string, CohortTally>>;
  readonly sources: Sources;
  /** By the month of the first touch. */
  readonly sourceMonths: Readonly<Record<string, Sources>>;
  /** By pool. */
  readonly vouchers: Readonly<Record<string, VoucherTally>>;
  /** What customers are worth; empty where the release asks for no forecasts. */
  readonly values: ValueTally;
};

/** By source, and within it by campaign. */
type Sources = Readonly<Record<string, Readonly<Record<string, SourceTally>>>>;

export const emptyTally: ReportTally = {
  people: 0,
  ordersWithoutAmount: 0,
  journeys: {},
  mails: { journeys: {}, topics: {} },
  cohorts: {},
  sources: {},
  sourceMonths: {},
  vouchers: {},
  values: noValues,
};

export type ReportTerms = {
  /** When the report was begun: what comes later is not in it. */
  readonly now: Instant;
  /** Entries and mails count whose beginning lies in this time. */
  readonly from: Instant;
  readonly to: Instant;
  readonly reading: OrderReading;
  /** Of the months of cohorts. */
  readonly zone: string;
  /** Undefined where the release asks for no forecasts. */
  readonly values: ValueTerms | undefined;
  /** What a release said about a journey. */
  readonly journey: (release: string, journey: string) => JourneyTerms | undefined;
};

/** What one person adds. The order of the items is of no matter. */
export function personTally(record: PersonRecord, terms: ReportTerms): ReportTally {
  const { now, from, to, reading, zone } = terms;
  const isMeant = ({ at }: { readonly at: Instant }): boolean => at >= from && at < to && at <= now;
  const events = record.events.filter(({ at }) => at <= now);
  const orders = ordersOf(events, reading);
  const person = { customer: record.customer, events, orders };
  const goals = goalsNoted(record.decisions);
  const entries = Map.groupBy(entriesOf(record.decisions).filter(isMeant), ({ journey }) => journey);
  const mails = record.mails.filter(isMeant);
  const [first] = orders.orders;
  const isValued = terms.values !== undefined && first !== undefined && isMeant(first);
  return {
    people: 1,
    ordersWithoutAmount: orders.withoutAmount,
    journeys: Object.fromEntries(
      [...entries].flatMap(([journey, own]) => {
        const known = termsOfFirst(own, terms);
        return known === undefined
          ? []
          : [[journey, journeyTally(person, own, { terms: known, now, goals: goals[journey] ?? 0 })] as const];
      }),
    ),
    mails: { journeys: mailsBy(mails, 'journey'), topics: mailsBy(mails, 'topic') },
    vouchers: vouchersByPool(record.vouchers.filter(isMeant), now),
    cohorts: cohortTally(person, zone, isMeant),
    sources: sourceTally(person, isMeant),
    sourceMonths: sourceMonthTally(person, zone, isMeant),
    values: isValued ? valueTally(person, { terms: terms.values, now, zone }) : noValues,
  };
}

/** Texts that a report tells apart, of one kind: reasons, sources, campaigns of a source. */
const NAMES_MAX = 200;
const OTHERS = 'others';

/** Two parts of a report as one. Reasons and sources hold texts that come from outside, so there are at most so many. */
export function addTallies(one: ReportTally, other: ReportTally): ReportTally {
  const sum = added(one, other);
  return {
    ...sum,
    mails: { journeys: withinBounds(sum.mails.journeys), topics: withinBounds(sum.mails.topics) },
    sources: boundedSources(sum.sources),
    sourceMonths: Object.fromEntries(Object.entries(sum.sourceMonths).map(([month, own]) => [month, boundedSources(own)])),
  };
}

function boundedSources(sources: Sources): Sources {
  const own = Object.entries(sources).map(([source, campaigns]) => [source, bounded(campaigns, CAMPAIGNS_MAX, OTHERS)] as const);
  return bounded(Object.fromEntries(own), NAMES_MAX, OTHERS);
}

const CAMPAIGNS_MAX = 50;

function withinBounds(mails: Readonly<Record<string, MailTally>>): Readonly<Record<string, MailTally>> {
  return Object.fromEntries(
    Object.entries(mails).map(([name, one]) => [
      name,
      { ...one, skipped: bounded(one.skipped, NAMES_MAX, OTHERS), failed: bounded(one.failed, NAMES_MAX, OTHERS) },
    ]),
  );
}

function termsOfFirst([first]: readonly Entry[], { journey }: ReportTerms): JourneyTerms | undefined {
  return first && journey(first.release, first.journey);
}

function vouchersByPool(vouchers: readonly SeenVoucher[], now: Instant): Record<string, VoucherTally> {
  const groups = Map.groupBy(vouchers, ({ pool }) => pool);
  return Object.fromEntries(
    [...groups].map(([pool, own]) => [pool, own.map((one) => voucherTally(one, now)).reduce(added, noVouchers)]),
  );
}

function mailsBy(mails: readonly SeenMail[], by: 'journey' | 'topic'): Record<string, MailTally> {
  const groups = Map.groupBy(mails, (mail) => mail[by]);
  return Object.fromEntries([...groups].map(([name, own]) => [name, own.map(mailTally).reduce(added, noMails)]));
}
