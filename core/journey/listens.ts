/** What a journey listens for: events and properties, and under which keys it is found when something starts it. */
import type { AwaitedEvent, Journey, Trigger } from '../catalogue.ts';
import { type Condition, type EventCondition, walk } from '../condition.ts';
import { ofPeople } from '../human.ts';
import { attributeKey } from '../test.ts';
import type { LinkedJourney } from './linked.ts';
import { steps } from './nested.ts';

export function awaited(journey: Journey): (AwaitedEvent | EventCondition)[] {
  const waits = steps(journey.steps).flatMap((step) => (step.type === 'wait_for_event' ? step.events : []));
  return [...waits, ...(journey.exitWhen ?? []), ...(journey.goal ? [journey.goal] : [])];
}

export function journeyConditions(journey: Journey): Condition[] {
  const inSteps = steps(journey.steps).flatMap((step): Condition[] => {
    if (step.type === 'condition' || step.type === 'wait_until') return [step.when];
    if (step.type === 'repeat') return step.until === undefined ? [] : [step.until];
    return step.type === 'branch' ? step.cases.map((one) => one.when) : [];
  });
  return [...inSteps, ...awaited(journey).flatMap(({ where }) => (where ? [{ not: where }] : []))];
}

/** Mail events that a journey reacts to by `message` conditions: feedback must reach the run. */
export function reactions(journey: Journey): string[] {
  const asks = journeyConditions(journey).some((condition) => walk(condition).some((part) => 'message' in part));
  return asks ? ['Email Delivered', 'Email Opened', 'Email Link Clicked', 'Email Bounced'] : [];
}

export function triggerPaths(condition: Condition): string[] {
  return walk(condition).flatMap((part) => {
    if (!('property' in part)) return [];
    return part.equalsTrigger === undefined ? [part.property] : [part.property, part.equalsTrigger];
  });
}

export function loggedPaths(journeys: readonly LinkedJourney[]): Map<string, readonly string[]> {
  const paths = new Map<string, Set<string>>();
  for (const { journey } of journeys) {
    for (const { event, where } of awaited(journey)) {
      const known = paths.get(event) ?? new Set<string>();
      const condition = ofPeople(event, where);
      for (const path of condition ? triggerPaths(condition) : []) known.add(path);
      paths.set(event, known);
    }
  }
  return new Map([...paths].map(([event, set]) => [event, [...set].sort()]));
}

export function startKeys({ id, trigger }: Journey): string[] {
  return [`journey:${id}`, ...triggerKeys(id, trigger)];
}

function triggerKeys(id: string, trigger: Trigger): string[] {
  switch (trigger.type) {
    case 'event':
      return [`event:${trigger.event}`];
    case 'form':
      return [`${trigger.on === 'confirmation' ? 'confirmed' : 'form'}:${trigger.form}`];
    case 'segment_entry':
    case 'segment_exit':
      return [`${trigger.type}:${trigger.segment}`];
    case 'voucher':
    case 'tier_change':
    case 'stage_change':
    case 'points':
      return [trigger.type];
    case 'api':
      return [`api:${id}`];
    case 'schedule':
    case 'date':
      return [];
  }
}

export function alarmKeys({ trigger }: Journey): string[] {
  if (trigger.type === 'schedule') {
    const segment = trigger.segment === undefined ? [] : [`segment:${trigger.segment}`];
    return trigger.zone === 'customer' ? [...segment, 'attribute:timezone'] : segment;
  }
  return trigger.type === 'date' ? [attributeKey(trigger.attribute), 'attribute:timezone'] : [];
}
