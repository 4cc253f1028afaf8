/** Why a person gets no mail, whatever they consented to: what suppresses, and what lifts it again. */
import type { Customer } from './customer.ts';
import { type Draft, note } from './draft.ts';
import { isConfirmation, type TimelineEvent } from './event.ts';
import type { Instant } from './instant.ts';

/** The first that there is decides what is not sent: a block and a bounce stop all mail, a complaint stops marketing. */
export const suppressionReasons = ['manual', 'bounce', 'complaint'] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

export type Suppression = {
  readonly at: Instant;
  /** Of a bounce: the address that it is about. Another address of the same person is not suppressed by it. */
  readonly address?: string;
  /** Of a block: why, in the words of whoever blocked, and who that was. */
  readonly why?: string;
  readonly by?: string;
};

export type Suppressions = { readonly [reason in SuppressionReason]?: Suppression };

type Suppressed = Pick<Customer, 'suppressed' | 'suppressions' | 'email'>;

/** All that suppresses somebody. Items of older versions hold only the one that counts. */
export function suppressionsOf({ suppressed, suppressions, email }: Suppressed): Suppressions {
  if (suppressed === undefined || suppressions[suppressed.reason] !== undefined) return suppressions;
  const { reason, ...one } = suppressed;
  return { ...suppressions, [reason]: { ...one, ...(reason === 'bounce' && email !== undefined && { address: email }) } };
}

/** Takes in what an event says about suppression; only what Rekindle itself saw, the person or an administrator counts. */
export function takeSuppression(draft: Draft, event: TimelineEvent): void {
  liftOtherAddress(draft, event.at);
  if (event.origin === 'admin') return takeWord(draft, event);
  if (event.origin === 'feedback' && event.name === 'Email Marked as Spam' && event.properties.feedbackType === 'not-spam')
    return lift(draft, 'complaint', event.at, 'the person told the mailbox that it is not spam');
  if (isConfirmation(event)) {
    const why = 'the person confirmed by a click in a mail that they want it';
    lift(draft, 'bounce', event.at, why);
    lift(draft, 'complaint', event.at, why);
  }
}

/** An administrator blocks somebody, or lifts what suppresses them. */
function takeWord(draft: Draft, { name, at, properties }: TimelineEvent): void {
  const by = String(properties.author);
  const why = typeof properties.reason === 'string' ? properties.reason : undefined;
  if (name === 'Customer Blocked')
    suppress(draft, 'manual', { at, by, ...(why !== undefined && { why }) }, `blocked by “${by}”${because(why)}`);
  if (name !== 'Customer Unblocked') return;
  const what = suppressionReasons.find((reason) => reason === properties.what) ?? 'manual';
  lift(draft, what, at, `by “${by}”${because(why)}`);
}

const because = (why: string | undefined): string => (why === undefined ? '' : `: ${why}`);

/** Adds a reason. The first of its kind stands, with its time. */
export function suppress(draft: Draft, reason: SuppressionReason, suppression: Suppression, why: string): void {
  const known = suppressionsOf(draft.customer);
  if (known[reason] !== undefined) return;
  set(draft, { ...known, [reason]: suppression });
  note(draft, suppression.at, 'suppressed', why);
}

/** Takes a reason away; one that came later than the word that lifts it stays. */
function lift(draft: Draft, reason: SuppressionReason, at: Instant, why: string): void {
  const { [reason]: known, ...others } = suppressionsOf(draft.customer);
  if (known === undefined || known.at > at) return;
  set(draft, others);
  note(draft, at, 'unsuppressed', `${LIFTED[reason]}: ${why}`);
}

const LIFTED = {
  manual: 'no longer blocked',
  bounce: 'the bounce counts no more',
  complaint: 'the complaint counts no more',
} as const;

/** A bounce is about an address. Whoever has another one now is not suppressed by it. */
function liftOtherAddress(draft: Draft, at: Instant): void {
  const { bounce } = suppressionsOf(draft.customer);
  if (bounce?.address === undefined || bounce.address === draft.customer.email) return;
  lift(draft, 'bounce', Math.max(at, bounce.at), 'the person has another address now');
}

function set(draft: Draft, suppressions: Suppressions): void {
  const { customer } = draft;
  customer.suppressions = suppressions;
  const first = effective(suppressions);
  if (first === undefined) delete customer.suppressed;
  else customer.suppressed = first;
  draft.changed.add('consent');
}

/** Of two people that are one now: all reasons of both, of each the earlier. */
export function foldSuppressions(into: Suppressed, from: Suppressed): Pick<Customer, 'suppressed' | 'suppressions'> {
  const [mine, theirs] = [suppressionsOf(into), suppressionsOf(from)];
  const both: { -readonly [reason in SuppressionReason]?: Suppression } = {};
  for (const reason of suppressionReasons) {
    const [one, other] = [mine[reason], theirs[reason]];
    const earlier = one !== undefined && (other === undefined || one.at <= other.at) ? one : other;
    if (earlier !== undefined) both[reason] = earlier;
  }
  const first = effective(both);
  return { suppressions: both, ...(first && { suppressed: first }) };
}

function effective(suppressions: Suppressions): NonNullable<Customer['suppressed']> | undefined {
  for (const reason of suppressionReasons) {
    const one = suppressions[reason];
    if (one === undefined) continue;
    const { address: _, ...shown } = one;
    return { reason, ...shown };
  }
  return undefined;
}
