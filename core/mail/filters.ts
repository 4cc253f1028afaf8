/** Filters of our own: numbers, money and dates in the recipient's language and zone, and addresses that are safe in a link. */
import type { Context, FilterImplOptions } from 'liquidjs';
import { fromIso } from '../instant.ts';
import { minorDigits } from '../loyalty/money.ts';

type Here = { readonly context: Context };

export const filters: Readonly<Record<string, FilterImplOptions>> = {
  /**
   * `{{ event.revenue | money: event.currency }}`, with as many decimal places as the currency has (none for JPY, three for
   * KWD); `money: 'EUR', 'whole'` leaves out cents, and `money: 'EUR', 'minor'` takes an amount that is counted in them.
   */
  money(this: Here, amount: unknown, currency?: unknown, form?: unknown): string {
    const value = toNumber(amount);
    const code = typeof currency === 'string' && /^[A-Za-z]{3}$/.test(currency) ? currency.toUpperCase() : undefined;
    if (value === undefined) return '';
    if (code === undefined) return formatted(localeOf(this), '', 2, value);
    const amountOf = form === 'minor' ? value / 10 ** minorDigits(code) : value;
    return formatted(localeOf(this), code, form === 'whole' ? 0 : undefined, amountOf);
  },

  /** `{{ loyalty.points | number }}`: grouped as the language does it; `number: 1` for one decimal place. */
  number(this: Here, amount: unknown, places?: unknown): string {
    const value = toNumber(amount);
    if (value === undefined) return '';
    const digits = toNumber(places);
    const shownPlaces = digits === undefined ? undefined : Math.min(10, Math.max(0, Math.trunc(digits)));
    return formatted(localeOf(this), '', shownPlaces, value);
  },

  /**
   * `{{ event.deliveredAt | date: 'long' }}`: short, medium, long, full, weekday, month, time or datetime, on the reader's own
   * clock. A day without a time, such as a birthday, is that day everywhere.
   */
  date(this: Here, instant: unknown, style?: unknown): string {
    const at = typeof instant === 'number' ? instant : typeof instant === 'string' ? fromIso(instant) : undefined;
    if (at === undefined || !Number.isFinite(at) || Math.abs(at) > 8.64e15) return '';
    const zone = typeof instant === 'string' && !instant.includes(':') ? 'UTC' : zoneOf(this);
    return shownBy(dateFormat(localeOf(this), zone, typeof style === 'string' ? style : 'long'), at);
  },

  /** Put in by publishing where an address starts with a value: `javascript:` and its like must not come from data. */
  safe_url(address: unknown): string {
    const text = typeof address === 'string' ? address.trim() : '';
    return /^(?:https?:\/\/|mailto:|tel:)/i.test(text) ? text : '#';
  },

  /** Everything is escaped already; twice would show the escapes. */
  escape: (value: unknown) => value,
  escape_once: (value: unknown) => value,
  xml_escape: (value: unknown) => value,
};

const styles: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  short: { dateStyle: 'short' },
  medium: { dateStyle: 'medium' },
  long: { dateStyle: 'long' },
  full: { dateStyle: 'full' },
  weekday: { weekday: 'long' },
  month: { day: 'numeric', month: 'long' },
  time: { timeStyle: 'short' },
  datetime: { dateStyle: 'long', timeStyle: 'short' },
};

/** Bounds what is remembered of each kind. */
const CACHED_MAX = 1000;

/**
 * A format, and what it made of values: a mail shows the same amount in its HTML and its text, and many mails the same prices.
 * To look it up takes a tenth of the time of making it.
 */
type Format = { readonly format: (value: number) => string; readonly shown: Map<number, string> };

/** By locale, and then by what else tells a format from others. */
type Formats = Map<string, Map<string, Format>>;

const numbers: Formats = new Map();
const dates: Formats = new Map();

/** A number, or an amount where a currency is given. */
function formatted(locale: string, currency: string, places: number | undefined, value: number): string {
  const form = places === undefined ? currency : `${currency}${places}`;
  const known = numbers.get(locale)?.get(form);
  return shownBy(known ?? remembered(numbers, locale, form, numberFormat(locale, currency, places)), value);
}

function numberFormat(locale: string, currency: string, places: number | undefined): Format['format'] {
  const digits = places === undefined ? {} : { minimumFractionDigits: places, maximumFractionDigits: places };
  const { format } = new Intl.NumberFormat(locale, { ...digits, ...(currency && { style: 'currency' as const, currency }) });
  return format;
}

function dateFormat(locale: string, zone: string, style: string): Format {
  const form = `${zone}|${style}`;
  return dates.get(locale)?.get(form) ?? remembered(dates, locale, form, dateFormatOf(locale, zone, style));
}

function dateFormatOf(locale: string, zone: string, style: string): Format['format'] {
  const options = styles[style] ?? styles.long;
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }).format;
  } catch {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format;
  }
}

function remembered(formats: Formats, locale: string, form: string, format: Format['format']): Format {
  const made = { format, shown: new Map<number, string>() };
  const forms = cached(formats, locale, () => new Map<string, Format>());
  if (forms.size >= CACHED_MAX) forms.clear();
  forms.set(form, made);
  return made;
}

function shownBy({ format, shown }: Format, value: number): string {
  const known = shown.get(value);
  // As keys of a map 0 and −0 are one; shown they are two.
  if (known !== undefined && value !== 0) return known;
  const text = format(value);
  if (shown.size >= CACHED_MAX) shown.clear();
  shown.set(value, text);
  return text;
}

function cached<Value>(cache: Map<string, Value>, key: string, make: () => Value): Value {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const value = make();
  if (cache.size >= CACHED_MAX) cache.clear();
  cache.set(key, value);
  return value;
}

function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The language of the mail, or English where the tag is not one: a formatter must not stop a mail. */
function localeOf(here: Here): string {
  const locale = variable(here, 'locale');
  if (typeof locale !== 'string') return 'en';
  const known = locales.get(locale);
  return known ?? cached(locales, locale, () => canonical(locale));
}

function canonical(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

const locales = new Map<string, string>();

function zoneOf(here: Here): string {
  const zone = variable(here, 'zone');
  return typeof zone === 'string' ? zone : 'UTC';
}

/** As a template sees it, which may have assigned another. Not by `getSync`, whose generators take longer than to format. */
function variable({ context }: Here, name: 'locale' | 'zone'): unknown {
  return (context as unknown as { findScope(name: string): Readonly<Record<string, unknown>> }).findScope(name)[name];
}
