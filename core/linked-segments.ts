/** Segments made ready for deciding, in an order in which none comes before one that it refers to. */
import type { Segment } from './catalogue.ts';
import { walk } from './condition.ts';
import { newCustomer } from './customer.ts';
import { NEVER } from './instant.ts';
import type { LinkedPrediction } from './prediction/linked.ts';
import { type Dependencies, type Facts, type Linker, link, type Truth } from './test.ts';

export type LinkedSegment = {
  readonly segment: Segment;
  readonly test: (facts: Facts) => SegmentTruth;
  readonly dependencies: Dependencies;
  /** No segment comes before one that it refers to. */
  readonly order: number;
  /** True where somebody of whom nothing is known is outside, for good: such a segment need not be asked about a new customer. */
  readonly startsEmpty: boolean;
};

/** `plainly` says why the plain rule was asked instead of the forecast. */
type SegmentTruth = Truth & { readonly plainly?: string };

export function linkSegment(
  segment: Segment,
  order: number,
  { linker, prediction }: { readonly linker: Linker; readonly prediction: LinkedPrediction | undefined },
): LinkedSegment {
  const own: Linker = { ...linker, dependencies: new Set() };
  const test = withFallback(segment, own, prediction);
  const { is, until } = test({ customer: newCustomer('cus_', 0), now: 0, properties: {}, trigger: {} });
  return { segment, test, dependencies: own.dependencies, order, startsEmpty: !is && until === NEVER };
}

/** The condition; where it asks for forecasts that are not to be had, the plain rule that the segment states. */
function withFallback(
  { when, fallback }: Segment,
  linker: Linker,
  prediction: LinkedPrediction | undefined,
): (facts: Facts) => SegmentTruth {
  const test = link(when, linker);
  if (fallback === undefined) return test;
  const plain = link(fallback, linker);
  const paths = walk(when).flatMap((part) => ('attribute' in part ? [part.attribute] : []));
  return (facts) => {
    const missing = prediction === undefined ? NO_PREDICTION : prediction.missing(paths, facts.customer, facts.now);
    if (missing !== undefined) return { ...plain(facts), plainly: missing };
    const { is, until } = test(facts);
    return { is, until: Math.min(until, prediction?.staleAt ?? NEVER) };
  };
}

const NO_PREDICTION = 'the release has no prediction.json';

export function inOrder(segments: readonly Segment[]): Segment[] {
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  const done = new Set<string>();
  const ordered: Segment[] = [];
  const visit = (segment: Segment): void => {
    if (done.has(segment.id)) return;
    done.add(segment.id);
    for (const part of [segment.when, ...(segment.fallback ? [segment.fallback] : [])].flatMap(walk)) {
      const other = 'segment' in part ? byId.get(part.segment) : undefined;
      if (other !== undefined) visit(other);
    }
    ordered.push(segment);
  };
  for (const segment of segments) visit(segment);
  return ordered;
}
