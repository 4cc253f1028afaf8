import { exact } from '#core/exact.ts';
import type { Person } from '#usecases/predict/people.ts';
import type { OrderLines } from './order-lines.ts';

/**
 * Order days of each customer: orders of one day are one. A refund (a negative amount) is no order: it lowers the revenue of
 * the latest order day that is not after it; one without such a day is left out, and counted.
 */
export function peopleOf({ customers, customer, day, revenue }: OrderLines): { people: Person[]; strayRefunds: number } {
  const rows = Uint32Array.from(day.keys()).sort(
    (one, other) =>
      (customer[one] as number) - (customer[other] as number) ||
      (day[one] as number) - (day[other] as number) ||
      Number((revenue[one] as number) < 0) - Number((revenue[other] as number) < 0),
  );
  const found = [...customers.keys()].map((id) => ({ id, days: [] as number[], revenue: [] as number[] }));
  let strayRefunds = 0;
  for (const row of rows) {
    const person = found[customer[row] as number];
    if (person === undefined) continue;
    const [at, amount] = [day[row] as number, revenue[row] as number];
    const last = person.days.length - 1;
    if (amount >= 0 && person.days[last] !== at) {
      person.days.push(at);
      person.revenue.push(amount);
    } else if (last >= 0) person.revenue[last] = exact((person.revenue[last] as number) + amount);
    else strayRefunds += 1;
  }
  return { people: found.filter(({ days }) => days.length > 0), strayRefunds };
}
