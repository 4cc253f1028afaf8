import type { JsonObject } from '../json.ts';

/** What a template can use. `customer` and `event` are open: attributes and properties have the names that they were sent with. */
export type MailVariables = {
  readonly customer: JsonObject & { readonly id: string; readonly email: string };
  /** The properties of the event that started the journey; empty where a segment did. */
  readonly event: JsonObject;
  readonly loyalty?: LoyaltyVariables;
  /** The voucher that the journey has issued on the way to this mail. */
  readonly voucher?: { readonly code: string; readonly validUntil?: string; readonly description?: string };
  /** `confirm` in the mail of a double opt-in alone, which has none of the others. */
  readonly links: {
    readonly unsubscribe?: string;
    readonly preferences?: string;
    readonly view?: string;
    readonly confirm?: string;
    /** Where the reader sends friends; for members who have a code. */
    readonly referral?: string;
  };
  readonly brand: { readonly name: string; readonly postalAddress: string; readonly url?: string };
  readonly journey: { readonly id: string; readonly name: string };
  readonly message: { readonly id: string };
  readonly locale: string;
  readonly zone: string;
};

type LoyaltyVariables = {
  /** All points that can be used. */
  readonly points: number;
  readonly pending: number;
  readonly spend: number;
  readonly currency: string;
  readonly tier?: {
    readonly id: string;
    readonly name: string;
    readonly benefits?: readonly string[];
    readonly attributes?: Readonly<Record<string, string | number | boolean>>;
    readonly since: string;
  };
  /** The next tier up, and what is missing to it; none on the highest. */
  readonly next?: { readonly id: string; readonly name: string; readonly missing: number };
  /** What is missing to keep the tier, and until when; none where it is safe. */
  readonly keep?: { readonly missing: number; readonly until: string };
  /** The points that lapse next, and when; none where nothing does. */
  readonly expiring?: { readonly points: number; readonly at: string };
};

/** Every path that is offered; `*` stands for anything below. Publishing refuses templates that use others. */
export const offered = [
  'customer.*',
  'event.*',
  'loyalty.points',
  'loyalty.pending',
  'loyalty.spend',
  'loyalty.currency',
  'loyalty.tier.id',
  'loyalty.tier.name',
  'loyalty.tier.benefits.*',
  'loyalty.tier.attributes.*',
  'loyalty.tier.since',
  'loyalty.next.id',
  'loyalty.next.name',
  'loyalty.next.missing',
  'voucher.code',
  'voucher.validUntil',
  'voucher.description',
  'loyalty.keep.missing',
  'loyalty.keep.until',
  'loyalty.expiring.points',
  'loyalty.expiring.at',
  'links.unsubscribe',
  'links.preferences',
  'links.view',
  'links.confirm',
  'links.referral',
  'brand.name',
  'brand.postalAddress',
  'brand.url',
  'journey.id',
  'journey.name',
  'message.id',
  'locale',
  'zone',
] as const;
