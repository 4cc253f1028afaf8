import type { CostsSet, StoredCost } from '#usecases/costs.ts';
import { type Api, apiOf } from './api.ts';
import { type Command, type Context, Failure, json, Misuse, remote, textOf } from './command.ts';
import { readCosts, type WrittenCost } from './costs/read.ts';
import { progress } from './progress.ts';
import { count, plain, show, table, time } from './show.ts';

const ACTIONS = { list, import: importFile, set, delete: remove } as const;

export const costs: Command = {
  name: 'costs',
  usage: 'list | import FILE.csv | set SOURCE MONTH AMOUNT | delete SOURCE MONTH',
  summary: 'What advertising has cost, by source, campaign and month; reports go by it',
  details: [
    'Costs make acquisition cost of leads and customers: "rekindle report sources" shows the price of a lead, of a customer, and',
    'the return, of the months that costs are known for.',
    '',
    'list              what is stored; --month for one month',
    'import FILE.csv   sets the costs of a file with the columns source, month and amount, and campaign and currency if you like.',
    '                  Sent again, it changes nothing. Lines of the same source, campaign and month are added up. With --replace',
    '                  all else that is stored of the months in the file is deleted: for an export that corrects an earlier one',
    'set, delete       one cost. An amount of 0 says that it cost nothing, which is more than not to know',
    '',
    'SOURCE and --campaign are what leads have: utm_source and utm_campaign, or the host of the site that they came from ("rekindle',
    'report sources" lists them). MONTH is 2026-01. AMOUNT is in units, 1200.50, in the currency of loyalty.json unless --currency',
    'names another one, which then needs a rate there. The key needs the scope costs:write, for list reports:read.',
  ],
  options: {
    month: { type: 'string', value: '2026-01', help: 'With list: of this month alone' },
    campaign: { type: 'string', value: 'NAME', help: 'With set and delete: of this campaign; else of the source as a whole' },
    currency: { type: 'string', value: 'EUR', help: 'With set, if it is not that of loyalty.json' },
    replace: { type: 'boolean', help: 'With import: the months of the file are then as the file says, and nothing else' },
    ...remote,
    ...json,
  },
  examples: [
    'rekindle costs import costs.csv',
    'rekindle costs set google 2026-03 1200.50 --campaign spring',
    'rekindle costs list --month 2026-03',
  ],
  run: async (context) => {
    const [action = '', ...args] = context.args;
    if (!Object.hasOwn(ACTIONS, action)) {
      throw new Misuse('say what to do: costs list, import FILE.csv, set SOURCE MONTH AMOUNT, or delete SOURCE MONTH');
    }
    const { month, replace, currency } = context.options;
    if (month !== undefined && action !== 'list') throw new Misuse('--month belongs to "rekindle costs list"');
    if (replace === true && action !== 'import') throw new Misuse('--replace belongs to "rekindle costs import"');
    if (currency !== undefined && action !== 'set')
      throw new Misuse('--currency belongs to "rekindle costs set"; a file has a column of it');
    return ACTIONS[action as keyof typeof ACTIONS]({ ...context, args });
  },
};

const PATH = '/admin/v1/costs';
/** Costs of one request. */
const PAGE = 500;

async function list(context: Context): Promise<number> {
  if (context.args.length > 0) throw new Misuse(`${context.args.join(' ')} is too much`);
  const api = apiOf(context);
  const items = await all(api, textOf(context, 'month'));
  show(context, { items }, () =>
    items.length === 0
      ? ['No costs are stored. "rekindle costs import FILE.csv" brings them in.']
      : [
          ...table(
            ['MONTH', 'SOURCE', 'CAMPAIGN', 'AMOUNT', 'SET AT (UTC)', 'BY'],
            items.map((one) => [
              one.month,
              plain(one.source),
              one.campaign === '' ? '–' : plain(one.campaign),
              `${one.amount}${one.currency === null ? '' : ` ${one.currency}`}`,
              time(one.changedAt),
              plain(one.by),
            ]),
          ),
        ],
  );
  return 0;
}

async function all({ call }: Api, month: string | undefined): Promise<StoredCost[]> {
  const items: StoredCost[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = { limit: '200', ...(month !== undefined && { month }), ...(cursor !== '' && { cursor }) };
    const page = (await call('GET', `${PATH}?${new URLSearchParams(query)}`)).body as {
      items: StoredCost[];
      cursor: string | null;
    };
    items.push(...page.items);
    cursor = page.cursor;
  }
  return items.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

const keyOf = ({ month, source, campaign }: StoredCost): string => JSON.stringify([month, source, campaign]);

async function importFile(context: Context): Promise<number> {
  const [file, ...others] = context.args;
  if (file === undefined) throw new Misuse('name a file: costs import FILE.csv');
  if (others.length > 0) throw new Misuse(`${others.join(' ')} is too much`);
  const { costs: found, lines } = readCosts(context, file);
  if (found.length === 0) throw new Failure(`${file} has no costs`);
  const api = apiOf(context);
  const done = context.options.replace === true ? await replaced(api, found) : await sent(api, found);
  show(context, done, () => [
    ...(lines > found.length
      ? [`${lines} lines are ${count(found.length, 'cost')}: those of one source, campaign and month are added up.`]
      : []),
    `${count(done.set, 'cost')} set, ${done.unchanged} as before, ${done.deleted} deleted.`,
  ]);
  return 0;
}

/** What was sent stays where a later part fails: the whole file can be sent again. */
async function sent({ call }: Api, found: readonly WrittenCost[]): Promise<CostsSet> {
  const told = progress();
  let sum: CostsSet = { set: 0, unchanged: 0, deleted: 0 };
  for (let from = 0; from < found.length; from += PAGE) {
    sum = together(sum, (await call('POST', PATH, { costs: found.slice(from, from + PAGE) })).body as CostsSet);
    told.tell(`${Math.min(from + PAGE, found.length)} of ${found.length} costs sent`);
  }
  told.end();
  return sum;
}

/** Month by month: so a list of any length is replaced in parts that are whole. */
async function replaced({ call }: Api, found: readonly WrittenCost[]): Promise<CostsSet> {
  let sum: CostsSet = { set: 0, unchanged: 0, deleted: 0 };
  for (const [month, own] of Map.groupBy(found, (one) => one.month)) {
    if (own.length > PAGE) throw new Failure(`${month} has ${own.length} costs: --replace takes at most ${PAGE} of one month`);
    sum = together(sum, (await call('PUT', PATH, { months: [month], costs: own })).body as CostsSet);
  }
  return sum;
}

function together(one: CostsSet, other: CostsSet): CostsSet {
  return { set: one.set + other.set, unchanged: one.unchanged + other.unchanged, deleted: one.deleted + other.deleted };
}

async function set(context: Context): Promise<number> {
  const [source, month, amount, ...others] = context.args;
  if (source === undefined || month === undefined || amount === undefined || others.length > 0)
    throw new Misuse('write three things: costs set SOURCE MONTH AMOUNT, for instance costs set google 2026-03 1200.50');
  const currency = textOf(context, 'currency');
  const cost = {
    source,
    month,
    amount,
    campaign: textOf(context, 'campaign') ?? '',
    ...(currency !== undefined && { currency }),
  };
  const { body } = await apiOf(context).call('POST', PATH, { costs: [cost] });
  show(context, body, () => [(body as CostsSet).set === 1 ? 'Set.' : 'It was so before; nothing has changed.']);
  return 0;
}

async function remove(context: Context): Promise<number> {
  const [source, month, ...others] = context.args;
  if (source === undefined || month === undefined || others.length > 0)
    throw new Misuse('write two things: costs delete SOURCE MONTH, for instance costs delete google 2026-03');
  const query = new URLSearchParams({ source, month, campaign: textOf(context, 'campaign') ?? '' });
  const { body } = await apiOf(context).call('DELETE', `${PATH}?${query}`);
  const { deleted } = body as CostsSet;
  show(context, body, () => [deleted === 1 ? 'Deleted.' : 'There is no such cost: "rekindle costs list" shows what there is.']);
  return deleted === 1 ? 0 : 1;
}
