import type { Release } from '#core/catalogue.ts';
import { attribute, type Customer } from '#core/customer.ts';
import type { Message } from '#core/decision.ts';
import { isZone } from '#core/instant.ts';
import type { JsonObject } from '#core/json.ts';
import { programmeOf } from '#core/loyalty/programme.ts';
import { loyaltyView } from '#core/loyalty/view.ts';
import type { MailVariables } from '#core/mail/variables.ts';

export type MailLinks = MailVariables['links'];

/** What the template of one message may use about one person. */
export function mailVariables(
  {
    customer,
    message,
    release,
    event,
    voucher,
  }: {
    customer: Customer;
    message: Message;
    release: Release;
    event: JsonObject;
    voucher?: MailVariables['voucher'] | undefined;
  },
  links: MailLinks,
): MailVariables {
  const { policy, journeys } = release;
  const zone = attribute(customer, 'timezone');
  const { confirm, preferences, referral, unsubscribe, view } = links;
  return {
    customer: { ...customer.attributes, ...touchesOf(customer), id: customer.id, email: customer.email ?? '' },
    event,
    ...loyaltyOf(customer, release),
    ...(voucher && { voucher }),
    links: {
      ...(referral !== undefined && { referral }),
      ...(view !== undefined && { view }),
      ...(confirm !== undefined && { confirm }),
      ...(message.topicType === 'marketing' && {
        ...(unsubscribe !== undefined && { unsubscribe }),
        ...(preferences !== undefined && { preferences }),
      }),
    },
    brand: policy.brand,
    journey: { id: message.journey, name: journeys.find(({ id }) => id === message.journey)?.name ?? message.journey },
    message: { id: message.id },
    locale: regionalLocale(customer.attributes.locale, message.locale),
    zone: isZone(zone) ? zone : policy.zone,
  };
}

/** Where the person came from, under the names that conditions use. */
function touchesOf(customer: Customer): JsonObject {
  const [firstTouch, lastTouch] = [attribute(customer, 'firstTouch'), attribute(customer, 'lastTouch')];
  return firstTouch === undefined || lastTouch === undefined ? {} : { firstTouch, lastTouch };
}

/** Money and dates follow the person's own region where the mail is in their language: `pt-PT`, not `pt`. */
export function regionalLocale(locale: unknown, written: string): string {
  if (typeof locale !== 'string') return written;
  const own = locale.replaceAll('_', '-');
  return own.split('-')[0]?.toLowerCase() === written.split('-')[0]?.toLowerCase() ? own : written;
}

function loyaltyOf({ loyalty }: Customer, { loyalty: programme }: Release): Pick<MailVariables, 'loyalty'> {
  if (programme === undefined) return {};
  const { tier, ...view } = loyaltyView(programmeOf(programme), loyalty);
  return { loyalty: { ...view, ...(tier && { tier: { ...tier, since: tier.since ?? '' } }) } };
}
