/** What became of everything but journeys and mails: segments, forms, topics, the policy, the loyalty programme. */
import type { Form, Release, Segment, Topic } from '#core/catalogue.ts';
import { describeCondition } from '../describe-condition.ts';
import { breadth } from './breadth.ts';
import { type Difference, differences, type Facts, fact, facts, leaves } from './difference.ts';

export type ThingChange = {
  readonly kind: 'segment' | 'form' | 'topic' | 'policy' | 'loyalty' | 'scoring' | 'prediction' | 'voucher';
  readonly id: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** What it is, of one that is new or gone. */
  readonly words?: string;
  readonly differences: readonly Difference[];
  /** Of a segment: the journeys that entering or leaving it starts. */
  readonly starts?: readonly string[];
};

export function thingChanges(before: Release | undefined, after: Release): ThingChange[] {
  return [
    ...listChanges('segment', before?.segments ?? [], after.segments, { facts: segmentFacts, words: segmentWords }).map((one) =>
      withStarts(withBreadth(one, before?.segments ?? [], after.segments), after),
    ),
    ...listChanges('form', before?.forms ?? [], after.forms, { facts: formFacts, words: ({ name }) => name }),
    ...listChanges('topic', before?.topics ?? [], after.topics, { facts: leaves, words: topicWords }),
    ...listChanges('voucher', before?.vouchers ?? [], after.vouchers ?? [], {
      facts: leaves,
      words: ({ description }) => description,
    }),
    ...oneChange('policy', before?.policy, after.policy),
    ...oneChange('loyalty', before?.loyalty, after.loyalty),
    ...oneChange('scoring', before?.scoring, after.scoring),
    ...oneChange('prediction', before?.prediction?.settings, after.prediction?.settings),
  ];
}

type Telling<Thing> = { readonly facts: (thing: Thing) => Facts; readonly words: (thing: Thing) => string };

function listChanges<Thing extends { readonly id: string }>(
  kind: ThingChange['kind'],
  before: readonly Thing[],
  after: readonly Thing[],
  telling: Telling<Thing>,
): ThingChange[] {
  const [old, now] = [new Map(before.map((one) => [one.id, one])), new Map(after.map((one) => [one.id, one]))];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((id): ThingChange[] => {
    const [was, is] = [old.get(id), now.get(id)];
    if (was === undefined || is === undefined) {
      const thing = was ?? is;
      return thing === undefined
        ? []
        : [{ kind, id, change: was === undefined ? 'added' : 'removed', words: telling.words(thing), differences: [] }];
    }
    const found = differences(telling.facts(was), telling.facts(is));
    return found.length === 0 ? [] : [{ kind, id, change: 'changed', differences: found }];
  });
}

function oneChange(
  kind: 'policy' | 'loyalty' | 'scoring' | 'prediction',
  before: object | undefined,
  after: object | undefined,
): ThingChange[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ kind, id: kind, change: 'added', differences: [] }];
  if (after === undefined) return [{ kind, id: kind, change: 'removed', differences: [] }];
  const found = differences(leaves(before), leaves(after));
  return found.length === 0 ? [] : [{ kind, id: kind, change: 'changed', differences: found }];
}

const segmentWords = ({ when }: Segment): string => describeCondition(when);
const topicWords = ({ name, type }: Topic): string => `${name}, ${type}`;

function segmentFacts({ name, description, when, fallback }: Segment): Facts {
  return facts({
    name: fact(name, `“${name}”`),
    description: description === undefined ? undefined : fact(description, `“${description}”`),
    when: fact(when, describeCondition(when)),
    fallback: fallback && fact(fallback, describeCondition(fallback)),
  });
}

/** The words that people consent to are what counts of a form; they are told first. */
function formFacts({ consent, ...form }: Form): Facts {
  return new Map([...(consent === undefined ? [] : leaves(consent, 'consent')), ...leaves(form)]);
}

function withStarts(one: ThingChange, { journeys }: Release): ThingChange {
  const started = journeys.filter(({ trigger }) => 'segment' in trigger && trigger.segment === one.id);
  return { ...one, starts: started.map(({ id }) => id) };
}

function withBreadth(one: ThingChange, before: readonly Segment[], after: readonly Segment[]): ThingChange {
  const [was, is] = [before.find(({ id }) => id === one.id), after.find(({ id }) => id === one.id)];
  const way = was && is && breadth(was.when, is.when);
  if (way === undefined) return one;
  return { ...one, differences: one.differences.map((each) => (each.at === 'when' ? { ...each, breadth: way } : each)) };
}
