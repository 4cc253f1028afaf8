import { didYouMean, listed } from '#schemas/suggest.ts';
import { Misuse } from '../command.ts';

/** Which column holds what, by its place; `order` is there where the export says which lines belong to one order. */
export type Columns = { readonly customer: number; readonly date: number; readonly amount: number; readonly order?: number };

export type NamedColumns = { readonly customer?: string; readonly date?: string; readonly amount?: string };

/** The columns that were named, and the likely ones for what was not; refuses where one of them cannot be told. */
export function columnsOf(header: readonly string[], named: NamedColumns): Columns {
  const place = (what: 'customer' | 'date' | 'amount'): number => {
    const name = named[what];
    return name === undefined ? guessed(header, what) : placeOf(header, what, name);
  };
  const columns = { customer: place('customer'), date: place('date'), amount: place('amount') };
  const order = header.findIndex(
    (name) => likely.order.includes(squashed(name)) || (squashed(name) === 'name' && isShopify(header)),
  );
  return order >= 0 && !Object.values(columns).includes(order) ? { ...columns, order } : columns;
}

/** As exports of shops call them (Shopify, WooCommerce, and plain tables), the likeliest first. */
const likely = {
  customer: [
    ...[
      'customerid',
      'customer',
      'customernumber',
      'customeremail',
      'email',
      'billingemail',
      'emailbilling',
      'customeruseremail',
    ],
    ...[
      'userid',
      'user',
      'clientid',
      'client',
      'buyerid',
      'buyeremail',
      'buyer',
      'account',
      'id',
      'kundennummer',
      'kunde',
      'cliente',
    ],
  ],
  date: [
    ...['date', 'orderdate', 'createdat', 'datecreated', 'paidat', 'orderedat', 'purchasedate', 'processedat', 'completedat'],
    ...['invoicedate', 'datetime', 'timestamp', 'time', 'day', 'datum', 'bestelldatum', 'fecha', 'data'],
  ],
  amount: [
    ...['total', 'amount', 'ordertotal', 'ordertotalamount', 'totalprice', 'grandtotal', 'totalsales', 'netsales', 'revenue'],
    ...['value', 'ordervalue', 'subtotal', 'spend', 'price', 'dollarvalue', 'sum', 'betrag', 'summe', 'importe', 'valor'],
  ],
  order: ['orderid', 'ordernumber', 'orderno', 'order', 'invoiceno', 'invoicenumber', 'transactionid', 'bestellnummer'],
} as const satisfies Readonly<Record<string, readonly string[]>> as Readonly<
  Record<'customer' | 'date' | 'amount' | 'order', readonly string[]>
>;

function guessed(header: readonly string[], what: 'customer' | 'date' | 'amount'): number {
  const names = header.map(squashed);
  const name = likely[what].find((one) => names.includes(one));
  if (name !== undefined) return names.indexOf(name);
  throw new Misuse(`no column looks like the ${what}: name it with --${what}. The columns are ${listed(header)}`);
}

function placeOf(header: readonly string[], what: string, name: string): number {
  const place = header.indexOf(name);
  if (place >= 0) return place;
  const loose = header.findIndex((one) => squashed(one) === squashed(name));
  if (loose >= 0) return loose;
  throw new Misuse(`--${what} ${name} is no column: ${didYouMean(name, header, `there are ${listed(header)}`)}`);
}

/** Shopify calls the number of an order `Name`. */
function isShopify(header: readonly string[]): boolean {
  return header.some((name) => squashed(name) === 'financialstatus');
}

function squashed(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
