/** Holds decisions to what journeys may give away: reads what is left where vouchers are decided on, and takes from it. */
import type { Advanced } from '#core/advance.ts';
import type { Effect } from '#core/decision.ts';
import type { Instant } from '#core/instant.ts';
import type { Catalogue } from '#core/linked.ts';
import { isWithin, NOTHING, type OffersLeft, offerBudgetOf, plus, type Spending } from '#core/offer-budget.ts';
import type { Table, Write } from '../ports.ts';
import { type Account, isLevel, levelWrites, readAccount, spendWrites, type Terms, termsOf } from './budget-account.ts';

export type BudgetDependencies = {
  readonly table: Table;
  /** Somebody is told, once in the life of a worker, that a journey has too little left; until when, or for ever. */
  readonly onUsedUp?: (journey: string, until: Instant) => void;
};

type About = { readonly catalogue: Catalogue; readonly now: Instant; readonly attempt: number };

/** Rounds in which further journeys may turn out to spend; more than can set each other off. */
const ROUNDS_MAX = 10;

/** Decides with what journeys have left. Without it, as if they had enough. */
type Decide = (left: OffersLeft) => Advanced;

/** Commits a decision with the writes that take what it spends. They hold only if that is still there. */
type Settle<T> = (advanced: Advanced, writes: readonly Write[]) => Promise<T>;

/**
 * Decides within the budgets of journeys, and commits. First as if there were enough; where vouchers were decided on, what is
 * left is read, and if that is not enough, it is decided again with what there is. Of a worker one customer at a time spends:
 * all at once they would only take the same things out of each other's hands. Undefined, and nothing is committed, where a
 * budget was just changed by somebody else: all must be read anew.
 */
export async function withinBudgets<T>(
  dependencies: BudgetDependencies,
  about: About,
  { decide, settle }: { readonly decide: Decide; readonly settle: Settle<T> },
): Promise<T | undefined> {
  const { table } = dependencies;
  const first = decide(new Map(remembered(table, about)));
  if (spentOf(first.effects).size === 0) return settle(first, []);
  return inTurn(table, async () => {
    const found = await affordable(dependencies, about, decide);
    return found && settle(found.advanced, found.writes);
  });
}

/** The decision that the budgets allow, with what it costs. */
async function affordable(
  dependencies: BudgetDependencies,
  about: About,
  decide: Decide,
): Promise<{ readonly advanced: Advanced; readonly writes: readonly Write[] } | undefined> {
  const { table } = dependencies;
  const left = new Map(remembered(table, about));
  const accounts = new Map<string, Account>();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const advanced = decide(left);
    const spent = spentOf(advanced.effects);
    for (const journey of spent.keys()) {
      if (accounts.has(journey)) continue;
      const account = await accountOf(table, journey, about);
      if (account === undefined) return undefined;
      accounts.set(journey, account);
      left.set(journey, account.left);
    }
    const tooMuch = [...accounts].filter(([journey, account]) => !isWithin(spent.get(journey) ?? NOTHING, account.left));
    if (tooMuch.length === 0) return { advanced, writes: writesOf(accounts, spent, `${advanced.customer.id} ${about.attempt}`) };
    for (const [, account] of tooMuch) remember(dependencies, account);
  }
  throw new Error(`${ROUNDS_MAX} journeys in a row came to spend in one decision`);
}

const turns = new WeakMap<Table, Promise<unknown>>();

function inTurn<T>(table: Table, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(table) ?? Promise.resolve()).then(work);
  turns.set(
    table,
    turn.catch(() => {}),
  );
  return turn;
}

function writesOf(accounts: ReadonlyMap<string, Account>, spent: ReadonlyMap<string, Spending>, seed: string): Write[] {
  return [...spent].flatMap(([journey, wish]) => {
    const account = accounts.get(journey);
    const writes = account && spendWrites(account, wish, seed);
    if (writes === undefined) throw new Error(`the budget of ${journey} has less than the sum of its slices`);
    return writes;
  });
}

/** What a decision spends, by journey. */
function spentOf(effects: readonly Effect[]): Map<string, Spending> {
  const sums = new Map<string, Spending>();
  for (const effect of effects) {
    const spent = effect.type === 'voucher' ? effect.voucher.spent : undefined;
    if (spent !== undefined) sums.set(spent.journey, plus(sums.get(spent.journey) ?? NOTHING, spent));
  }
  return sums;
}

/** The account of a budget, divided by the present terms; undefined where somebody else has just changed it. */
async function accountOf(table: Table, journey: string, about: About): Promise<Account | undefined> {
  const terms = termsNow(journey, about);
  if (terms === undefined) throw new Error(`a voucher was spent of the journey ${journey}, which has no budget`);
  const account = await readAccount(table, terms, about.now);
  if (!isLevel(account)) {
    const { ok } = await table.transact(levelWrites(account, about.catalogue.id, about.now));
    return ok ? accountOf(table, journey, about) : undefined;
  }
  return account;
}

function termsNow(journey: string, { catalogue, now }: About): Terms | undefined {
  const budget = offerBudgetOf(catalogue, journey);
  return budget && termsOf(catalogue, { journey, budget, now });
}

/**
 * What is known of budgets that had too little for somebody, until their period ends: within it and by the same terms nothing
 * comes back. So the many who come too late cost no read.
 */
const exhausted = new WeakMap<Table, Map<string, Pick<Terms, 'of' | 'period'> & { readonly left: Spending }>>();

function remember({ table, onUsedUp }: BudgetDependencies, { terms: { journey, of, period }, left }: Account): void {
  const known = exhausted.get(table) ?? new Map();
  exhausted.set(table, known);
  const before = known.get(journey);
  known.set(journey, { of, period, left });
  if (before?.of !== of || before.period.from !== period.from) onUsedUp?.(journey, period.to);
}

function remembered(table: Table, about: About): [string, Spending][] {
  return [...(exhausted.get(table) ?? [])].flatMap(([journey, { of, period, left }]) => {
    const isOver = about.now < period.from || about.now >= period.to;
    return isOver || termsNow(journey, about)?.of !== of ? [] : [[journey, left] as [string, Spending]];
  });
}
