/** Tells reactions of programs from those of people, as far as what SES reports lets one. */
import type { Instant } from '../instant.ts';

export type Reaction = {
  readonly type: 'open' | 'click';
  readonly at: Instant;
  readonly userAgent: string;
  readonly link: string;
};

/** What is known of the message besides: when it was delivered, and all clicks around the one in question. */
export type Surroundings = {
  readonly deliveredAt: Instant | undefined;
  readonly clicks: readonly { readonly at: Instant; readonly link: string }[];
};

/** So soon after it arrived nobody has read a mail. */
const TOO_SOON_MS = 2000;
/** Nobody clicks different links so fast. */
const TOGETHER_MS = 2000;

/**
 * Why a reaction is not a person's; undefined where it may be. Opens through Google's and Yahoo's image proxies are people's:
 * these load a picture when the mail is opened. Apple's loads all, opened or not, and names itself by nothing but this.
 */
export function machineReason(reaction: Reaction, { deliveredAt, clicks }: Surroundings): string | undefined {
  const { type, at, userAgent, link } = reaction;
  if (userAgent.trim() === 'Mozilla/5.0')
    return type === 'open' ? 'a privacy proxy loads all pictures' : 'no browser calls itself so';
  if (SCANNER.test(userAgent)) return 'the program names itself as a scanner';
  if (deliveredAt !== undefined && at - deliveredAt < TOO_SOON_MS && at >= deliveredAt - TOO_SOON_MS)
    return 'it came as soon as the mail was delivered';
  const together = type === 'click' && clicks.some((one) => one.link !== link && Math.abs(one.at - at) <= TOGETHER_MS);
  return together ? 'several links were followed at once' : undefined;
}

/** Mail gateways and link checkers that say who they are, and tools that are no browsers. */
const SCANNER = new RegExp(
  [
    'barracuda|mimecast|proofpoint|symantec|messagelabs|cloudmark|trend ?micro|ironport|fireeye|sophos|bitdefender|safelinks',
    '(?:^|\\W)bot\\b|bot/\\d|\\b(?:crawler|spider|link ?(?:check|scan)\\w*)\\b|headlesschrome|phantomjs',
    '\\b(?:curl|wget|python-requests|python-urllib|aiohttp|go-http-client|libwww-perl|apache-httpclient|okhttp|java|axios|node-fetch)/',
  ].join('|'),
  'i',
);
