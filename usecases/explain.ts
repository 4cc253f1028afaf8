import type { Journey, Topic } from '#core/catalogue.ts';
import { steps } from '#core/journey/nested.ts';
import { recordsOf } from './explain/records.ts';
import { considered, personSentences, type Sentence, whyNever } from './explain/words.ts';
import type { CustomerView } from './read-customer.ts';
import type { TimelineItem } from './read-timeline.ts';

export type { Sentence };

export type ExplainRequest = {
  readonly customer: CustomerView;
  /** The whole timeline, in any order. */
  readonly items: readonly TimelineItem[];
  /** The journeys as far as they are known here; the records speak of others too. */
  readonly journeys: readonly Journey[];
  /** As far as they are known; only marketing needs consent. */
  readonly topics?: readonly Topic[];
  /** Only this one. */
  readonly journey?: string;
};

export type Explanation = {
  readonly customer: string;
  readonly customerId: string;
  /** What holds for all mail to this person: address, consent, suppression. */
  readonly person: readonly Sentence[];
  readonly journeys: readonly ExplainedJourney[];
};

type ExplainedJourney = {
  readonly journey: string;
  readonly name: string;
  /** `never_considered`: nothing that lets people enter it has happened. */
  readonly verdict: 'active' | 'entered' | 'not_entered' | 'never_considered';
  readonly sentences: readonly Sentence[];
};

/**
 * Why a person did or did not get into journeys, which way and why, and what became of each mail, from the decision
 * records. Pure. A journey of which nothing is recorded is explained by its trigger and what the timeline lacks.
 */
export function explain({ customer, items, journeys, topics = [], journey }: ExplainRequest): Explanation {
  const records = recordsOf(items);
  const ids = [...new Set([...journeys.map(({ id }) => id), ...records.journeys])].sort();
  const wanted = journey === undefined ? ids : ids.filter((id) => id === journey);
  const explained = wanted.map((id): ExplainedJourney => {
    const known = journeys.find((one) => one.id === id);
    const notes = records.of(id);
    const active = customer.runs.some((run) => run.journey === id);
    const isEntered = active || notes.some(({ what }) => what === 'entered');
    const isConsidered = isEntered || notes.some(({ what }) => what === 'not_entered');
    return {
      journey: id,
      name: known?.name ?? id,
      verdict: active ? 'active' : isEntered ? 'entered' : isConsidered ? 'not_entered' : 'never_considered',
      sentences: isConsidered ? considered({ id, customer, records }) : whyNever({ id, known, customer, records }),
    };
  });
  const service = new Set(topics.flatMap(({ id, type }) => (type === 'transactional' ? [id] : [])));
  const needed = new Set(
    journeys
      .filter(({ id }) => wanted.includes(id))
      .flatMap((one) => steps(one.steps).flatMap((step) => (step.type === 'send_email' ? [step.topic] : []))),
  );
  return {
    customer: customer.email ?? customer.userId ?? customer.anonymousIds[0] ?? customer.id,
    customerId: customer.id,
    person: personSentences(
      customer,
      records,
      [...needed].filter((id) => !service.has(id)),
    ),
    journeys: explained,
  };
}
