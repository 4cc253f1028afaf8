/** A balance, as a shop or its page shows it. */
import type { CustomerId } from '#core/event.ts';
import { type Instant, toIso } from '#core/instant.ts';
import { programmeOf, type Reward } from '#core/loyalty/programme.ts';
import { loyaltyView } from '#core/loyalty/view.ts';
import type { Table } from '../ports.ts';
import { findPerson } from '../read-customer.ts';
import { type Catalogues, currentRelease } from '../store/catalogue.ts';

export type BalanceDependencies = { readonly table: Table; readonly catalogues: Pick<Catalogues, 'current' | 'release'> };

export type Balance = {
  readonly customer: CustomerId;
  readonly points: number;
  readonly pending: number;
  readonly currency: string;
  readonly spend: number;
  /** Points by when they lapse; null for those that do not by themselves. */
  readonly lots: readonly { readonly points: number; readonly expiresAt: string | null }[];
  readonly waiting: readonly { readonly points: number; readonly confirmedAt: string }[];
  readonly tier?: { readonly id: string; readonly name: string; readonly benefits: readonly string[]; readonly since?: string };
  readonly next?: { readonly id: string; readonly name: string; readonly missing: number; readonly by: string };
  readonly keep?: { readonly missing: number; readonly until: string };
  readonly expiring?: { readonly points: number; readonly at: string };
  readonly rewards: readonly (Reward & { readonly affordable: boolean })[];
};

/** Where there is nobody, no programme, or no such reward. */
export class NotThere extends Error {
  override readonly name = 'NotThere';
}

/** By customer id, e-mail address, user id or anonymous id. Throws `NotThere`. */
export async function balanceOf(dependencies: BalanceDependencies, who: string): Promise<Balance> {
  const { customer, programme } = await personAndProgramme(dependencies, who);
  const { loyalty } = customer;
  const { tier, next, ...view } = loyaltyView(programme, loyalty);
  return {
    customer: customer.id,
    ...view,
    lots: (loyalty?.lots ?? []).map(({ left, expiresAt }) => ({ points: left, expiresAt: isoOrNull(expiresAt) })),
    waiting: (loyalty?.waiting ?? []).map(({ points, until }) => ({ points, confirmedAt: toIso(until) })),
    ...(tier && {
      tier: {
        id: tier.id,
        name: tier.name,
        benefits: tier.benefits ?? [],
        ...(tier.since !== undefined && { since: tier.since }),
      },
    }),
    ...(next && { next: { ...next, by: programme.tiers.by } }),
    rewards: programme.rewards.map((reward) => ({ ...reward, affordable: reward.points <= view.points })),
  };
}

/** Somebody, and the programme in force. */
export async function personAndProgramme({ table, catalogues }: BalanceDependencies, who: string) {
  const release = await currentRelease(catalogues);
  if (release?.loyalty === undefined) throw new NotThere('the release has no loyalty programme');
  const person = await findPerson(table, who);
  if (person === undefined) throw new NotThere('nobody is known by this id');
  return { customer: person.customer, programme: programmeOf(release.loyalty), release };
}

const isoOrNull = (at: Instant | null): string | null => (at === null ? null : toIso(at));
