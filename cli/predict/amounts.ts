/** What stands between whole and part. */
export type DecimalSign = '.' | ',';

/** An amount, and what it says of the sign that it writes decimals with; without `value` until that is known. */
export type WrittenAmount = {
  readonly value?: number;
  readonly text: string;
  readonly sign?: DecimalSign;
  readonly currency: string;
};

/**
 * An amount as exports write them: `1,234.50`, `1.234,50`, `€ 12,50`, `12.50 EUR`, `(5.00)`, `1 234`. One mark before three last
 * digits (`1,234`) may be either, which the other amounts of the file decide. Undefined where it is no amount.
 */
export function writtenAmount(written: string): WrittenAmount | undefined {
  const [, open, bare = '', close] = /^(\()?(.*?)(\))?$/.exec(written.trim()) ?? [];
  const [, before = '', figure = '', after = ''] = /^(\D*?)((?:[.,](?=\d))?\d(?:[\d.,\s'’]*[\d.,])?)(\D*)$/.exec(bare) ?? [];
  const currency = `${before}${after}`.replace(/[\s+\-−]/g, '');
  const digits = figure.replace(/[\s'’]/g, '');
  if (!/\d/.test(digits) || currency.length > 4 || (open === undefined) !== (close === undefined)) return undefined;
  const signs = `${before}${after}`.replace(/[^+\-−]/g, '');
  if (signs.length > 1) return undefined;
  const minus = open !== undefined || signs === '-' || signs === '−' ? '-' : '';
  const sign = signOf(digits);
  if (sign === undefined) return undefined;
  const text = minus + digits;
  if (sign === 'either') return { text, currency };
  const value = settledAmount(text, sign === 'none' ? '.' : sign);
  return value === undefined ? undefined : { value, text, currency, ...(sign !== 'none' && { sign }) };
}

/** The number, its decimal sign being known by now; undefined where it is not written so. */
export function settledAmount(text: string, sign: DecimalSign): number | undefined {
  const grouping = sign === '.' ? ',' : '.';
  const [whole = '', ...parts] = text.split(sign);
  if (parts.length > 1 || parts[0]?.includes(grouping)) return undefined;
  if (whole.includes(grouping) && !/^-?\d{1,3}(?:[.,]\d{3})+$/.test(whole)) return undefined;
  return Number(`${whole.replaceAll(grouping, '')}.${parts[0] ?? '0'}`);
}

function signOf(digits: string): DecimalSign | 'either' | 'none' | undefined {
  const marks = digits.replace(/\d/g, '');
  const last = marks.at(-1);
  if (last === undefined) return 'none';
  if (last !== '.' && last !== ',') return undefined;
  if (marks.length === 1) return /^[1-9]\d{0,2}[.,]\d{3}$/.test(digits) ? 'either' : last;
  // Several alike part thousands; after others, the last one is the decimal sign.
  if (new Set(marks).size === 1) return last === '.' ? ',' : '.';
  return last;
}
