import type { BudgetLevel } from '#usecases/vouchers/budget-levels.ts';
import { apiOf } from '../api.ts';
import { type Context, Misuse } from '../command.ts';
import { plain, show, table, time } from '../show.ts';

/** Shows what each journey with a budget has given away in this period, and what it has left. */
export async function budgets(context: Context): Promise<number> {
  if (context.args.length > 0) throw new Misuse(`${context.args.join(' ')} is too much`);
  const { body } = await apiOf(context).call('GET', '/admin/v1/budgets');
  const { items } = body as { items: readonly BudgetLevel[] };
  show(context, body, () =>
    items.length === 0
      ? ['No journey of the release has a budget: it is declared as "offerBudget" in catalogue/journeys.']
      : table(['JOURNEY', 'USED', 'OF', 'LEFT', '', 'UNTIL', 'THE PERIOD BEFORE'], items.flatMap(rows)),
  );
  return 0;
}

/** A line for vouchers, and one for money where that is limited, too. */
function rows({ journey, vouchers, value, usedUp, to, per, usedBefore }: BudgetLevel): string[][] {
  const mark = usedUp ? 'USED UP' : '';
  const until = to === null ? 'for ever' : time(to);
  const before = per === null ? '' : `${usedBefore} ${usedBefore === 1 ? 'voucher' : 'vouchers'}`;
  const limit = vouchers.max === null ? 'any number' : String(vouchers.max);
  const left = vouchers.left === null ? '' : String(vouchers.left);
  const count = [
    plain(journey),
    `${vouchers.used} ${vouchers.used === 1 ? 'voucher' : 'vouchers'}`,
    limit,
    left,
    mark,
    until,
    before,
  ];
  if (value === null) return [count];
  return [count, ['', `${value.used} ${value.currency}`, `${value.amount}`, `${value.left}`, '', '', '']];
}
