import type { Identities, TimelineEvent } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { customerIdsOf, normalEmail } from '#core/identity.ts';
import { type Instant, toIso } from '#core/instant.ts';
import { canonical, type Json, type JsonObject } from '#core/json.ts';
import type { Call } from '#schemas/call.ts';
import type { BadField } from '../capture.ts';
import { todaysName } from './names.ts';
import { NO_TIME, type Times, timesOf } from './times.ts';

/** What is known of a call besides what it says itself. */
export type Circumstances = {
  readonly trust: 'publishable' | 'secret';
  readonly receivedAt: Instant;
  /** Its place in the request. */
  readonly index: number;
  readonly ip?: string;
  readonly userAgent?: string;
  readonly requestId?: string;
};

/** The event that a call tells of. Its key depends on what the sender said alone, wherever the sender said enough. */
export function eventOfCall(call: Call, circumstances: Circumstances): TimelineEvent | { readonly errors: readonly BadField[] } {
  const times = timesOf(call, circumstances.receivedAt);
  if ('errors' in times) return times;
  const identities = identitiesOf(call);
  const customer = customerIdsOf(identities)[0];
  if (customer === undefined) return { errors: noIdentity(call) };
  return {
    ...keyOf(call, times, circumstances),
    customer,
    kind: call.type,
    name: call.type === 'track' ? todaysName(call.event) : NAMES[call.type],
    at: times.at,
    receivedAt: circumstances.receivedAt,
    identities,
    properties: propertiesOf(call),
    ...traitsOf(call),
    context: contextOf(call, times, circumstances),
    trust: circumstances.trust,
    origin: 'api',
  };
}

const NAMES = { identify: 'Identify', page: 'Page', screen: 'Screen', group: 'Group', alias: 'Alias' } as const;

/**
 * Id and key time. With an id of its own a call is known by that; with a time alone by all that it says; with neither,
 * nothing tells a repeat from a second call, so each request is one.
 */
function keyOf(
  call: Call,
  { client }: Times,
  { receivedAt, index, requestId = '' }: Circumstances,
): Pick<TimelineEvent, 'id' | 'keyTime'> {
  if (call.messageId !== undefined) return { id: call.messageId, keyTime: client === undefined ? NO_TIME : toIso(client) };
  const { sentAt: _, ...said } = call;
  const content = canonical(said as Json);
  if (client !== undefined) return { id: `evt_${digest(32, content)}`, keyTime: toIso(client) };
  return { id: `evt_${digest(32, content, toIso(receivedAt), requestId, String(index))}`, keyTime: toIso(receivedAt) };
}

function identitiesOf(call: Call): Identities {
  // An alias says that two ids are one person. A client that aliases somebody with themselves has said nothing new.
  const previous = call.type === 'alias' && call.previousId !== call.userId ? call.previousId : undefined;
  const anonymousId = previous ?? call.anonymousId;
  const email = normalEmail(call.type === 'identify' ? call.traits?.email : undefined) ?? normalEmail(contextTraits(call).email);
  return {
    ...(call.userId !== undefined && { userId: call.userId }),
    ...(email !== undefined && { email }),
    ...(anonymousId !== undefined && { anonymousId }),
  };
}

function contextTraits(call: Call): JsonObject {
  const traits = call.context?.traits;
  return typeof traits === 'object' && traits !== null && !Array.isArray(traits) ? (traits as JsonObject) : {};
}

/** RudderStack's browser client tells an identify call's traits in the context alone; the call's own win. */
function traitsOf(call: Call): { traits?: JsonObject } {
  if (call.type !== 'identify') return {};
  const traits = { ...contextTraits(call), ...call.traits };
  return Object.keys(traits).length === 0 ? {} : { traits };
}

function noIdentity(call: Call): BadField[] {
  const path =
    call.type === 'identify' && call.traits?.email
      ? 'traits.email'
      : contextTraits(call).email
        ? 'context.traits.email'
        : undefined;
  if (path !== undefined) return [{ path, message: 'is not an e-mail address, and there is no userId or anonymousId' }];
  return [{ path: 'userId', message: 'is missing, and so are anonymousId and an e-mail address' }];
}

/** A group's traits are not the person's: they stay with the event. */
function propertiesOf(call: Call): JsonObject {
  switch (call.type) {
    case 'track':
      return call.properties ?? {};
    case 'page':
    case 'screen': {
      const { name, category } = call;
      return { ...(name !== undefined && { name }), ...(category !== undefined && { category }), ...call.properties };
    }
    case 'group':
      return { groupId: call.groupId, ...(call.traits && { traits: call.traits }) };
    case 'alias':
      return { previousId: call.previousId };
    case 'identify':
      return {};
  }
}

/** A browser's call comes from the person; a server's call only where the server says so (`direct`). */
function contextOf({ context = {} }: Call, { note }: Times, { trust, ip, userAgent }: Circumstances): JsonObject {
  const isPerson = trust === 'publishable' || context.direct === true;
  return {
    ...(isPerson && ip !== undefined && { ip }),
    ...(isPerson && userAgent !== undefined && userAgent !== '' && { userAgent: userAgent.slice(0, 1000) }),
    ...context,
    ...(note !== undefined && { timeNote: note }),
  };
}
