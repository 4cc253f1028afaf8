import type { TimelineEvent } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { fromIso, type Instant, toIso } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';

/** What is known of the click: proof, together with the post, that the person wanted it. */
export type Click = { readonly at: Instant; readonly ip?: string; readonly userAgent?: string };

/** The consent that a post of a form with double opt-in asks for; undefined for every other event. */
export function askedConsent({ origin, properties }: TimelineEvent): JsonObject | undefined {
  const consent = properties.consent as JsonObject | null | undefined;
  return origin === 'form' && consent?.optIn === 'double' ? consent : undefined;
}

/** Until when a post can be confirmed: what was promised when it was sent. */
export function confirmableUntil(post: TimelineEvent): Instant {
  return fromIso(String(askedConsent(post)?.confirmableUntil)) ?? post.receivedAt;
}

/**
 * The answer to a post with double opt-in, told with all that the post said: journeys that the form triggers start with
 * it, and the consent's proof is complete in it. The same post gives the same event, however often it is confirmed.
 */
export function confirmationOf(post: TimelineEvent, { at, ip, userAgent }: Click): TimelineEvent {
  const { email } = post.identities;
  const page = (post.context?.page as JsonObject | undefined)?.url;
  const { optIn: _, confirmableUntil: __, ...consent } = askedConsent(post) ?? {};
  const asked = {
    at: toIso(post.at),
    ...(typeof post.context?.ip === 'string' && { ip: post.context.ip }),
    ...(page && { page }),
  };
  return {
    id: `confirm-${digest(24, post.customer, post.id)}`,
    customer: post.customer,
    kind: 'consent',
    name: 'Form Confirmed',
    at,
    receivedAt: at,
    keyTime: post.keyTime,
    identities: email === undefined ? {} : { email },
    properties: { ...post.properties, consent, asked },
    context: {
      ...(ip !== undefined && { ip }),
      ...(userAgent !== undefined && userAgent !== '' && { userAgent: userAgent.slice(0, 1000) }),
    },
    trust: 'confirmed',
    origin: 'recipient',
  };
}
