/** What became of the steps of a journey. A step is known by its id, wherever it stands. */
import type { Step } from '#core/catalogue.ts';
import { nested } from '#core/journey/nested.ts';
import { describeDuration, describeInstant, listed } from '../describe-condition/duration.ts';
import { describeAwaited, describeCondition } from '../describe-condition.ts';
import { describeHours } from '../describe-journey/hours.ts';
import { describeBranches, describeStep } from '../describe-journey/step.ts';
import { type Difference, differences, type Fact, type Facts, fact, text } from './difference.ts';

export type StepChange = {
  readonly id: string;
  readonly change: 'added' | 'removed' | 'moved' | 'changed';
  /** What it does: "Mail welcome". */
  readonly words: string;
  /** Where it stands: "after hello", "first in “ordered” of reaction". Before the change for one that is removed. */
  readonly place: string;
  readonly placeBefore?: string;
  readonly differences?: readonly Difference[];
};

type Placed = { readonly step: Step; readonly list: string; readonly index: number; readonly words: string };

export function stepChanges(before: readonly Step[], after: readonly Step[]): StepChange[] {
  const [old, now] = [placed(before), placed(after)];
  const moved = movedIds(old, now);
  const changes: StepChange[] = [];
  for (const [id, { step, words }] of now) {
    const was = old.get(id);
    const about = { id, words: summary(step), place: words };
    if (was === undefined) {
      changes.push({ ...about, change: 'added' });
      continue;
    }
    if (moved.has(id)) changes.push({ ...about, change: 'moved', placeBefore: was.words });
    const found = differences(stepFacts(was.step), stepFacts(step));
    if (found.length > 0) changes.push({ ...about, change: 'changed', differences: found });
  }
  const removed = [...old].filter(([id]) => !now.has(id));
  return [
    ...changes,
    ...removed.map(([id, { step, words }]): StepChange => ({ id, change: 'removed', words: summary(step), place: words })),
  ];
}

function summary(step: Step): string {
  const { kind, title } = describeStep(step);
  return `${kind}: ${title}`;
}

/** Every step with the list that it stands in, by id. */
function placed(list: readonly Step[], path = '', where = ''): Map<string, Placed> {
  const found = new Map<string, Placed>();
  for (const [index, step] of list.entries()) {
    const before = list[index - 1]?.id;
    const words = before !== undefined ? `after ${before}` : where === '' ? 'first of all' : `first ${where}`;
    found.set(step.id, { step, list: path, index, words });
    const ways = describeBranches(step);
    for (const [branch, inner] of Object.entries(nested(step))) {
      const way = ways[branch];
      const name =
        step.type === 'repeat' ? `in a round of ${step.id}` : `in “${way?.name ?? way?.words ?? branch}” of ${step.id}`;
      for (const [id, one] of placed(inner, `${path}/${step.id}/${branch}`, name)) found.set(id, one);
    }
  }
  return found;
}

/** Those in another list, and of those in the same one as few as explain the new order. */
function movedIds(old: ReadonlyMap<string, Placed>, now: ReadonlyMap<string, Placed>): Set<string> {
  const common = [...now].flatMap(([id, to]) => {
    const from = old.get(id);
    return from === undefined ? [] : [{ id, from, to }];
  });
  const moved = new Set(common.filter(({ from, to }) => from.list !== to.list).map(({ id }) => id));
  const stayed = common.filter(({ id }) => !moved.has(id));
  for (const siblings of Map.groupBy(stayed, ({ to }) => to.list).values()) {
    const inOrder = siblings.toSorted((one, other) => one.to.index - other.to.index);
    const kept = longestRising(inOrder.map(({ from }) => from.index));
    for (const { id, from } of inOrder) if (!kept.has(from.index)) moved.add(id);
  }
  return moved;
}

/** The values of a longest rising subsequence. Lists have at most some hundred steps. */
function longestRising(values: readonly number[]): Set<number> {
  const best: number[][] = [];
  for (const [index, value] of values.entries()) {
    const before = best.slice(0, index).filter((one) => (one.at(-1) ?? 0) < value);
    const longest = before.reduce<number[]>((one, other) => (other.length > one.length ? other : one), []);
    best.push([...longest, value]);
  }
  return new Set(best.reduce<number[]>((one, other) => (other.length > one.length ? other : one), []));
}

/** What a step says for itself, without the steps inside it. */
function stepFacts(step: Step): Facts {
  const own: [string, Fact][] = [['type', fact(step.type, describeStep(step).kind)]];
  if (step.name !== undefined) own.push(['name', fact(step.name, `“${step.name}”`)]);
  return new Map([...own, ...details(step)]);
}

function details(step: Step): [string, Fact][] {
  switch (step.type) {
    case 'wait_for_event': {
      const events = step.events.map(({ steps: _, ...event }) => event);
      return [
        ['events', fact(events, listed(events.map(describeAwaited), 'or'))],
        ['timeout', fact(step.timeout, describeDuration(step.timeout))],
      ];
    }
    case 'wait_until':
      return [
        ['when', fact(step.when, describeCondition(step.when))],
        ['timeout', fact(step.timeout, describeDuration(step.timeout))],
      ];
    case 'condition':
      return [['when', fact(step.when, describeCondition(step.when))]];
    case 'branch': {
      const names = step.cases.map(({ name }) => name);
      const cases = step.cases.map(({ name, when }) => [`case ${name}`, fact(when, describeCondition(when))] as [string, Fact]);
      return [...cases, ['order of the cases', fact(names, names.join(', '))]];
    }
    case 'random_split':
      return step.branches.map(({ name, percent }) => [`share of ${name}`, fact(percent, `${percent} %`)]);
    case 'time_window': {
      const { from, to, days, zone = 'customer' } = step;
      return [
        ['hours', fact({ from, to, days }, describeHours(step))],
        ['zone', fact(zone, zone === 'customer' ? 'the customer’s own' : zone)],
      ];
    }
    case 'repeat':
      return [
        ['times', fact(step.times, String(step.times))],
        ...(step.until === undefined ? [] : [['until', fact(step.until, describeCondition(step.until))] as [string, Fact]]),
      ];
    default: {
      const { id: _, name: __, type: ___, ...rest } = step;
      return Object.entries(rest).map(([key, value]) => [key, fact(value, words(key, value))]);
    }
  }
}

function words(key: string, value: unknown): string {
  if (typeof value !== 'string') return text(value);
  if (key === 'for') return describeDuration(value);
  if (key === 'offset') return `${describeDuration(value)} ${value.startsWith('-') ? 'before' : 'after'}`;
  return key === 'until' ? describeInstant(value) : value;
}
