/** Budgets of vouchers: each must count something, allow at least one voucher, and leave nobody waiting for a mail without its code. */
import type { Journey, OfferBudget, Step } from '#core/catalogue.ts';
import { costOf, limitOf, limitWords, moneyOf } from '#core/offer-budget.ts';
import type { VoucherPool } from '#core/vouchers.ts';
import type { Problem } from '#schemas/problem.ts';
import type { TemplateInfo } from './compile-templates.ts';
import type { Source, Sources } from './sources.ts';
import { inner, type Path, stepsOf } from './walk.ts';

export function checkBudgets(sources: Sources, infos: readonly TemplateInfo[]): Problem[] {
  const pools = new Map((sources.vouchers?.value.pools ?? []).map((pool) => [pool.id, pool]));
  const needing = new Set(infos.filter(needsVoucher).map(({ name }) => name));
  return sources.journeys.flatMap((source) => {
    const { offerBudget, steps } = source.value;
    if (offerBudget === undefined) return neverRefused(source);
    return [
      ...withoutVoucher(source),
      ...worths(source, offerBudget, pools),
      ...missing(source, { steps, path: ['steps'] }, { isMissing: false, needing }).problems,
    ];
  });
}

function needsVoucher({ required, unguarded }: TemplateInfo): boolean {
  return [...required, ...unguarded].some((variable) => variable.startsWith('voucher.'));
}

function issuing(source: Source<Journey>): { step: Extract<Step, { type: 'issue_voucher' }>; path: Path }[] {
  return stepsOf(source.value.steps).flatMap(({ step, path }) => (step.type === 'issue_voucher' ? [{ step, path }] : []));
}

function withoutVoucher(source: Source<Journey>): Problem[] {
  if (issuing(source).length > 0) return [];
  return [source.report(['offerBudget'], 'budget-without-voucher', 'the journey has a budget of vouchers, and issues none')];
}

function neverRefused(source: Source<Journey>): Problem[] {
  return issuing(source).flatMap(({ step, path }) =>
    step.onRefused === undefined
      ? []
      : [source.report([...path, 'onRefused'], 'never-refused', `"${step.id}" gives everybody a voucher: there is no budget`)],
  );
}

function worths(source: Source<Journey>, budget: OfferBudget, pools: ReadonlyMap<string, VoucherPool>): Problem[] {
  const { value } = budget;
  if (value === undefined) return [];
  return issuing(source).flatMap(({ step, path }) => {
    const pool = pools.get(step.pool);
    if (pool === undefined) return [];
    if (moneyOf(pool)?.currency !== value.currency) {
      const message = `the budget is in ${value.currency}, and the pool "${pool.id}" does not say what its vouchers are worth in it`;
      return [source.report([...path, 'pool'], 'budget-without-worth', message)];
    }
    if (costOf(budget, pool).cents <= limitOf(budget).cents) return [];
    const message = `the budget of ${limitWords({ value })} is less than one voucher of "${pool.id}" is worth`;
    return [source.report(['offerBudget', 'value', 'amount'], 'budget-below-one-voucher', message)];
  });
}

type List = { readonly steps: readonly Step[]; readonly path: Path };
type Way = {
  /** Whether somebody may come here who was refused a voucher, and got none since. */
  readonly isMissing: boolean;
  /** Templates that cannot do without one. */
  readonly needing: ReadonlySet<string>;
};
/** `isMissing` undefined: nobody comes to the end. */
type End = { readonly problems: Problem[]; readonly isMissing: boolean | undefined };

function missing(source: Source<Journey>, { steps, path }: List, { isMissing, needing }: Way): End {
  const problems: Problem[] = [];
  let now: boolean | undefined = isMissing;
  for (const [index, step] of steps.entries()) {
    if (now === undefined) break;
    const here = [...path, index];
    if (step.type === 'exit') now = undefined;
    else if (step.type === 'send_email' && now && needing.has(step.template)) {
      const message = `the template "${step.template}" shows a voucher, and whoever was refused one comes here, too`;
      problems.push(source.report([...here, 'template'], 'voucher-may-be-missing', message));
    } else {
      const ways: End[] = waysOf(step, here, now).map(({ list, starts }) =>
        missing(source, list, { isMissing: starts, needing }),
      );
      problems.push(...ways.flatMap((way) => way.problems));
      const ends: boolean[] = ways.flatMap((way) => way.isMissing ?? []);
      if (ways.length > 0) now = ends.length === 0 ? undefined : ends.some(Boolean);
    }
  }
  return { problems, isMissing: now };
}

/** Where a step leads, each with whether the voucher may be missing there; also past it, where a way has no steps of its own. */
function waysOf(step: Step, path: Path, isMissing: boolean): { readonly list: List; readonly starts: boolean }[] {
  if (step.type === 'issue_voucher') {
    return [
      { list: { steps: step.onIssued ?? [], path: [...path, 'onIssued'] }, starts: false },
      { list: { steps: step.onRefused ?? [], path: [...path, 'onRefused'] }, starts: true },
    ];
  }
  const lists = inner(step, path).map((list) => ({ list, starts: isMissing }));
  return lists.length === 0 ? [] : [...lists, { list: { steps: [], path }, starts: isMissing }];
}
