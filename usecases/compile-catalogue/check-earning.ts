/** Whether a programme gives what it promises: rules that overlap or earn nothing, points that lapse before they count. */
import type { Journey } from '#core/catalogue.ts';
import type { Condition } from '#core/condition.ts';
import { add, type Duration } from '#core/instant.ts';
import { ADJUSTED, REDEEMED } from '#core/loyalty/command.ts';
import { AMOUNT_MAX } from '#core/loyalty/money.ts';
import { type EarnRule, type Loyalty, type Programme, programmeOf } from '#core/loyalty/programme.ts';
import type { Problem } from '#schemas/problem.ts';
import { neverTrue } from './never-true.ts';
import type { Source, Sources } from './sources.ts';

export function checkEarning(source: Source<Loyalty>): Problem[] {
  const programme = programmeOf(source.value);
  return [
    ...overlaps(source, programme),
    ...earningNothing(source, programme),
    ...gone(source, programme),
    ...graces(source, programme),
  ];
}

/** Journeys that wait for what the programme never does. */
export function checkExpiring({ journeys, loyalty }: Sources): Problem[] {
  if (loyalty === undefined || loyalty.value.expiry !== undefined) return [];
  const waits = ({ trigger }: Journey): boolean => trigger.type === 'points' && 'expiring' in trigger;
  return journeys
    .filter(({ value }) => waits(value))
    .map((source) => source.report(['trigger'], 'nothing-expires', 'points do not lapse in this programme'));
}

/** Two rules of one event that nothing keeps apart, in a programme that does not say what counts then. */
function overlaps(source: Source<Loyalty>, { earn }: Programme): Problem[] {
  if (source.value.combine !== undefined) return [];
  return earn.flatMap((rule, index) => {
    const other = earn.slice(0, index).find((one) => one.event === rule.event && !areApart(one, rule));
    if (other === undefined) return [];
    const message = `"${rule.id}" and "${other.id}" may both count for the same ${rule.event}, and only the better one does`;
    return [source.report(['earn', index], 'earn-rules-overlap', message)];
  });
}

const areApart = (one: EarnRule, other: EarnRule): boolean =>
  contradict([one.where, other.where]) || contradict([one.when, other.when]);

function contradict(conditions: readonly (Condition | undefined)[]): boolean {
  const both = conditions.flatMap((one) => (one === undefined ? [] : [one]));
  return both.length > 1 && neverTrue({ all: both }) !== undefined;
}

function earningNothing(source: Source<Loyalty>, programme: Programme): Problem[] {
  const isShort = 'event' in source.value.earn;
  return programme.earn.flatMap((rule, index) => {
    const why = whyNothing(rule, programme);
    return why === undefined
      ? []
      : [source.report(isShort ? ['earn'] : ['earn', index], 'earns-nothing', `"${rule.id}" earns nothing: ${why}`)];
  });
}

function whyNothing({ event, from, per, points, id }: EarnRule, { orders, earn, combine }: Programme): string | undefined {
  if ([...orders.refunded, ...orders.cancelled].includes(event)) return `${event} takes points back`;
  if (event === REDEEMED || event === ADJUSTED) return `${event} is what the loyalty API writes`;
  const source = from ?? (event === orders.event ? orders.from : 'server');
  if (event === 'Form Submitted' && source === 'server') return 'forms are posted by web pages, and "from" is "server"';
  if (per !== undefined && (per.points / (per.unit ?? 1)) * AMOUNT_MAX < 1) return 'no amount is large enough for one point';
  if (per?.minimum !== undefined && per.minimum > AMOUNT_MAX) return `no order is larger than ${AMOUNT_MAX}`;
  if (points === undefined || combine === 'sum') return undefined;
  const place = earn.findIndex((one) => one.id === id);
  const better = earn.find((one, index) => one.event === event && index !== place && isAlwaysBetter(one, points, index < place));
  const isPlain = earn[place]?.multipliers === undefined;
  return better !== undefined && isPlain
    ? `"${better.id}" always gives as many points or more, and only the best counts`
    : undefined;
}

function isAlwaysBetter({ points, where, when, limit, key, from }: EarnRule, than: number, isFirst: boolean): boolean {
  const isPlain = [where, when, limit, key, from].every((one) => one === undefined);
  return isPlain && points !== undefined && (isFirst ? points >= than : points > than);
}

/** Any day does: the lengths of months do not turn a comparison round that anybody would write. */
const FROM = Date.UTC(2026, 0, 1);
const isAsLong = (one: Duration, other: Duration): boolean => add(FROM, one) >= add(FROM, other);

function gone(source: Source<Loyalty>, { earn, expiry }: Programme): Problem[] {
  const isOwn = (index: number): boolean => !('event' in source.value.earn) && source.value.earn[index]?.pending !== undefined;
  const problems = earn.flatMap(({ id, pending }, index) => {
    const why = pending ? whyGone(pending.for, expiry) : undefined;
    if (why === undefined) return [];
    const path = isOwn(index) ? ['earn', index, 'pending'] : ['pending'];
    return [source.report(path, 'pending-beyond-expiry', `points of "${id}" ${why}`)];
  });
  // What the programme says for all rules is one mistake, not one for each of them.
  return problems.filter((one, index) => problems.findIndex(({ path }) => path === one.path) === index);
}

function whyGone(pending: Duration, { after, endOf, inactivity }: Programme['expiry']): string | undefined {
  if (inactivity !== undefined && isAsLong(pending, inactivity))
    return `are pending for ${pending}, and all lapse after ${inactivity} without activity`;
  if (after === undefined)
    return endOf === undefined
      ? undefined
      : `that are earned within ${pending} before the end of a ${endOf} lapse before they count: add "after"`;
  return isAsLong(pending, after) && endOf === undefined ? `are pending for ${pending}, and lapse after ${after}` : undefined;
}

const PERIODS = { month: 'P1M', quarter: 'P3M', year: 'P1Y' } as const;

function graces(source: Source<Loyalty>, { tiers: { window, grace } }: Programme): Problem[] {
  if (window === undefined || grace === undefined) return [];
  const period = 'rolling' in window ? window.rolling : PERIODS[window.calendar];
  if (!isAsLong(grace, period)) return [];
  const message = `a tier that takes ${period} to earn is kept for ${grace} more`;
  return [source.report(['tiers', 'grace'], 'grace-beyond-window', message)];
}
