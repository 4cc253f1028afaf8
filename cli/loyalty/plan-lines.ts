import type { LoyaltyPlan } from '#usecases/plan-loyalty.ts';
import { section } from '../plan/lines.ts';
import { count, plain, table, time } from '../show.ts';

/** A plan of the programme, for people: present rules to the left, the draft to the right. */
export function loyaltyPlanLines(plan: LoyaltyPlan): string[] {
  const { customers, until, before, moves } = plan;
  return [
    `${count(customers, 'customer')}, until ${until === null ? 'never' : time(until)}.${before === null ? ' No programme is published yet: there is only the draft.' : ''}`,
    ...section('Points', table(headOf(plan, ''), pointRows(plan))),
    ...section('Worth', worthLines(plan)),
    ...section('By rule', table(headOf(plan, 'RULE'), ruleRows(plan))),
    ...section('Customers by tier, at the end', table(headOf(plan, 'TIER'), tierRows(plan))),
    ...section('Whose tier is another one by the draft', moveLines(moves)),
    ...section('Booked nothing', refusedLines(plan)),
    '',
    'People ordered as the history says, also where other rules would have changed that.',
  ].map(plain);
}

function headOf({ before }: LoyaltyPlan, first: string): string[] {
  return before === null ? [first, 'DRAFT'] : [first, 'PRESENT', 'DRAFT', ''];
}

function pointRows(plan: LoyaltyPlan): string[][] {
  const names = ['members', 'issued', 'reversed', 'redeemed', 'expired', 'adjusted', 'pending', 'outstanding'] as const;
  return names.map((name) => row(name, plan.before?.totals[name], plan.after.totals[name]));
}

function row(name: string, before: number | undefined, after: number): string[] {
  return before === undefined ? [name, String(after)] : [name, String(before), String(after), difference(before, after)];
}

function difference(before: number, after: number): string {
  return before === after ? '' : `${after > before ? '+' : ''}${Math.round((after - before) * 100) / 100}`;
}

function worthLines({ before, after }: LoyaltyPlan): string[] {
  const sides = [...(before === null ? [] : [{ name: 'present', ...before }]), { name: 'draft', ...after }];
  return sides.map(
    ({ name, liability, currency, pointValue }) =>
      `${name}: ${liability.outstanding} ${currency} outstanding, ${liability.pending} ${currency} pending; a point at ${pointValue.value} ${currency}, ${pointValue.by}`,
  );
}

function ruleRows({ before, after }: LoyaltyPlan): string[][] {
  const ids = [...new Set([...(before?.rules ?? []), ...after.rules].map(({ rule }) => rule))];
  return ids.map((id) => {
    const of = (side: LoyaltyPlan['after'] | null) => side?.rules.find(({ rule }) => rule === id)?.points;
    return row(id, before === null ? undefined : (of(before) ?? 0), of(after) ?? 0);
  });
}

function tierRows({ before, after }: LoyaltyPlan): string[][] {
  const ids = [...new Set([...after.tiers, ...(before?.tiers ?? [])].map(({ tier }) => tier))];
  return ids.map((id) => {
    const of = (side: LoyaltyPlan['after']): number => side.tiers.find(({ tier }) => tier === id)?.customers ?? 0;
    return row(id ?? 'none', before === null ? undefined : of(before), of(after));
  });
}

function moveLines(moves: LoyaltyPlan['moves']): string[] {
  return moves.map(({ from, to, direction, customers, first }) => {
    const more = customers > first.length ? ` and ${customers - first.length} more` : '';
    const way = direction === 'other' ? '' : ` (${direction})`;
    return `${from ?? 'none'} → ${to ?? 'none'}${way}: ${count(customers, 'customer')}: ${first.join(', ')}${more}`;
  });
}

const REASONS_MAX = 10;

function refusedLines({ before, after }: LoyaltyPlan): string[] {
  const reasons = [...new Set([...Object.keys(after.refused), ...Object.keys(before?.refused ?? {})])];
  const lines = reasons.map((why) => {
    const [old, fresh] = [before?.refused[why] ?? 0, after.refused[why] ?? 0];
    return `${before === null || old === fresh ? fresh : `${old} → ${fresh}`} ×: ${why}`;
  });
  return lines.length > REASONS_MAX ? [...lines.slice(0, REASONS_MAX), `and ${lines.length - REASONS_MAX} more reasons`] : lines;
}
