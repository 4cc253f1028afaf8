import type { Step } from '../catalogue.ts';
import { digest } from '../hash.ts';
import { spend } from '../offer-budget.ts';
import { issue } from '../vouchers.ts';
import { type Move, type Place, roundOf } from './steps.ts';

/** Gives a voucher, within the budget of the journey; where there is none to give, the run goes the other way. */
export function issueVoucher(step: Extract<Step, { type: 'issue_voucher' }>, { draft, run, node, at }: Place): Move {
  const { pool, validFor } = step;
  const id = `vou_${digest(20, run.id, step.id, roundOf(run))}`;
  const refused = (why: string): Move => {
    // A mail further on must not show the voucher of an earlier round as if it were this one.
    delete run.voucher;
    return { type: 'go', to: node.branches.refused, why: `no voucher: ${why}` };
  };
  const isNew = draft.catalogue.pools.has(pool) && !draft.customer.vouchers.some((one) => one.id === id);
  const spent = isNew ? spend(draft, run.journey, draft.catalogue.pools.get(pool)) : undefined;
  if (spent !== undefined && 'refused' in spent) return refused(spent.refused);
  const reason = `the journey ${run.journey}`;
  const charge = spent && { spent: { journey: run.journey, ...spent.cost } };
  const held = issue(draft, { id, pool, reason, ...charge, ...(validFor && { validFor }) }, at);
  if (held === undefined) return refused(`the release has no pool ${pool}`);
  run.voucher = { customer: held.customer, id: held.id };
  return { type: 'go', to: node.branches.issued, why: `a voucher of ${pool}` };
}
