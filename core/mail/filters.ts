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
    if (code === undefined) return formatted(localeOf(this), undefined, 2, value);
    const amountOf = form === 'minor' ? value / 10 ** minorDigits(code) : value;
    return formatted(localeOf(this), code, form === 'whole' ? 0 : undefined, amountOf);
  },

  /** `{{ loyalty.points | number }}`: grouped as the language does it; `number: 1` for one decimal place. */
  number(this: Here, amount: unknown, places?: unknown): string {
    const value = toNumber(amount);
    if (value === undefined) return '';
    const digits = toNumber(places);
    return numberFormat(
      localeOf(this),
      undefined,
      digits === undefined ? undefined : Math.min(10, Math.max(0, Math.trunc(digits))),
    ).format(value);
  },

  /**
   * `{{ event.deliveredAt | date: 'long' }}`: short, medium, long, full, weekday, month, time or datetime, on the reader's own
   * clock. A day without a time, such as a birthday, is that day everywhere.
   */
  date(this: Here, instant: unknown, style?: unknown): string {
    const at = typeof instant === 'number' ? instant : typeof instant === 'string' ? fromIso(instant) : undefined;
    if (at === undefined || !Number.isFinite(at) || Math.abs(at) > 8.64e15) return '';
    const zone = typeof instant === 'string' && !instant.includes(':') ? 'UTC' : zoneOf(this);
    return dateFormat(localeOf(this), zone, typeof style === 'string' ? style : 'long').format(at);
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

const CACHED_MAX = 1000;
const numbers = new Map<string, Intl.NumberFormat>();
const dates = new Map<string, Intl.DateTimeFormat>();

const shown = new Map<string, string>();

/** A mail shows the same amount in its HTML and its text, and many mails show the same prices. */
function formatted(locale: string, currency: string | undefined, places: number | undefined, value: number): string {
  return cached(shown, `${locale}|${currency}|${places}|${value}`, () => numberFormat(locale, currency, places).format(value));
}

function numberFormat(locale: string, currency: string | undefined, places: number | undefined): Intl.NumberFormat {
  return cached(numbers, `${locale}|${currency}|${places}`, () => {
    const digits = places === undefined ? {} : { minimumFractionDigits: places, maximumFractionDigits: places };
    return new Intl.NumberFormat(locale, { ...digits, ...(currency && { style: 'currency' as const, currency }) });
  });
}

function dateFormat(locale: string, zone: string, style: string): Intl.DateTimeFormat {
  return cached(dates, `${locale}|${zone}|${style}`, () => {
    const options = styles[style] ?? styles.long;
    try {
      return new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    } catch {
      return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
    }
  });
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
  const locale = here.context.getSync(['locale']);
  if (typeof locale !== 'string') return 'en';
  return cached(locales, locale, () => {
    try {
      return Intl.getCanonicalLocales(locale)[0] ?? 'en';
    } catch {
      return 'en';
    }
  });
}

const locales = new Map<string, string>();

function zoneOf(here: Here): string {
  const zone = here.context.getSync(['zone']);
  return typeof zone === 'string' ? zone : 'UTC';
}
