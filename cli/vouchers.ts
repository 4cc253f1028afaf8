import type { PoolLevel } from '#usecases/vouchers/pools.ts';
import type { CheckedVoucher, Redeemed } from '#usecases/vouchers/redeem.ts';
import { apiOf, part } from './api.ts';
import { type Command, type Context, json, Misuse, only, remote, textOf } from './command.ts';
import { plain, show, table, time } from './show.ts';
import { budgets } from './vouchers/budgets.ts';
import { importCodes } from './vouchers/import.ts';

const ACTIONS = { check, use, import: importCodes, pools, budgets } as const;

export const vouchers: Command = {
  name: 'vouchers',
  usage: 'check CODE | use CODE --order ID | import POOL FILE | pools | budgets',
  summary: 'Codes of vouchers: check and use them, bring in lists; what journeys have left to give',
  details: [
    'check says what a code is worth now, and changes nothing: exit code 1 where it may not be used, with the reason.',
    'use records that it was used for an order, once: a repeat with the same order counts once. Exit code 1 where it may not be.',
    'import adds the codes of a CSV file to a pool of imported ones. Each comes in once, so that a list can be sent again. A file',
    'with several columns needs one that is called "code", or --column. Exit code 1 where a line was refused.',
    'pools shows how many codes each pool has left.',
    'budgets shows what each journey with an "offerBudget" has given away in this period, and what it has left.',
  ],
  options: {
    order: { type: 'string', value: 'ID', help: 'With use: the order that it is used for' },
    customer: {
      type: 'string',
      value: 'ID|EMAIL',
      help: 'With check and use: who wants to use it; a bound code works for its owner only',
    },
    column: { type: 'string', value: 'NAME', help: 'With import: the column with the codes' },
    ...remote,
    ...json,
  },
  examples: [
    'rekindle vouchers check BACK-7KQ2M-4XJ9T',
    'rekindle vouchers use BACK-7KQ2M-4XJ9T --order 1001 --customer ann@example.com',
    'rekindle vouchers import gift-cards codes.csv',
    'rekindle vouchers pools',
    'rekindle vouchers budgets',
  ],
  run: async (context) => {
    const [action = '', ...args] = context.args;
    if (!Object.hasOwn(ACTIONS, action)) {
      throw new Misuse('say what to do: vouchers check CODE, use CODE --order ID, import POOL FILE, pools, or budgets');
    }
    return ACTIONS[action as keyof typeof ACTIONS]({ ...context, args });
  },
};

const STATUS: Readonly<Record<CheckedVoucher['status'], string>> = {
  valid: 'may be used',
  used: 'was used already',
  expired: 'has lapsed',
  not_issued: 'was not given to anybody yet',
  of_another_customer: 'belongs to another customer',
  unknown: 'is not known',
  mistyped: 'is mistyped: its check character does not fit',
};

async function check(context: Context): Promise<number> {
  const code = only(context, 'CODE');
  const customer = textOf(context, 'customer');
  const query = customer === undefined ? '' : `?${new URLSearchParams({ customer })}`;
  const { body } = await apiOf(context).call('GET', `/admin/v1/vouchers/${part(code)}${query}`);
  const found = body as CheckedVoucher;
  show(context, found, () => voucherLines(found));
  return found.status === 'valid' ? 0 : 1;
}

async function use(context: Context): Promise<number> {
  const code = only(context, 'CODE');
  const [order, customer] = [textOf(context, 'order'), textOf(context, 'customer')];
  if (order === undefined || order === '') throw new Misuse('--order is missing: a code is used for an order, and once for each');
  const wish = { order, ...(customer !== undefined && { customer }) };
  const { body } = await apiOf(context).call('POST', `/admin/v1/vouchers/${part(code)}/redemptions`, wish);
  const { repeated, voucher } = body as Redeemed;
  show(context, body, () => [
    repeated ? `Was used for order ${plain(order)} before; nothing has changed.` : `Used for order ${plain(order)}.`,
    ...factLines(voucher),
  ]);
  return 0;
}

function voucherLines(found: CheckedVoucher): string[] {
  return [`${plain(found.code)} ${STATUS[found.status]}.`, ...factLines(found)];
}

function factLines({ pool, description, value, validUntil, remaining }: CheckedVoucher): string[] {
  const facts = {
    Worth: description,
    Value: value && JSON.stringify(value),
    Pool: pool,
    'Valid until': validUntil && time(validUntil),
    'Uses left': remaining === null ? 'any number' : remaining?.toString(),
  };
  return Object.entries(facts).flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(11)}  ${plain(text)}`]));
}

async function pools(context: Context): Promise<number> {
  if (context.args.length > 0) throw new Misuse(`${context.args.join(' ')} is too much`);
  const { body } = await apiOf(context).call('GET', '/admin/v1/pools');
  const { items } = body as { items: readonly PoolLevel[] };
  show(context, body, () =>
    items.length === 0
      ? ['The release has no pools: they are declared in catalogue/vouchers.json.']
      : [...table(['POOL', 'CODES', 'FREE', '', 'NAME'], items.map(poolRow)), ...lowLines(items)],
  );
  return 0;
}

function poolRow({ pool, codes, free, low, name }: PoolLevel): string[] {
  return [pool, codes, free === null ? 'any number' : String(free), low ? 'LOW' : '', plain(name)];
}

function lowLines(items: readonly PoolLevel[]): string[] {
  const low = items.filter((one) => one.low);
  return low.length === 0
    ? []
    : ['', `${low.length === 1 ? '1 pool runs' : `${low.length} pools run`} low: add codes with "rekindle vouchers import".`];
}
