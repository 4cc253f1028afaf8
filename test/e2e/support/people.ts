/** What people do, in the words of the starter catalogue. */
import type { InboxMessage } from '#local/ports.ts';
import type { TimelineItem } from '#usecases/read-timeline.ts';
import type { LocalCloud } from './cloud.ts';

/** Signs somebody up, as the form of a website does. */
export async function signUp(cloud: LocalCloud, email: string, firstName = 'Ann'): Promise<void> {
  const fields = new URLSearchParams({ email, firstName, consent: 'on' });
  const { status } = await cloud.post('/f/newsletter', fields, { headers: { accept: 'text/html' } });
  if (status !== 303) throw new Error(`the form was answered with ${status}`);
}

export type Order = { readonly id: string; readonly revenue: number };

/** An order as the shop's server reports it; somebody who is known by e-mail alone is named by that. */
export async function order(cloud: LocalCloud, who: string, { id, revenue }: Order, key?: string): Promise<void> {
  const identity = who.includes('@')
    ? { anonymousId: `browser of ${who}`, context: { traits: { email: who } } }
    : { userId: who };
  const properties = { order_id: id, revenue, currency: 'EUR' };
  await cloud.call('track', { ...identity, event: 'Order Completed', properties }, key);
}

/** The address that a link of a mail leads to: its text stands in front of it in the text part. */
export function linkIn({ text }: Pick<InboxMessage, 'text'>, words: string): string {
  const at = text.indexOf(`${words} <`);
  const link = at < 0 ? undefined : /<(\S+)>/.exec(text.slice(at))?.[1];
  if (link === undefined) throw new Error(`no link “${words}” in the mail:\n${text}`);
  return link;
}

/** The address of one-click unsubscribing, from the header. */
export function oneClickAddress({ headers }: InboxMessage): string {
  const link = /^<(\S+)>$/.exec(headers['List-Unsubscribe'] ?? '')?.[1];
  if (link === undefined) throw new Error(`no List-Unsubscribe in ${JSON.stringify(headers)}`);
  return link;
}

/** What was sent about somebody, oldest first, when nothing is left to do; what the mail system reported is left out. */
export async function eventsOf(cloud: LocalCloud, id: string): Promise<TimelineItem[]> {
  await cloud.settle();
  const reported = ({ name, trust }: TimelineItem): boolean => trust === 'system' && String(name).startsWith('Email ');
  return (await cloud.timeline(id)).filter((item) => item.type === 'event' && !reported(item)).toReversed();
}

/** The names of events, in the order of the alphabet. */
export const namesOf = (events: readonly TimelineItem[]): unknown[] => events.map(({ name }) => name).sort();
