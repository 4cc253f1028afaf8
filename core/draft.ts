/** The working copy of one `advance`: written to inside, never seen outside. */
import type { Customer, Run, VoucherRef } from './customer.ts';
import type { Decision, Effect, Note } from './decision.ts';
import type { Instant } from './instant.ts';
import type { Catalogue } from './linked.ts';
import type { OffersLeft, OfferTally, Spending } from './offer-budget.ts';

type Writable<T> = T extends readonly (infer V)[] ? V[] : T extends Readonly<Record<string, infer V>> ? Record<string, V> : T;

/** Copied at the beginning, and written to. The others may only be replaced. */
type Copied = 'metrics' | 'flips';

export type DraftRun = { -readonly [K in keyof Run]: Run[K] };

type DraftCustomer = {
  -readonly [K in keyof Omit<
    Customer,
    'runs' | 'loyalty' | 'orders' | 'stage' | 'touches' | 'suppressed' | 'id' | 'filled' | 'voucherAt'
  >]: K extends Copied ? Writable<Customer[K]> : Customer[K];
} & {
  readonly id: Customer['id'];
  runs: DraftRun[];
  loyalty?: NonNullable<Customer['loyalty']>;
  orders?: NonNullable<Customer['orders']>;
  stage?: NonNullable<Customer['stage']>;
  touches?: NonNullable<Customer['touches']>;
  suppressed?: NonNullable<Customer['suppressed']>;
  filled?: NonNullable<Customer['filled']>;
  voucherAt?: Instant;
};

export type Draft = {
  readonly customer: DraftCustomer;
  readonly catalogue: Catalogue;
  readonly now: Instant;
  readonly effects: Effect[];
  readonly decisions: (Omit<Decision, 'notes' | 'offers'> & { readonly notes: Note[]; offers?: OfferTally })[];
  /** What changed since segments were last asked: dependency keys such as `event:Order Completed`. */
  readonly changed: Set<string>;
  /** Starts that a change of segments or tier asks for, carried out once the present stimulus is taken in. */
  readonly starts: Start[];
  /** What journeys have left to give away; one that is not there has enough. */
  readonly left: Map<string, Spending>;
};

export type Start = {
  /** What journeys with this trigger are found by: `segment_entry:vip`, `tier_change`, `stage_change`, `journey:welcome`. */
  readonly key: string;
  readonly at: Instant;
  readonly name: string;
  readonly why: string;
  /** How many journeys have set each other off so far. */
  readonly hops?: number;
  /** The voucher that it is about. */
  readonly voucher?: VoucherRef;
};

/**
 * Maps to which most events write are copied here, one level deep: what stands inside them is replaced, never written to.
 * The others (attributes, consents, segments …) are replaced as a whole by whoever changes them, which few events do.
 */
export function draftOf(customer: Customer, catalogue: Catalogue, now: Instant, left: OffersLeft = NONE_LIMITED): Draft {
  const copy: DraftCustomer = {
    ...(customer as DraftCustomer),
    metrics: { ...customer.metrics },
    flips: { ...customer.flips },
    runs: customer.runs.map((run) => ({ ...run })),
  };
  return { customer: copy, catalogue, now, effects: [], decisions: [], changed: new Set(), starts: [], left: new Map(left) };
}

const NONE_LIMITED: OffersLeft = new Map();

/** Writes down something that was decided, in the decision that is being made. */
export function note(
  draft: Draft,
  at: Instant,
  what: Note['what'],
  why: string,
  about: Omit<Note, 'at' | 'what' | 'why'> = {},
): void {
  draft.decisions.at(-1)?.notes.push({ at, what, why, ...about });
}
