import type { Simulated } from '#usecases/simulate.ts';
import { plain, table } from '../show.ts';

/** What journeys gave away of their budgets in a replay, a line for each period in which somebody came. */
export function budgetLines(budgets: Simulated['budgets']): string[] {
  const rows = budgets.flatMap(({ journey, periods }) =>
    periods.map(({ from, to, vouchers, value, refused }) => [
      plain(journey),
      from === null ? 'for ever' : from.slice(0, 10),
      to === null ? '' : to.slice(0, 10),
      String(vouchers),
      value === null ? '' : String(value),
      String(refused),
    ]),
  );
  return rows.length === 0 ? [] : table(['JOURNEY', 'FROM', 'UNTIL', 'VOUCHERS', 'WORTH', 'REFUSED'], rows);
}
