/**
 * The catalogue as it is written (after parsing) and as it is released (compiled). Parsing with problems and suggestions
 * is the work of `schemas/`; these types are what it must yield.
 */
import type { Condition, EventCondition } from './condition.ts';
import type { Duration } from './instant.ts';
import type { JsonObject } from './json.ts';
import type { Loyalty } from './loyalty/programme.ts';
import type { ReleasedPrediction } from './prediction/settings.ts';
import type { VoucherPool } from './vouchers.ts';

type TopicId = string;
export type Topic = {
  readonly id: TopicId;
  readonly name: string;
  readonly description?: string;
  readonly type: 'marketing' | 'transactional';
  /** By language tag, for the pages that recipients see. */
  readonly translations?: Readonly<Record<string, { readonly name: string; readonly description?: string }>>;
};

export type Segment = {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly when: Condition;
  /** The plain rule that counts where `when` asks for a forecast and there is none: no model, one that is stale, no orders. */
  readonly fallback?: Condition;
};

export type FormField = {
  readonly name: string;
  readonly type: 'email' | 'text' | 'tel' | 'number' | 'date' | 'checkbox' | 'select' | 'hidden' | 'consent';
  readonly label: string;
  readonly required?: boolean;
  readonly options?: readonly string[];
  readonly pattern?: string;
  readonly maxLength?: number;
};

export type Form = {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly fields: readonly FormField[];
  readonly consent?: { readonly topics: readonly TopicId[]; readonly text: string; readonly version: string };
  readonly optIn: 'single' | 'double';
  /** With a double opt-in: the mails that ask for the confirmation. Times count from the post; none has months or years. */
  readonly confirmation?: {
    readonly template: string;
    /** Of the reminders; the same template, where it is left out. */
    readonly reminderTemplate?: string;
    readonly reminders: readonly Duration[];
    readonly validFor: Duration;
  };
  readonly honeypot?: string;
  /** Whoever sends our own page of the form sooner is asked to send it once more. */
  readonly fillTimeMin?: Duration;
  readonly limits?: FormLimits;
  readonly captcha?: FormCaptcha;
  readonly allowedOrigins?: readonly string[];
  readonly redirect?: string;
  readonly submitLabel?: string;
  readonly thanks?: string;
};

/** A check that a person sends the form; our secret at the provider is no part of the catalogue. */
type FormCaptcha = {
  readonly provider: 'turnstile' | 'hcaptcha';
  readonly siteKey: string;
  /** What becomes of a post that the provider could not be asked about. */
  readonly onFailure: 'accept' | 'refuse';
};

/** So many posts within a period; from one address, and of all together. */
type FormLimits = { readonly perAddress?: Limit; readonly perForm?: Limit };
export type Limit = { readonly max: number; readonly per: Duration };

/** At most so many mails of some topics to one person within a period, over all journeys (or within one). */
export type Cap = {
  readonly max: number;
  readonly per: Duration;
  /** All marketing topics, where it is left out. */
  readonly topics?: readonly TopicId[];
};

/** What a journey may give to all customers together in one period after the other, or in all where none is stated. */
export type OfferBudget = {
  /** Vouchers. */
  readonly max?: number;
  /** What they may be worth together. */
  readonly value?: { readonly amount: number; readonly currency: string };
  readonly per?: Duration;
};

/** Hours of a wall clock, `HH:MM`; `from` after `to` crosses midnight. Days are those on which the window begins. */
export type Hours = { readonly from: string; readonly to: string; readonly days?: readonly Weekday[] };
export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

export type Policy = {
  readonly sender: { readonly name: string; readonly address?: string; readonly replyTo?: string };
  readonly brand: { readonly name: string; readonly postalAddress: string; readonly url?: string };
  readonly zone: string;
  readonly locale: string;
  readonly caps?: readonly Cap[];
  /** Marketing mail waits for the end of these hours, on the reader's own clock. */
  readonly quietHours?: Hours;
  /** This share of all people gets no marketing journey at all, so that the effect of everything can be measured. */
  readonly holdout?: { readonly percent: number };
  /** Addresses (`ann@example.com`) and domains (`@example.com`) that test mails may go to. */
  readonly testRecipients?: readonly string[];
  /** After so many mails in a row that could not be delivered for now, the address counts as dead. 5 within P30D by default. */
  readonly softBounces?: { readonly max: number; readonly within: Duration };
  /** What becomes of a message whose sending was cut off between the call to SES and its record, and after how long. */
  readonly unknownOutcome: { readonly after: Duration; readonly policy: 'assume_sent' | 'retry' };
  /** How often a report of everything is gathered by itself. P1D where it is left out. */
  readonly reports?: { readonly every: Duration | 'never' };
};

/** What gives points: events, each in its measure, or a condition for as long as it holds. */
export type ScoreRule = { readonly id: string; readonly name?: string; readonly points: number } & (
  | {
      readonly event: string;
      readonly where?: Condition;
      /** So many count in all, or in each period. */
      readonly limit?: { readonly max: number; readonly per?: Duration };
      /** Counts in full until so long after the event, then not at all; it does not fade. */
      readonly expires?: Duration;
      /** Neither fades nor ends. */
      readonly lasts?: boolean;
    }
  | { readonly when: Condition }
);

export type Score = {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** Points of events are worth half after so long, a quarter after twice as long … */
  readonly halfLife?: Duration;
  readonly min?: number;
  readonly max?: number;
  readonly rules: readonly ScoreRule[];
};

export type Stage = { readonly id: string; readonly name: string; readonly description?: string; readonly when: Condition };

export type Scoring = {
  readonly scores: readonly Score[];
  /** From the lowest up: somebody is in the highest one whose condition holds. */
  readonly stages?: readonly Stage[];
  /** Whether a stage is left when its condition no longer holds; otherwise people only rise. */
  readonly stagesGoBack?: boolean;
  /** Events by which the company turned to somebody, beside mails. */
  readonly contacts?: readonly string[];
  /** Events that show where somebody came from, beside forms and identify calls. */
  readonly touches?: readonly string[];
};

export type Trigger =
  | { readonly type: 'event'; readonly event: string; readonly where?: Condition }
  /** Of a form with double opt-in: whether its post starts the journey or, as for all journeys of a catalogue, the confirmation. */
  | { readonly type: 'form'; readonly form: string; readonly on?: 'post' | 'confirmation' }
  | { readonly type: 'segment_entry' | 'segment_exit'; readonly segment: string }
  | { readonly type: 'tier_change'; readonly to?: readonly string[]; readonly direction?: 'up' | 'down' | 'any' }
  | { readonly type: 'stage_change'; readonly to?: readonly string[]; readonly direction?: 'up' | 'down' | 'any' }
  | {
      readonly type: 'schedule';
      /** RFC 5545: `FREQ=WEEKLY;BYDAY=MO;BYHOUR=9`. */
      readonly rule: string;
      /** The wall-clock time from which the rule counts: `2026-01-01T09:00`. */
      readonly start: string;
      /** The zone of the wall clock: an IANA name, or each customer's own. The policy's, where it is left out. */
      readonly zone?: string;
      readonly segment?: string;
    }
  | {
      readonly type: 'date';
      readonly attribute: string;
      readonly repeat: 'yearly' | 'once';
      /** Days before (negative) or after the date. */
      readonly offsetDays?: number;
      /** On the customer's own wall clock. */
      readonly time: string;
    }
  | { readonly type: 'points'; readonly reached: number }
  /** So long before points lapse. */
  | { readonly type: 'points'; readonly expiring: Duration }
  /** So long before a voucher lapses that was not used: of one pool, or of any. */
  | { readonly type: 'voucher'; readonly expiring: Duration; readonly pool?: string }
  | { readonly type: 'api' };

type StepBase = { readonly id: string; readonly name?: string };

/** An event that a wait, an exit rule or a goal listens for; `where` may compare with the event that started the run. */
export type AwaitedEvent = { readonly event: string; readonly where?: Condition };

export type Step =
  | (StepBase & { readonly type: 'send_email'; readonly template: string; readonly topic: TopicId })
  | (StepBase & {
      readonly type: 'delay';
      readonly for?: Duration;
      readonly until?: string;
      readonly untilAttribute?: string;
      /** With `untilAttribute`: so much before (`-P7D`) or after it. */
      readonly offset?: string;
    })
  | (StepBase & { readonly type: 'time_window'; readonly zone?: string } & Hours)
  | (StepBase & {
      readonly type: 'wait_until';
      readonly when: Condition;
      readonly timeout: Duration;
      readonly onMet?: readonly Step[];
      readonly onTimeout?: readonly Step[];
    })
  | (StepBase & {
      readonly type: 'random_split';
      readonly branches: readonly { readonly name: string; readonly percent: number; readonly steps: readonly Step[] }[];
    })
  | (StepBase & { readonly type: 'holdout'; readonly percent: number })
  | (StepBase & { readonly type: 'start_journey'; readonly journey: string })
  | (StepBase & { readonly type: 'repeat'; readonly times: number; readonly until?: Condition; readonly steps: readonly Step[] })
  | (StepBase & {
      readonly type: 'wait_for_event';
      readonly events: readonly (AwaitedEvent & { readonly steps?: readonly Step[] })[];
      readonly timeout: Duration;
      readonly onTimeout?: readonly Step[];
    })
  | (StepBase & {
      readonly type: 'condition';
      readonly when: Condition;
      readonly yes?: readonly Step[];
      readonly no?: readonly Step[];
    })
  | (StepBase & {
      readonly type: 'branch';
      readonly cases: readonly { readonly name: string; readonly when: Condition; readonly steps: readonly Step[] }[];
      readonly default?: readonly Step[];
    })
  | (StepBase & { readonly type: 'update_profile'; readonly set: JsonObject })
  | (StepBase & { readonly type: 'subscribe' | 'unsubscribe'; readonly topic: TopicId })
  | (StepBase & {
      readonly type: 'issue_voucher';
      readonly pool: string;
      readonly validFor?: Duration;
      readonly onIssued?: readonly Step[];
      /** Instead of it, where the customer gets none. */
      readonly onRefused?: readonly Step[];
    })
  | (StepBase & { readonly type: 'award_points'; readonly points: number; readonly reason: string })
  | (StepBase & { readonly type: 'emit_event'; readonly event: string; readonly properties?: JsonObject })
  | (StepBase & { readonly type: 'webhook'; readonly url: string; readonly body?: JsonObject })
  | (StepBase & { readonly type: 'exit'; readonly reason: string });

export type Journey = {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly status: 'draft' | 'active' | 'paused' | 'archived';
  readonly trigger: Trigger;
  /** How often one person may enter. `once` by default; `after` an interval since the last entry. Never twice at the same time. */
  readonly reentry: {
    readonly mode: 'once' | 'always' | 'after' | 'max';
    readonly interval?: Duration;
    readonly max?: number;
    /** A new entry ends the run that there is; without it, who is inside cannot enter. */
    readonly restart?: boolean;
    /** One run for each value of this property of the trigger: each order, each cart. */
    readonly key?: string;
  };
  readonly caps?: readonly Cap[];
  readonly offerBudget?: OfferBudget;
  /** Instead of the policy's; `false` for none. */
  readonly quietHours?: Hours | false;
  /** What becomes of a mail that comes later than it should by more than `maxAge`. `send` by default. */
  readonly onLate?: { readonly mode: 'send' | 'skip' | 'next_window'; readonly maxAge: Duration };
  /** Of mails that compete at the same instant the higher number goes first. 0 by default. */
  readonly priority?: number;
  /** What a new version does with those who are in an older one. `finish` by default. */
  readonly onPublish?: 'finish' | 'migrate' | 'exit';
  readonly holdout?: { readonly percent: number };
  readonly goal?: { readonly event: string; readonly where?: Condition; readonly window: Duration };
  readonly exitWhen?: readonly EventCondition[];
  readonly steps: readonly Step[];
};

/** One locale of a template, compiled: MJML is HTML by now, Liquid is still to be run. */
export type CompiledMail = {
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
};

/** `version` is a hash of all locales; compiled templates are stored under it and never change. */
export type CompiledTemplate = {
  readonly name: string;
  readonly version: string;
  readonly locales: Readonly<Record<string, CompiledMail>>;
  /** Variables that must have a value, or the mail is skipped with a reason: dotted paths such as `customer.firstName`. */
  readonly required: readonly string[];
};

/** Everything a release decides with. Immutable; `id` is `rel_` and a hash of the content. */
export type Release = {
  readonly id: string;
  readonly topics: readonly Topic[];
  readonly policy: Policy;
  readonly segments: readonly Segment[];
  readonly forms: readonly Form[];
  readonly journeys: readonly Journey[];
  readonly loyalty?: Loyalty;
  readonly scoring?: Scoring;
  readonly vouchers?: readonly VoucherPool[];
  readonly prediction?: ReleasedPrediction;
  readonly templates: readonly TemplateRef[];
};

export type TemplateRef = { readonly name: string; readonly version: string; readonly locales: readonly string[] };
