/** Decision records as sentences. */
import type { Journey, Trigger } from '#core/catalogue.ts';
import { describeTrigger } from '../describe-journey.ts';
import type { CustomerView } from '../read-customer.ts';
import type { DatedNote, EventItem, MailItem, Records } from './records.ts';

/** What is said, and of which instant; null where it holds now. */
export type Sentence = { readonly at: string | null; readonly text: string };

/** Address, consent and suppression; also of marketing topics that the journeys in question need and nothing is known of. */
export function personSentences(customer: CustomerView, { notes }: Records, needed: readonly string[]): Sentence[] {
  const { email, suppressed, consents, createdAt } = customer;
  const merges = notes.filter(({ what }) => what === 'identity').map(({ at, why }) => ({ at, text: why }));
  const unknown = needed.filter((topic) => !(topic in consents)).sort();
  return [
    { at: createdAt, text: 'known since then' },
    ...merges,
    ...(email === undefined ? [{ at: null, text: 'no e-mail address is known: no mail can be sent' }] : []),
    ...Object.entries(consents).map(([topic, { status, at, source }]) => ({ at, text: `${topic}: ${status} by ${source}` })),
    ...unknown.map((topic) => ({ at: null, text: `${topic}: no consent was given; marketing mail of this topic is not sent` })),
    ...(suppressed === undefined ? [] : [{ at: suppressed.at, text: SUPPRESSED[suppressed.reason] }]),
  ];
}

const SUPPRESSED = {
  bounce: 'suppressed: the address has bounced, and gets no mail at all',
  complaint: 'suppressed: a mail was marked as spam, and no marketing mail is sent since',
  manual: 'suppressed: the person is blocked, and gets no mail at all',
} as const;

/** What was decided about a journey, in its order, and where the person waits now. */
export function considered({ id, customer, records }: { id: string; customer: CustomerView; records: Records }): Sentence[] {
  const said = records.of(id).flatMap((note) => sentenceOf(note, records));
  const waits = customer.runs
    .filter(({ journey }) => journey === id)
    .map(({ step, since, until }): Sentence => {
      const end = until === null ? 'without an end' : `until ${utc(until)} at the latest`;
      return { at: null, text: `stands at the step ${step} since ${utc(since)}, ${end}` };
    });
  return [...said, ...waits];
}

function sentenceOf(note: DatedNote, records: Records): Sentence[] {
  const { at, what, why, step } = note;
  const text = (words: string): Sentence[] => [{ at, text: words }];
  switch (what) {
    case 'entered':
      return text(`entered: ${why}`);
    case 'not_entered':
      return text(`did not enter: ${why}`);
    case 'message':
    case 'message_skipped':
      return text(mailText(note, records.mail(note.message)));
    case 'step':
      // What became of a mail is said already.
      return /^(?:queued|skipped: )/.test(why) ? [] : text(`at the step ${step ?? ''}: ${why}`.replace('step :', 'step:'));
    case 'held':
      return text(`held at the step ${step ?? 'that comes next'}: ${why}`);
    case 'goal_reached':
      return text(`reached the goal: ${why}`);
    case 'left':
      return text(why.startsWith('holdout') ? `left: ${why.replace(/^holdout: /, '')}` : `left, ${why}`);
    default:
      return text(`${what.replaceAll('_', ' ')}: ${why}`);
  }
}

/** What has become of a mail, with the times that are known. */
function mailText({ what, why, step }: DatedNote, mail: MailItem | undefined): string {
  if (mail === undefined) return what === 'message' ? why : `a mail was not sent: ${why}`;
  const name = `the mail ${mail.template} (${step ?? mail.step})`;
  if (mail.status === 'skipped') return `${name} was not sent: ${mail.reason ?? why}`;
  const known = FATES.flatMap(([fate, words]) => {
    const at = mail[`${fate}At`];
    return typeof at === 'string' ? [`${words} ${utc(at)}`] : [];
  });
  const last = known.length === 0 ? [STATUS[mail.status] ?? mail.status] : known;
  return `${name}: ${[...last, ...(mail.reason === undefined ? [] : [mail.reason])].join(', ')}`;
}

const FATES = [
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['opened', 'opened'],
  ['clicked', 'clicked'],
  ['bounced', 'bounced'],
  ['complained', 'marked as spam'],
  ['failed', 'failed'],
] as const;

const STATUS: Readonly<Record<string, string>> = {
  queued: 'about to be sent',
  waiting: 'waits to be sent',
  claimed: 'is being sent',
  unknown: 'whether it was sent is not known yet',
};

type Never = {
  readonly id: string;
  readonly known: Journey | undefined;
  readonly customer: CustomerView;
  readonly records: Records;
};

/** Why a journey was never considered for somebody: what it waits for, and what the timeline says of that. */
export function whyNever({ id, known, customer, records }: Never): Sentence[] {
  const said = records.of(id).flatMap((note) => sentenceOf(note, records));
  if (known === undefined) return [...said, { at: null, text: 'nothing that lets people enter it has happened' }];
  return [
    ...said,
    { at: null, text: `it starts when ${describeTrigger(known.trigger)}` },
    ...evidence(known.trigger, id, customer, records),
    ...(known.status === 'active' ? [] : [{ at: null, text: `it is ${known.status}: nobody enters` }]),
  ];
}

function evidence(trigger: Trigger, id: string, customer: CustomerView, records: Records): Sentence[] {
  switch (trigger.type) {
    case 'event':
      return seen(
        records.events.filter(({ name }) => name === trigger.event),
        `“${trigger.event}”`,
        trigger.where !== undefined,
      );
    case 'form': {
      const [name, what] =
        trigger.on === 'confirmation' ? (['Form Confirmed', 'confirmation'] as const) : (['Form Submitted', 'post'] as const);
      const found = records.events.filter((one) => one.name === name && one.properties?.form === trigger.form);
      return seen(found, `${what} of the form ${trigger.form}`, false);
    }
    case 'api': {
      const asked = records.events.filter((one) => one.name === 'Journey Requested' && one.properties?.journey === id);
      return seen(asked, `“Journey Requested” for it`, false);
    }
    case 'segment_entry':
    case 'segment_exit':
      return ofSegment(trigger, customer, records);
    case 'tier_change': {
      const tier = customer.loyalty?.tier;
      return [
        {
          at: null,
          text: tier === undefined ? 'the person has no tier' : `the tier is ${tier.name}, and has not changed so since`,
        },
      ];
    }
    case 'stage_change': {
      const { stage } = customer;
      const text = stage?.name == null ? 'the person is in no stage' : `the stage is ${stage.name}, since ${utc(stage.since)}`;
      return [{ at: null, text }];
    }
    case 'voucher':
      return [{ at: null, text: 'no voucher of the person was about to lapse' }];
    case 'points':
      return [{ at: null, text: `the balance is ${customer.loyalty?.points ?? 0} points` }];
    case 'date': {
      const value = customer.attributes[trigger.attribute.split('.', 1)[0] ?? ''];
      const text = value === undefined ? 'is not known' : `is ${JSON.stringify(value)}, and its time has not come`;
      return [{ at: null, text: `the attribute ${trigger.attribute} ${text}` }];
    }
    case 'schedule':
      return [{ at: null, text: scheduleText(trigger.segment, customer) }];
  }
}

function seen(events: readonly EventItem[], what: string, isChoosy: boolean): Sentence[] {
  const last = events.at(-1);
  if (last === undefined) return [{ at: null, text: `no ${what} is on the timeline` }];
  const times = events.length === 1 ? 'once' : `${events.length} times, the last time`;
  const why = isChoosy ? 'its condition did not hold, or the journey was not active then' : 'the journey was not active then';
  return [{ at: last.at, text: `${what} is on the timeline ${times}; ${why}` }];
}

function ofSegment(
  { type, segment }: { type: 'segment_entry' | 'segment_exit'; segment: string },
  { segments }: CustomerView,
  { notes }: Records,
): Sentence[] {
  const wanted = type === 'segment_entry' ? 'segment_entered' : 'segment_left';
  const last = notes.findLast((note) => note.what === wanted && note.segment === segment);
  const way = type === 'segment_entry' ? 'entered' : 'left';
  if (last !== undefined) return [{ at: last.at, text: `${way} the segment ${segment}; the journey was not active then` }];
  const now = segments.find(({ id }) => id === segment);
  const state = now === undefined ? 'is not in it' : `is in it since ${utc(now.since)}`;
  return [{ at: null, text: `the person has never ${way} the segment ${segment}, and ${state}` }];
}

function scheduleText(segment: string | undefined, { segments }: CustomerView): string {
  if (segment === undefined || segments.some(({ id }) => id === segment))
    return 'its time has not come since the person is known';
  return `the person is not in the segment ${segment}`;
}

/** `2026-03-06 10:00 UTC`. */
const utc = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
