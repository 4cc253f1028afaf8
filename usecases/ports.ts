/** What the use cases need of the outside. Each port has one contract suite, run on every implementation. */
import type { CustomerId } from '#core/event.ts';
import type { Instant } from '#core/instant.ts';
import type { Limits } from '#core/pace.ts';

export type Value = string | number | boolean;
export type Key = { readonly pk: string; readonly sk: string };
/** Bytes are for what is read as a whole: no condition asks for them. */
export type Item = Key & { readonly [name: string]: Value | Uint8Array | undefined };

/**
 * `absent`: no such item. Otherwise the item must be there, and each attribute equal to the value, or to one of the values, or
 * a number that is not below another.
 */
export type Condition = 'absent' | { readonly [name: string]: Value | readonly Value[] | { readonly atLeast: number } };

export type Write =
  | { readonly put: Item; readonly if?: Condition }
  | {
      readonly update: Key;
      readonly set: { readonly [name: string]: Value };
      readonly remove?: readonly string[];
      /** Added to the numbers that stand there, or to 0 where none does; whoever counts at the same time loses nothing. */
      readonly add?: { readonly [name: string]: number };
      readonly if?: Condition;
    }
  | { readonly delete: Key; readonly if?: Condition }
  /** Changes nothing: only what else stands in the transaction depends on it. */
  | { readonly check: Key; readonly if: Condition };

/** `failed` are the places of the writes whose conditions did not hold, with what stood there. A single update answers the new item. */
export type Written =
  | { readonly ok: true; readonly item?: Item }
  | { readonly ok: false; readonly failed: readonly { readonly index: number; readonly item?: Item }[] };

export type Page = { readonly items: readonly Item[]; readonly cursor: string | null };

export type PageOptions = {
  readonly prefix?: string;
  readonly limit?: number;
  readonly cursor?: string;
  readonly descending?: boolean;
};

/** The one table. Reads are strongly consistent, except for `due`. Faults are thrown; a condition that fails is an answer. */
export type Table = {
  get(key: Key): Promise<Item | undefined>;
  /** Up to 100 keys; missing items are left out. */
  batchGet(keys: readonly Key[]): Promise<readonly Item[]>;
  query(pk: string, options?: PageOptions): Promise<Page>;
  write(write: Write): Promise<Written>;
  /** Up to 100 writes of different items: all, or none. */
  transact(writes: readonly Write[]): Promise<Written>;
  /** All customers of one shard, by `wakeAt`, from a cursor on. Who moves meanwhile may be missed or come twice. */
  customers(
    shard: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ readonly pks: readonly string[]; readonly cursor: string | null }>;
  /** Customers of one shard whose `wakeAt` is not after an instant, earliest first. */
  due(shard: string, until: Instant, limit: number): Promise<readonly { readonly pk: string; readonly wakeAt: string }[]>;
};

export type Published = {
  readonly source: 'rekindle' | 'rekindle.internal';
  readonly type: string;
  readonly at: Instant;
  readonly detail: object;
};

/** The event bus. Answers the places of the entries that it did not take; the caller offers these again. */
export type Bus = { publish(entries: readonly Published[]): Promise<readonly number[]> };

/** The bus rules that the catalogue needs: which event names reach `evaluate`. */
export type Rules = { replace(names: readonly string[]): Promise<void> };

export type Mail = {
  readonly to: string;
  readonly fromName: string;
  readonly from?: string;
  readonly replyTo?: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
};

/**
 * What became of handing a mail over. `later`: not this mail now. `closed`: no mail of this account now, with the time after
 * which to try again. `unknown`: the line broke after the mail may have been taken.
 */
export type Handed =
  | { readonly outcome: 'sent'; readonly id: string }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'later'; readonly reason: string }
  | { readonly outcome: 'closed'; readonly reason: string; readonly forMs: number }
  | { readonly outcome: 'unknown'; readonly reason: string };

export type Mailer = {
  hand(mail: Mail): Promise<Handed>;
  /** What the account may send. Throws where the mail system does not say. */
  limits(): Promise<Limits>;
};

/** A queue into which its own reader puts what must wait. Each body is JSON; a delay is at most 900 s. */
export type Line = { add(entries: readonly { readonly body: object; readonly delaySeconds: number }[]): Promise<void> };

/** Posts JSON to a public address; never to a private network. */
export type Caller = {
  post(
    url: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: string }>;
};

export type CaptchaProvider = 'turnstile' | 'hcaptcha';

/**
 * `refused`: whoever sent the token has not passed the check. `unreachable`: nobody knows, for the provider does not answer,
 * answers what is not understood, or does not know our secret.
 */
export type CaptchaAnswer =
  /** With the host of the page on which the check was passed, where the provider tells it. */
  | { readonly outcome: 'passed'; readonly hostname?: string }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'unreachable'; readonly reason: string };

/** Asks a provider whether a person has passed its check. Never throws, and answers within a few seconds. */
export type Captcha = {
  verify(asked: {
    readonly provider: CaptchaProvider;
    readonly secret: string;
    readonly token: string;
    readonly ip?: string | undefined;
  }): Promise<CaptchaAnswer>;
};

export type Clock = () => Instant;

/** Waits before something is tried again; a test does not. */
export type Pause = (ms: number) => Promise<void>;

/** Random bytes, for keys and tokens only: nothing that is decided depends on them. */
export type Random = (bytes: number) => Uint8Array;

/** Customers are spread over so many partitions of the `wake` index; the text of a number below it. */
export const WAKE_SHARDS = 16;

export type { CustomerId };
