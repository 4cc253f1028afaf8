/** Conditions as functions: linked once for each release, then asked millions of times. */
import type { Comparison, Condition, EventCondition, Range, Scalar } from './condition.ts';
import { attribute, type Customer, type Run } from './customer.ts';
import { ofPeople } from './human.ts';
import { add, fromIso, type Instant, NEVER } from './instant.ts';
import { type Json, type JsonObject, at as valueAt } from './json.ts';
import { inRange, type MetricDefinition, metricOf, numberOf, test as testMetric } from './metrics.ts';

/** The truth, and the instant at which it next may change by the mere passage of time. */
export type Truth = { readonly is: boolean; readonly until: Instant };

export type Facts = {
  readonly customer: Customer;
  readonly now: Instant;
  /** The properties of the event in question: the trigger, or the event that a wait looks at. */
  readonly properties: JsonObject;
  /** The properties of the event that started the run, for `equalsTrigger`. */
  readonly trigger: JsonObject;
  readonly run?: Run;
};

export type Test = (facts: Facts) => Truth;

/** What a condition looks at: keys such as `event:Order Completed`, `attribute:country`, `segment:vip`, `consent`, `loyalty`, `stage`, `orders`. */
export type Dependencies = Set<string>;

export type Linker = {
  readonly metrics: Map<string, MetricDefinition & { readonly where?: Test }>;
  readonly dependencies: Dependencies;
  readonly scores: ReadonlyMap<string, { readonly dependencies: Dependencies; readonly test: (range: Range) => Test }>;
  /** Answers for attributes that are foretold; undefined for all others. */
  readonly predictions?: { readonly test: (path: string, comparison: Comparison) => Test | undefined };
};

/** Turns a condition into a test; what it needs is added to the linker. */
export function link(condition: Condition, linker: Linker): Test {
  if ('all' in condition) return every(condition.all.map((part) => link(part, linker)));
  if ('any' in condition) return some(condition.any.map((part) => link(part, linker)));
  if ('not' in condition) return negate(link(condition.not, linker));
  if ('event' in condition) return linkEvent(condition, linker);
  if ('attribute' in condition) {
    const { attribute: path } = condition;
    const foretold = linker.predictions?.test(path, condition);
    if (foretold !== undefined) {
      linker.dependencies.add('orders');
      return foretold;
    }
    linker.dependencies.add(attributeKey(path));
    return (facts) => compare(attributeAt(facts.customer, path), condition, facts.now);
  }
  if ('property' in condition) {
    const { property: path, equalsTrigger } = condition;
    return ({ properties, trigger, now }) => {
      const value = valueAt(properties, path);
      if (equalsTrigger !== undefined && !same(value, valueAt(trigger, equalsTrigger))) return NO;
      return compare(value, condition, now);
    };
  }
  if ('segment' in condition) {
    linker.dependencies.add(`segment:${condition.segment}`);
    return ({ customer }) => fixed(condition.segment in customer.segments);
  }
  if ('journey' in condition) {
    linker.dependencies.add(`journey:${condition.journey}`);
    return ({ customer }) => fixed(journeyState(customer, condition.journey) === condition.is);
  }
  if ('message' in condition) return ({ run }) => fixed(reached(run?.messages[condition.message], condition.is));
  if ('consent' in condition) {
    linker.dependencies.add('consent');
    return ({ customer }) => fixed(customer.consents[condition.consent]?.status === 'subscribed');
  }
  if ('score' in condition) return linkScore(condition, linker);
  if ('stage' in condition) {
    linker.dependencies.add('stage');
    return ({ customer }) => fixed(customer.stage?.id === condition.stage);
  }
  linker.dependencies.add('loyalty');
  if ('tier' in condition) return ({ customer }) => fixed(customer.loyalty?.tier === condition.tier);
  return ({ customer }) => fixed(inRange(customer.loyalty?.points ?? 0, condition.points));
}

/** The dependency key of an attribute path: its first part, for conditions look at whole attributes when these change. */
export function attributeKey(path: string): string {
  const [head = ''] = path.split('.', 1);
  return head === 'points' || head === 'tier' || head === 'loyalty' ? 'loyalty' : `attribute:${head}`;
}

/** What an event must be like to count; machines that open and click mails do not, unless the condition speaks of them. */
export function linkWhere(
  { event, where }: { readonly event: string; readonly where?: Condition },
  linker: Linker,
): Test | undefined {
  const condition = ofPeople(event, where);
  return condition && link(condition, linker);
}

function linkEvent(condition: EventCondition, linker: Linker): Test {
  const metric = metricOf(condition);
  const known = linker.metrics.get(metric.id);
  const where = known?.where ?? linkWhere(condition, linker);
  linker.metrics.set(metric.id, { ...metric, keep: Math.max(metric.keep, known?.keep ?? 0), ...(where && { where }) });
  linker.dependencies.add(`event:${condition.event}`);
  return ({ customer, now }) => testMetric(customer.metrics[metric.id], condition, now);
}

/** A score is not stored: whoever asks about it depends on all that its rules look at. One that is no longer there never holds. */
function linkScore(condition: Extract<Condition, { readonly score: string }>, linker: Linker): Test {
  const score = linker.scores.get(condition.score);
  if (score === undefined) return () => NO;
  for (const key of score.dependencies) linker.dependencies.add(key);
  return score.test(condition);
}

const YES: Truth = { is: true, until: NEVER };
const NO: Truth = { is: false, until: NEVER };
const fixed = (is: boolean): Truth => (is ? YES : NO);

function every(tests: readonly Test[]): Test {
  return (facts) => {
    let until = NEVER;
    let no: Truth | undefined;
    for (const test of tests) {
      const truth = test(facts);
      if (truth.is) until = Math.min(until, truth.until);
      // While one part is false the whole stays false: it cannot change before the latest change of the false ones.
      else no = no === undefined || truth.until > no.until ? truth : no;
    }
    return no ?? { is: true, until };
  };
}

function some(tests: readonly Test[]): Test {
  return (facts) => {
    let until = NEVER;
    let yes: Truth | undefined;
    for (const test of tests) {
      const truth = test(facts);
      if (!truth.is) until = Math.min(until, truth.until);
      else yes = yes === undefined || truth.until > yes.until ? truth : yes;
    }
    return yes ?? { is: false, until };
  };
}

function negate(test: Test): Test {
  return (facts) => {
    const { is, until } = test(facts);
    return { is: !is, until };
  };
}

/** The value of an attribute, or at a dotted path into one. */
export function attributeAt(customer: Customer, path: string): Json | undefined {
  const whole = attribute(customer, path);
  if (whole !== undefined) return whole;
  const dot = path.indexOf('.');
  return dot < 0 ? undefined : valueAt(attribute(customer, path.slice(0, dot)), path.slice(dot + 1));
}

/** Compares a value; all bounds that are given must hold. A missing value is equal to nothing and no bound holds for it. */
export function compare(value: Json | undefined, test: Comparison, now: Instant): Truth {
  if (test.exists !== undefined && (value !== undefined && value !== null) !== test.exists) return NO;
  if (test.is !== undefined && !same(value, test.is)) return NO;
  if (test.isNot !== undefined && same(value, test.isNot)) return NO;
  if (test.in !== undefined && !test.in.some((one) => same(value, one))) return NO;
  if (test.notIn?.some((one) => same(value, one))) return NO;
  if (test.contains !== undefined && !contains(value, test.contains)) return NO;
  if (test.startsWith !== undefined && !(typeof value === 'string' && value.startsWith(test.startsWith))) return NO;
  if (test.matches !== undefined && !(typeof value === 'string' && pattern(test.matches).test(value))) return NO;
  if (!bounded(value, test)) return NO;
  return inTime(value, test, now);
}

function bounded(value: Json | undefined, { gt, gte, lt, lte }: Comparison): boolean {
  return (
    (gt === undefined || order(value, gt) > 0) &&
    (gte === undefined || order(value, gte) >= 0) &&
    (lt === undefined || order(value, lt) < 0) &&
    (lte === undefined || order(value, lte) <= 0)
  );
}

/** Numbers by value, instants by time, other texts by code unit; NaN, for which no bound holds, where the two cannot be compared. */
function order(value: Json | undefined, bound: number | string): number {
  if (typeof bound === 'number') return (numberOf(value) ?? Number.NaN) - bound;
  if (typeof value !== 'string') return Number.NaN;
  const left = fromIso(value);
  const right = fromIso(bound);
  if (left !== undefined && right !== undefined) return left - right;
  return value < bound ? -1 : value > bound ? 1 : 0;
}

/** `before` and `after` compare with a stated instant; `within: P30D` is true from 30 days before the value's instant to 30 days after it. */
function inTime(value: Json | undefined, { before, after, within }: Comparison, now: Instant): Truth {
  if (before === undefined && after === undefined && within === undefined) return YES;
  const at = typeof value === 'string' ? fromIso(value) : typeof value === 'number' ? value : undefined;
  if (at === undefined) return NO;
  if (before !== undefined && !(at < (fromIso(before) ?? Number.NaN))) return NO;
  if (after !== undefined && !(at > (fromIso(after) ?? Number.NaN))) return NO;
  if (within === undefined) return YES;
  const from = add(at, within, -1);
  const to = add(at, within);
  if (now < from) return { is: false, until: from };
  return now < to ? { is: true, until: to } : NO;
}

function same(value: Json | undefined, other: Scalar | Json | undefined): boolean {
  return (
    value !== undefined &&
    (value === other || (typeof value === 'number' && typeof other === 'string' && String(value) === other))
  );
}

function contains(value: Json | undefined, part: Scalar): boolean {
  if (typeof value === 'string') return typeof part === 'string' && value.includes(part);
  return Array.isArray(value) && value.some((one) => same(one as Json, part));
}

function journeyState(customer: Customer, journey: string): 'active' | 'completed' | 'exited' | 'never' {
  if (customer.runs.some((run) => run.journey === journey)) return 'active';
  const outcome = customer.entries[journey]?.lastOutcome;
  return outcome === undefined ? 'never' : outcome === 'completed' ? 'completed' : 'exited';
}

const RANK: Readonly<Record<string, number>> = { delivered: 1, opened: 2, clicked: 3 };

/** A mail that was clicked was also opened and delivered, whatever of these was reported. */
function reached(status: string | undefined, wanted: string): boolean {
  if (status === undefined) return false;
  return wanted === 'bounced' || status === 'bounced' ? status === wanted : (RANK[status] ?? 0) >= (RANK[wanted] ?? 9);
}

const patterns = new Map<string, RegExp>();

function pattern(source: string): RegExp {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  if (patterns.size > 10_000) patterns.clear();
  const made = new RegExp(source, 'u');
  patterns.set(source, made);
  return made;
}
