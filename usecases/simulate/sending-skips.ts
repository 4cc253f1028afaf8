import type { Customer } from '#core/customer.ts';
import type { Message } from '#core/decision.ts';
import { confirmationTopic } from '#core/double-opt-in.ts';
import { eventKey, type TimelineEvent } from '#core/event.ts';
import type { JsonObject } from '#core/json.ts';
import { missing } from '#core/mail/render.ts';
import type { CompiledCatalogue } from '../compile-catalogue.ts';
import { mailVariables } from '../mail-variables.ts';

export type SendingSkips = {
  /** An event that a mail may be about. */
  readonly took: (event: TimelineEvent) => void;
  /** Why a mail that was decided would be skipped when it is sent: a variable that its template needs has no value. */
  readonly why: (message: Message, customer: Customer) => string | undefined;
};

export function sendingSkips({ release, templates }: Pick<CompiledCatalogue, 'release' | 'templates'>): SendingSkips {
  const required = new Map(
    templates.flatMap((template) => (template.required.length > 0 ? [[template.version, template.required] as const] : [])),
  );
  const needsEvents = [...required.values()].flat().some((path) => path === 'event' || path.startsWith('event.'));
  const events = new Map<string, JsonObject>();
  return {
    took: (event) => {
      if (needsEvents) events.set(`${event.customer} ${eventKey(event)}`, event.properties);
    },
    why: (message, customer) => {
      const needed = message.status === 'queued' ? required.get(message.templateVersion) : undefined;
      if (needed === undefined) return undefined;
      const event = (message.trigger && events.get(`${message.trigger.customer} ${message.trigger.key}`)) ?? {};
      const absent = missing(
        { required: needed },
        mailVariables({ customer, message, release, event, voucher: message.voucher && A_VOUCHER }, linksOf(message)),
      );
      return absent.length === 0 ? undefined : `no value for ${absent.join(', ')}`;
    },
  };
}

/** Codes are given when a voucher is stored. */
const A_VOUCHER = { code: 'SIMULATED', validUntil: '2000-01-01T00:00:00.000Z', description: 'simulated' };

/** Signed links are made when a mail is sent, and are always there. */
const LINKS = {
  unsubscribe: 'https://example.com/u',
  preferences: 'https://example.com/p',
  view: 'https://example.com/v',
  referral: 'https://example.com/r',
};
const CONFIRM = { confirm: 'https://example.com/c' };

const linksOf = ({ topic }: Message) => (topic === confirmationTopic.id ? CONFIRM : LINKS);
