import { type Asked, confirm, openConfirmation } from '#usecases/confirm.ts';
import {
  askToConfirm,
  askToLeave,
  plainPage,
  preferenceCentre,
  type Recipient,
  saidGoodbye,
} from '#usecases/pages/recipient-pages.ts';
import { type Words, wordsIn } from '#usecases/pages/words.ts';
import {
  choices,
  leaveEverything,
  type Opened,
  openLink,
  type PreferencesDependencies,
  savePreferences,
  subscribedTo,
  topicIn,
  unsubscribe,
  viewMail,
  waitingFor,
} from '#usecases/preferences.ts';
import { readFields } from '../edge/body.ts';
import { html, type Reply, type Request, type Routes } from '../edge/http.ts';
import { contentSecurityPolicy } from '../edge/security-headers.ts';

const BODY_BYTES_MAX = 16 * 1024;

/** The pages behind the links in mails. A link that does not work gets a page that says so, and what to do. */
export function preferences(dependencies: PreferencesDependencies): Routes {
  type Purpose = 'unsubscribe' | 'preferences' | 'view';
  const opened =
    (purpose: Purpose, answer: (opened: Opened, request: Request) => Promise<Reply> | Reply) => async (request: Request) => {
      const link = await openLink(dependencies, purpose, request.params.token ?? '');
      return link === undefined ? unknownLink(request) : answer(link, request);
    };
  return {
    'GET /u/{token}': opened('unsubscribe', (link, request) =>
      link.customer === undefined
        ? unknownLink(request)
        : html(200, askToLeave(recipient(link, request), topicName(link, request), link.preferences)),
    ),
    'POST /u/{token}': opened('unsubscribe', async (link, request) => {
      await unsubscribe(dependencies, link, fieldsOf(request).source === 'page' ? 'page' : 'one-click');
      return html(200, saidGoodbye(recipient(link, request), topicName(link, request), link.preferences));
    }),
    'GET /p/{token}': opened('preferences', (link, request) =>
      link.customer === undefined ? unknownLink(request) : centre(link, request, { subscribed: subscribedTo(link.customer) }),
    ),
    'POST /p/{token}': opened('preferences', async (link, request) => {
      if (link.customer === undefined) return unknownLink(request);
      const fields = readFields(request, { bytesMax: BODY_BYTES_MAX }).values;
      if (fields.action === 'leave_all') {
        await leaveEverything(dependencies, link);
        return centre(link, request, { subscribed: new Set(), done: 'left_all' });
      }
      const wanted = Object.keys(fields).flatMap((name) => (name.startsWith('topic.') ? [name.slice('topic.'.length)] : []));
      const subscribed = await savePreferences(dependencies, link, new Set(wanted));
      return centre(link, request, { subscribed, done: 'saved' });
    }),
    'GET /v/{token}': opened('view', async (link, request) => {
      const mail = await viewMail(dependencies, link, request.origin);
      if (mail === undefined) return unknownLink(request);
      return html(200, mail, { 'content-security-policy': contentSecurityPolicy({ img: 'https:' }) });
    }),
    'GET /c/{token}': async (request) => {
      const asked = await openConfirmation(dependencies, request.params.token ?? '');
      return asked === undefined ? unknownLink(request) : confirmation(asked, request);
    },
    'POST /c/{token}': async (request) => {
      const { ip, userAgent } = request;
      const asked = await confirm(dependencies, request.params.token ?? '', { ip, userAgent });
      return asked === undefined ? unknownLink(request) : confirmation(asked, request);
    },
  };
}

function confirmation({ state, release, locale, topics, email }: Asked, { headers }: Request): Reply {
  const { brand } = release.policy;
  const words = wordsIn(locale, headers['accept-language'], release.policy.locale);
  switch (state) {
    case 'open':
      return html(200, askToConfirm({ words, brand, address: inPart(email) }, topics));
    case 'confirmed':
      return html(200, plainPage(words, brand, words.confirmedTitle, words.confirmedText(brand.name)));
    case 'expired':
      return html(410, plainPage(words, brand, words.expiredTitle, words.expiredText));
  }
}

type Shown = { readonly subscribed: ReadonlySet<string>; readonly done?: 'saved' | 'left_all' };

function centre(link: Opened, request: Request, shown: Shown): Reply {
  const { lang } = wordsFor(link, request);
  const topics = choices(link.release).map((topic) => topicIn(topic, lang, link.locale));
  const left = shown.done === 'left_all' ? [] : waitingFor(link.customer);
  const waiting = new Set([...left].filter((topic) => !shown.subscribed.has(topic)));
  const suppressed = link.customer?.suppressed?.reason;
  return html(200, preferenceCentre(recipient(link, request), { topics, waiting, suppressed, ...shown }));
}

function recipient(link: Opened, request: Request): Recipient {
  const { customer, release } = link;
  return { words: wordsFor(link, request), brand: release.policy.brand, address: inPart(customer?.email ?? '') };
}

/** The language that is known of the person, else what the browser asks for, else the brand's. */
function wordsFor({ locale, release }: Opened, { headers }: Request): Words {
  return wordsIn(locale, headers['accept-language'], release.policy.locale);
}

function topicName(link: Opened, request: Request): string {
  const { about, release, locale } = link;
  const topic = release.topics.find(({ id }) => id === about.topic);
  return topic === undefined ? about.topic : topicIn(topic, wordsFor(link, request).lang, locale).name;
}

/** `an…@example.com`: enough for whom it belongs to, of no use to anybody else. A line does not break in it. */
function inPart(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '' : `${[...address.slice(0, at)].slice(0, Math.min(2, at - 1)).join('')}…\u2060${address.slice(at)}`;
}

/** Mail programs send what they like; whatever came, a POST to this address means to leave. */
function fieldsOf(request: Request): Readonly<Record<string, unknown>> {
  try {
    return readFields(request, { bytesMax: BODY_BYTES_MAX }).values;
  } catch {
    return {};
  }
}

function unknownLink({ headers }: Request): Reply {
  const words = wordsIn(headers['accept-language']);
  return html(404, plainPage(words, undefined, words.unknownTitle, words.unknownText));
}
