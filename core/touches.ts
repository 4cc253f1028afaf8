/** Where people come from: the first and the last time that a campaign, another site or a form brought somebody. */
import type { Touch, Touches } from './customer.ts';
import type { Draft } from './draft.ts';
import type { TimelineEvent } from './event.ts';
import { toIso } from './instant.ts';
import type { Json, JsonObject } from './json.ts';

/** Longest text of one part of a touch: these come from addresses that anybody can write. */
const TEXT_MAX = 200;

/** What stands for a visit of which no source is known. */
const DIRECT = 'direct';

/** Keeps the touch that an event is, if it is one; only where the catalogue scores leads. */
export function takeTouch(draft: Draft, event: TimelineEvent): void {
  const known = draft.customer.touches;
  const touches = touchesWith(known, event);
  if (touches === undefined || touches === known) return;
  draft.customer.touches = touches;
  if (touches.first !== known?.first) draft.changed.add('attribute:firstTouch');
  if (touches.last !== known?.last) draft.changed.add('attribute:lastTouch');
}

/** The touches with one more event; the same object where it changes nothing. */
export function touchesWith(known: Touches | undefined, event: TimelineEvent): Touches | undefined {
  const touch = touchOf(event);
  if (touch === undefined) return known;
  return foldTouches(known, { first: touch, last: touch });
}

/** The earliest first one; of the last ones the latest that names a source, since a direct visit says nothing of where from. */
export function foldTouches(one: Touches | undefined, other: Touches | undefined): Touches | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const first = isBefore(other.first, one.first) ? other.first : one.first;
  const last = isStronger(other.last, one.last) ? other.last : one.last;
  return first === one.first && last === one.last ? one : { first, last };
}

/** A touch as conditions and templates see it: `firstTouch.source`, `lastTouch.campaign`, `lastTouch.at`. */
export function touchJson(touch: Touch | undefined): JsonObject | undefined {
  return touch && ({ ...touch, at: toIso(touch.at) } satisfies JsonObject);
}

function isBefore(one: Touch, other: Touch): boolean {
  if (one.at !== other.at) return one.at < other.at;
  if (isDirect(one) !== isDirect(other)) return isDirect(other);
  return one.event < other.event;
}

function isStronger(one: Touch, other: Touch): boolean {
  if (isDirect(one) !== isDirect(other)) return isDirect(other);
  return one.at === other.at ? one.event > other.event : one.at > other.at;
}

const isDirect = ({ source }: Touch): boolean => source === DIRECT;

/** A campaign (`context.campaign` of the Segment spec) or another site brought somebody, or a page or a form was reached directly. */
function touchOf(event: TimelineEvent): Touch | undefined {
  if (event.origin !== 'api' && event.origin !== 'form') return undefined;
  const { context = {}, properties } = event;
  const page = { ...(event.kind === 'page' ? properties : {}), ...objectOf(context.page) };
  const url = text(page.url);
  const referrer = hostOf(page.referrer);
  const isOwn = referrer !== undefined && referrer === hostOf(page.url);
  const form = event.origin === 'form' ? text(properties.form) : undefined;
  const about = { ...(url !== undefined && { page: url }), ...(form !== undefined && { form }) };
  const base = { at: event.at, event: event.id };
  const campaign = campaignOf(objectOf(context.campaign));
  if (Object.keys(campaign).length > 0) {
    const from = referrer === undefined || isOwn ? {} : { referrer };
    return { ...base, source: campaign.source ?? from.referrer ?? 'unknown', ...campaign, ...from, ...about };
  }
  if (referrer !== undefined && !isOwn) return { ...base, source: referrer, medium: 'referral', referrer, ...about };
  // Who goes from page to page has been touched before; who fills in a form there has come from somewhere, unknown to us.
  const arrives = form !== undefined || (event.kind === 'page' && !isOwn);
  return arrives ? { ...base, source: DIRECT, ...about } : undefined;
}

/** `name` is the campaign itself. */
function campaignOf(said: JsonObject): Pick<Touch, 'medium' | 'campaign' | 'term' | 'content'> & { readonly source?: string } {
  const parts = [
    ['source', said.source],
    ['medium', said.medium],
    ['campaign', said.name],
    ['term', said.term],
    ['content', said.content],
  ] as const;
  return Object.fromEntries(
    parts.flatMap(([name, value]) => {
      const known = text(value);
      return known === undefined ? [] : [[name, known]];
    }),
  );
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, TEXT_MAX) : undefined;
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Without `www.`, so that a site and its other name are one. */
function hostOf(address: Json | undefined): string | undefined {
  if (typeof address !== 'string' || !/^https?:\/\//i.test(address)) return undefined;
  const host = URL.parse(address)?.hostname.replace(/^www\./, '');
  return host === undefined || host === '' ? undefined : host.slice(0, TEXT_MAX);
}
