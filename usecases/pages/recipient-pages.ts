import type { Policy, Topic } from '#core/catalogue.ts';
import type { SuppressionReason } from '#core/suppression.ts';
import { pageOf } from './layout.ts';
import { markup } from './markup.ts';
import type { Words } from './words.ts';

type Brand = Policy['brand'];

/** What a page says to one recipient. `address` is shown in part only: a mail may have been passed on. */
export type Recipient = { readonly words: Words; readonly brand: Brand; readonly address: string };

/** Asks before it unsubscribes: programs that look at links in mails only GET them. */
export function askToLeave({ words, brand, address }: Recipient, topic: string, preferences: string): string {
  const title = words.leaveTitle(topic);
  const body = markup`<h1>${title}</h1>
<p>${words.leaveText(brand.name, address)}</p>
<form method="post"><button name="source" value="page">${words.leaveButton}</button></form>
<p class="quiet"><a href="${preferences}">${words.chooseInstead}</a></p>`;
  return pageOf({ lang: words.lang, title, brand, body });
}

/** Asks once more: programs that look at links in mails only GET them, and must not confirm for somebody. */
export function askToConfirm({ words, brand, address }: Recipient, topics: readonly string[]): string {
  const title = words.confirmTitle;
  const body = markup`<h1>${title}</h1>
<p>${words.confirmText(brand.name, address)}</p>
<ul>${topics.map((topic) => markup`<li>${topic}</li>`)}</ul>
<form method="post"><button>${words.confirmButton}</button></form>
<p class="quiet">${words.confirmNotYou}</p>`;
  return pageOf({ lang: words.lang, title, brand, body });
}

export function saidGoodbye({ words, brand }: Omit<Recipient, 'address'>, topic: string, preferences: string): string {
  const body = markup`<h1>${words.leftTitle}</h1>
<p role="status">${words.leftText(topic, brand.name)}</p>
<p class="quiet">${words.leftByMistake} <a href="${preferences}">${words.choose}</a></p>`;
  return pageOf({ lang: words.lang, title: words.leftTitle, brand, body });
}

export type Centre = {
  readonly topics: readonly Topic[];
  readonly subscribed: ReadonlySet<string>;
  /** Asked for by a form, and not confirmed yet. */
  readonly waiting: ReadonlySet<string>;
  /** Why nothing comes, whatever is ticked. */
  readonly suppressed: SuppressionReason | undefined;
  readonly done?: 'saved' | 'left_all';
};

export function preferenceCentre(
  { words, brand, address }: Recipient,
  { topics, subscribed, waiting, suppressed, done }: Centre,
): string {
  const choices = topics.map(
    ({
      id,
      name,
      description,
    }) => markup`<label class="choice"><input type="checkbox" name="topic.${id}" value="on"${subscribed.has(id) && markup` checked`}>
<span>${name}</span>${description !== undefined && markup`<small>${description}</small>`}${waiting.has(id) && markup`<small class="waiting">${words.waiting}</small>`}</label>
`,
  );
  const body = markup`<h1>${words.centreTitle}</h1>
${done && markup`<p class="banner" role="status">${done === 'saved' ? words.saved : words.leftAll}</p>`}
<p>${words.centreText(brand.name, address)}</p>
${suppressed && markup`<p class="banner warning">${whyNothing(words, brand, suppressed)}</p>`}
<form method="post">
<fieldset><legend class="unseen">${words.centreLegend}</legend>
${choices}</fieldset>
<button name="action" value="save">${words.save}</button>
</form>
<form method="post">
<p class="quiet">${words.leaveAllText}</p>
<button class="second" name="action" value="leave_all">${words.leaveAll}</button>
</form>
${(suppressed === undefined || suppressed === 'complaint') && markup`<p class="quiet">${words.serviceMail}</p>`}`;
  return pageOf({ lang: words.lang, title: words.centreTitle, brand, body });
}

function whyNothing({ spam, blocked, bounced }: Words, { name }: Brand, reason: SuppressionReason): string {
  return { complaint: spam, manual: blocked(name), bounce: bounced }[reason];
}

/** A page with nothing to do on it. */
export function plainPage(words: Words, brand: Brand | undefined, title: string, text: string): string {
  return pageOf({ lang: words.lang, title, ...(brand && { brand }), body: markup`<h1>${title}</h1>\n<p>${text}</p>` });
}
