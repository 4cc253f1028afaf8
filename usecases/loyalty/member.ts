/** What a member may see in a web page: their own balance, by a token that the shop's server asked for when they logged in. */
import type { CustomerId } from '#core/event.ts';
import { HOUR_MS, toIso } from '#core/instant.ts';
import { invitingOf, referralLink } from '../links.ts';
import type { Clock, Random } from '../ports.ts';
import { tokenSecret, tokens } from '../tokens.ts';
import { type Balance, type BalanceDependencies, balanceOf, personAndProgramme } from './balance.ts';

export type MemberDependencies = BalanceDependencies & { readonly random: Random; readonly now: Clock };

export type MemberToken = { readonly token: string; readonly expiresAt: string };

/** Longest life of a token. */
const TOKEN_HOURS_MAX = 24;

/** A token for one customer, good for so many hours. Whoever has it sees the balance, and can change nothing. */
export async function memberToken(dependencies: MemberDependencies, who: string, hours: number): Promise<MemberToken> {
  const { customer } = await personAndProgramme(dependencies, who);
  const expiresAt = dependencies.now() + Math.min(hours, TOKEN_HOURS_MAX) * HOUR_MS;
  const secret = await tokenSecret(dependencies.table, dependencies.random);
  return { token: tokens(secret).seal('member', [customer.id, expiresAt]), expiresAt: toIso(expiresAt) };
}

/** The balance of whom a token is for; undefined where it is forged or too old. Throws `NotThere`. */
export async function memberBalance(dependencies: MemberDependencies, token: string): Promise<Balance | undefined> {
  const data = tokens(await tokenSecret(dependencies.table, dependencies.random)).open('member', token);
  if (data === undefined) return undefined;
  const [customer, expiresAt] = data as [CustomerId, number];
  return expiresAt <= dependencies.now() ? undefined : balanceOf(dependencies, customer);
}

/** The link that a member gives to friends; undefined before the first order, and without referrals in the programme. */
export async function memberReferral(
  dependencies: MemberDependencies,
  who: string,
): Promise<{ readonly link: string } | undefined> {
  const { customer, release } = await personAndProgramme(dependencies, who);
  const inviting = invitingOf(customer, release);
  if (inviting === undefined) return undefined;
  return { link: referralLink(await tokenSecret(dependencies.table, dependencies.random), inviting) };
}
