/** Vouchers that a customer holds: issued by a decision, until they are used or lapse. Their codes are made outside. */
import type { HeldVoucher } from './customer.ts';
import { type Draft, note } from './draft.ts';
import type { TimelineEvent } from './event.ts';
import { add, type Duration, type Instant, NEVER, toIso } from './instant.ts';
import type { Spending } from './offer-budget.ts';

/** A kind of voucher, as `vouchers.json` declares it. */
export type VoucherPool = {
  readonly id: string;
  readonly name: string;
  /** What it is worth, as customers read it: "20 % off your next order". */
  readonly description: string;
  /** The description in other languages, by language tag. */
  readonly translations?: Readonly<Record<string, { readonly description: string }>>;
  /** For the shop's own use: `{ "percent": 20 }`. */
  readonly value?: Readonly<Record<string, string | number | boolean>>;
  /** Made when they are issued, or given out from a list that was imported. */
  readonly codes: 'generated' | 'imported';
  readonly prefix?: string;
  readonly validFor?: Duration;
  /** How often one code may be used; once, where it is left out. */
  readonly uses?: number | 'any';
  /** Whether only the customer whom it was issued to may use it. True where it is left out. */
  readonly bound?: boolean;
  /** Somebody is told when fewer imported codes are left. */
  readonly lowAt?: number;
};

/** A voucher that was decided. Committed with the decision; whoever commits it gives it its code. */
export type Voucher = {
  readonly id: string;
  readonly customer: HeldVoucher['customer'];
  readonly pool: string;
  readonly at: Instant;
  /** From when on it is worth nothing; null for never. */
  readonly validUntil: Instant | null;
  readonly reason: string;
  /** What it spends of the budget of the journey that issues it. */
  readonly spent?: Spending & { readonly journey: string };
};

/** Vouchers that one person's item remembers; the oldest are forgotten first, and stay valid. */
const HELD_MAX = 50;

/** The event by which a used code is made known to its owner. Only the voucher's own book-keeping writes it. */
const USED = 'Voucher Used';

/** Gives a voucher of a pool; undefined where the release has no such pool. The same id gives the same voucher. */
export function issue(
  draft: Draft,
  {
    id,
    pool: name,
    validFor,
    reason,
    spent,
  }: Pick<Voucher, 'id' | 'pool' | 'reason' | 'spent'> & { readonly validFor?: Duration },
  at: Instant,
): HeldVoucher | undefined {
  const { customer, catalogue } = draft;
  const pool = catalogue.pools.get(name);
  if (pool === undefined) {
    note(draft, at, 'refused', `no voucher: the release has no pool ${name}`);
    return undefined;
  }
  const known = customer.vouchers.find((one) => one.id === id);
  if (known !== undefined) return known;
  const period = validFor ?? pool.validFor;
  const validUntil = period === undefined ? null : add(at, period);
  const held: HeldVoucher = { id, customer: customer.id, pool: name, at, validUntil, warned: [] };
  const voucher = { id, customer: customer.id, pool: name, at, validUntil, reason, ...(spent && { spent }) };
  draft.effects.push({ type: 'voucher', voucher });
  customer.vouchers = [...customer.vouchers, held].slice(-HELD_MAX);
  draft.changed.add('attribute:vouchers');
  note(
    draft,
    at,
    'voucher',
    `a voucher of ${pool.name}${validUntil === null ? '' : `, until ${toIso(validUntil).slice(0, 10)}`}: ${reason}`,
  );
  setNext(draft, at);
  return held;
}

/** A voucher was used: it is not held any more. */
export function takeVoucher(draft: Draft, event: TimelineEvent): void {
  if (event.name !== USED || event.origin !== 'voucher') return;
  const { customer } = draft;
  const id = String(event.properties.voucher);
  if (event.properties.remaining !== 0 || !customer.vouchers.some((one) => one.id === id)) return;
  customer.vouchers = customer.vouchers.filter((one) => one.id !== id);
  draft.changed.add('attribute:vouchers');
  note(draft, event.at, 'voucher', 'it was used');
  setNext(draft, event.at);
}

/** Lets vouchers lapse, and tells journeys of those that soon will. */
export function passVoucherTime(draft: Draft, at: Instant): void {
  const { customer, catalogue } = draft;
  for (const held of customer.vouchers) {
    if (held.validUntil === null || held.validUntil > at) continue;
    customer.vouchers = customer.vouchers.filter((one) => one !== held);
    draft.changed.add('attribute:vouchers');
    note(
      draft,
      held.validUntil,
      'voucher',
      `a voucher of ${catalogue.pools.get(held.pool)?.name ?? held.pool} lapsed without being used`,
    );
  }
  customer.vouchers = customer.vouchers.map((held) => {
    const due = catalogue.voucherWarnings.filter((warning) => !held.warned.includes(warning) && warnsAt(held, warning) <= at);
    for (const warning of due) {
      const why = `a voucher lapses on ${toIso(held.validUntil ?? at).slice(0, 10)}`;
      draft.starts.push({
        key: 'voucher',
        at,
        name: `expiring:${warning}:${held.pool}`,
        why,
        voucher: { customer: held.customer, id: held.id },
      });
    }
    return due.length === 0 ? held : { ...held, warned: [...held.warned, ...due] };
  });
  setNext(draft, at);
}

function warnsAt({ validUntil }: HeldVoucher, warning: Duration): Instant {
  return validUntil === null ? NEVER : add(validUntil, warning, -1);
}

function setNext(draft: Draft, at: Instant): void {
  const { customer, catalogue } = draft;
  const times = customer.vouchers.flatMap((held) => [
    held.validUntil ?? NEVER,
    ...catalogue.voucherWarnings.filter((one) => !held.warned.includes(one)).map((one) => Math.max(warnsAt(held, one), at)),
  ]);
  const next = Math.min(NEVER, ...times);
  if (next === NEVER) delete customer.voucherAt;
  else customer.voucherAt = next;
}
