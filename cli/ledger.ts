import type { Verification } from '#usecases/verify-ledger.ts';
import { type Api, apiOf } from './api.ts';
import { type Command, json, Misuse, remote } from './command.ts';
import { progress } from './progress.ts';
import { count, plain, show } from './show.ts';

export const ledger: Command = {
  name: 'ledger',
  usage: 'verify',
  summary: 'Prove every balance of points against its ledger',
  details: [
    'Reads all customers and changes nothing. For each of them it must hold that',
    '  · the balance, and what is pending, are the sums of the entries of the ledger',
    '  · the lots, by which points lapse, add up to the balance, and what waits for its confirmation to what is pending',
    '  · nothing has earned twice, and nobody has less than nothing, unless the programme says "allowDebt"',
    'Whoever differs is named, with what differs: exit code 1. Put a balance right with an adjustment, which leaves a trace.',
    'Customers who are active meanwhile may be left out; nobody is called wrong because of that.',
  ],
  options: { ...remote, ...json },
  examples: ['rekindle ledger verify', 'rekindle ledger verify --url https://go.example.com --json'],
  run: async (context) => {
    const [action, ...others] = context.args;
    if (action !== 'verify') throw new Misuse('say what to do: ledger verify');
    if (others.length > 0) throw new Misuse(`${others.join(' ')} is too much`);
    const found = await verified(apiOf(context));
    show(context, found, () => lines(found));
    return found.differing.length === 0 ? 0 : 1;
  },
};

type Verified = Pick<Verification, 'customers' | 'entries'> & { readonly differing: Verification['items'] };

async function verified({ call }: Api): Promise<Verified> {
  const told = progress();
  let sum: Verified = { customers: 0, entries: 0, differing: [] };
  for (let shard = 0, shards = 1, cursor: string | null = null; shard < shards; ) {
    const query = new URLSearchParams({ shard: String(shard), ...(cursor !== null && { cursor }) });
    const page = (await call('GET', `/admin/v1/loyalty/verification?${query}`)).body as Verification;
    sum = {
      customers: sum.customers + page.customers,
      entries: sum.entries + page.entries,
      differing: [...sum.differing, ...page.items],
    };
    ({ shards, cursor } = page);
    if (cursor === null) shard += 1;
    told.tell(`${sum.customers} customers checked, ${shard} of ${shards} shards done, ${sum.differing.length} differ`);
  }
  told.end();
  return sum;
}

function lines({ customers, entries, differing }: Verified): string[] {
  const looked = `${count(customers, 'customer')} with ${entries === 1 ? '1 entry' : `${entries} entries`} checked`;
  if (differing.length === 0) return [`${looked}: every balance is the sum of its ledger.`];
  return [
    ...differing.flatMap(({ customer, email, differences }) => [
      `${customer}${email === undefined ? '' : `  ${plain(email)}`}`,
      ...differences.map(({ rule, says }) => `  ${rule.padEnd(8)}  ${plain(says)}`),
    ]),
    '',
    `${looked}: ${differing.length === 1 ? '1 differs' : `${differing.length} differ`}.`,
  ];
}
