import type { AwaitedEvent } from '#core/catalogue.ts';
import type { Condition, EventCondition } from '#core/condition.ts';
import { describeComparison, describeRange } from './describe-condition/comparison.ts';
import { describeDuration, listed } from './describe-condition/duration.ts';
import { doesWords, doneWords, mailVerbs } from './describe-condition/events.ts';

/** Whose properties a condition looks at: those of the event that started the run, or of the event that is being told of. */
type Place = 'run' | 'event';

/** A condition in words, as something said of one customer: "has ordered at least 2 times within 90 days", "country is PT". */
export function describeCondition(condition: Condition): string {
  return say(condition, false, 'run');
}

/** What happened, as the label of a way: "ordered", "clicked the mail miss-you", "“Trial Started” where plan is pro". */
export function describeAwaited({ event, where }: AwaitedEvent): string {
  const mail = mailOf(event, where);
  if (mail !== undefined) return mail;
  return `${doneWords(event) ?? `“${event}”`}${withWhere(where)}`;
}

/** What happens, after "when": "somebody orders where revenue is at least 50", "“Trial Started” happens". */
export function describeHappening({ event, where }: AwaitedEvent): string {
  const does = doesWords(event);
  return `${does === undefined ? `“${event}” happens` : `somebody ${does}`}${withWhere(where)}`;
}

function say(condition: Condition, negated: boolean, place: Place): string {
  if ('not' in condition) return say(condition.not, !negated, place);
  if ('all' in condition) return joined(condition.all, negated, place, negated ? 'or' : 'and');
  if ('any' in condition) return joined(condition.any, negated, place, negated ? 'and' : 'or');
  const not = negated ? ' not' : '';
  if ('event' in condition) return events(condition, negated);
  if ('attribute' in condition) {
    const { attribute, ...comparison } = condition;
    return `${attribute} ${describeComparison(comparison, negated)}`;
  }
  if ('property' in condition) return property(condition, negated, place);
  if ('segment' in condition) return `is${not} in the segment ${condition.segment}`;
  if ('journey' in condition) return `${journeyWords[condition.is][negated ? 1 : 0]} the journey ${condition.journey}`;
  if ('message' in condition) return `${mailWords[condition.is][negated ? 1 : 0].replace('%', `the mail ${condition.message}`)}`;
  if ('consent' in condition) return `has${not} consented to ${condition.consent}`;
  if ('tier' in condition) return `is${not} in the tier ${condition.tier}`;
  if ('stage' in condition) return `is${not} in the stage ${condition.stage}`;
  if ('points' in condition) return `has${not} ${describeRange(condition.points)} points`;
  const { score, ...range } = condition;
  return `has${not} a score “${score}” of ${describeRange(range)}`;
}

/** Lists inside lists stand in brackets, so that "and" and "or" cannot be mistaken for each other. */
function joined(conditions: readonly Condition[], negated: boolean, place: Place, word: 'and' | 'or'): string {
  const parts = conditions.map((one) => {
    const words = say(one, negated, place);
    return conditions.length > 1 && isList(one) ? `(${words})` : words;
  });
  return word === 'and' ? listed(parts, 'and') : listed(parts, 'or');
}

function isList(condition: Condition): boolean {
  if ('not' in condition) return isList(condition.not);
  return ('all' in condition && condition.all.length > 1) || ('any' in condition && condition.any.length > 1);
}

function events({ event, where, count, sum, within }: EventCondition, negated: boolean): string {
  const mail = mailOf(event, where);
  const rest = `${within === undefined ? '' : ` within ${describeDuration(within)}`}${mail === undefined ? withWhere(where) : ''}`;
  if (sum !== undefined) {
    const amount = `${negated ? 'does not add' : 'adds'} up to ${describeRange(sum)}`;
    return `${sum.property} of “${event}” ${amount}${count === undefined ? '' : `, ${times(count)}`}${rest}`;
  }
  const done = mail ?? doneWords(event);
  const said = (has: string, often = ''): string =>
    done === undefined ? `“${event}” ${has} happened${often}${rest}` : `${has} ${done}${often}${rest}`;
  if (count !== undefined && !isNever(count)) return said(negated ? 'has not' : 'has', ` ${times(count)}`);
  if (isNever(count) === negated) return said('has');
  return said(within === undefined ? 'has never' : 'has not');
}

/** Such a count says that it has not happened. */
const isNever = (count: EventCondition['count']): boolean =>
  count !== undefined && (count.is === 0 || count.lte === 0 || (count.lt !== undefined && count.lt <= 1 && count.lt > 0));

function times(count: NonNullable<EventCondition['count']>): string {
  const words = describeRange(count);
  if (words === 'exactly 1') return 'exactly once';
  return `${words} ${words.endsWith(' 1') ? 'time' : 'times'}`;
}

type PropertyCondition = Extract<Condition, { readonly property: string }>;

function property({ property: path, equalsTrigger, ...comparison }: PropertyCondition, negated: boolean, place: Place): string {
  const whose = place === 'run' ? `${path} of the trigger` : path;
  const compared = describeComparison(comparison, negated);
  if (equalsTrigger === undefined) return `${whose} ${compared}`;
  const same = `${path} is ${negated ? 'not ' : ''}${equalsTrigger === path ? 'that' : `the ${equalsTrigger}`} of the trigger`;
  return compared === '' ? same : `${same} ${negated ? 'or' : 'and'} ${compared}`;
}

const withWhere = (where: Condition | undefined): string => (where === undefined ? '' : ` where ${say(where, false, 'event')}`);

/** "clicked the mail miss-you": feedback on the mail of one step is so common that it has words of its own. */
function mailOf(event: string, where: Condition | undefined): string | undefined {
  const verb = mailVerbs[event];
  if (verb === undefined || where === undefined || !('property' in where) || where.property !== 'step') return undefined;
  return Object.keys(where).length === 2 && typeof where.is === 'string' ? `${verb} the mail ${where.is}` : undefined;
}

const journeyWords = {
  active: ['is in', 'is not in'],
  completed: ['has completed', 'has not completed'],
  exited: ['has left', 'has not left'],
  never: ['was never in', 'was at some time in'],
} as const;

const mailWords = {
  delivered: ['has got %', 'has not got %'],
  opened: ['has opened %', 'has not opened %'],
  clicked: ['has clicked %', 'has not clicked %'],
  bounced: ['% bounced', '% did not bounce'],
} as const;
