import type { Journey } from '#core/catalogue.ts';
import type { Problem } from '#schemas/problem.ts';
import type { Source, Sources } from './sources.ts';
import { type Path, stepsOf } from './walk.ts';

type Edge = { readonly to: string; readonly path: Path };

/** Journeys that start each other, directly or by the events that they emit, round in a circle in which nobody is stopped. */
export function checkCircles({ journeys }: Sources): Problem[] {
  const active = journeys.filter(({ value }) => value.status === 'active');
  const edges = new Map(active.map((source) => [source.value.id, edgesOf(source.value, active)]));
  return active.flatMap((source) =>
    (edges.get(source.value.id) ?? []).flatMap(({ to, path }) => {
      const way = wayBack(to, source.value.id, edges);
      if (way === undefined || way.some((id) => entersOnce(active, id))) return [];
      // A circle is reported where it begins by name, not once for each journey in it.
      if ([...way].sort()[0] !== source.value.id) return [];
      return [source.report(path, 'journeys-in-a-circle', `${[source.value.id, ...way].join(' → ')} set each other off`)];
    }),
  );
}

function edgesOf(journey: Journey, active: readonly Source<Journey>[]): Edge[] {
  return stepsOf(journey.steps).flatMap(({ step, path }) => {
    if (step.type === 'start_journey') return [{ to: step.journey, path }];
    if (step.type !== 'emit_event') return [];
    const started = active.filter(({ value: { trigger } }) => trigger.type === 'event' && trigger.event === step.event);
    return started.map(({ value }) => ({ to: value.id, path }));
  });
}

/** The journeys from one to another, the last one included; undefined where no way leads there. */
function wayBack(
  from: string,
  to: string,
  edges: ReadonlyMap<string, readonly Edge[]>,
  seen: readonly string[] = [],
): string[] | undefined {
  if (from === to) return [to];
  if (seen.includes(from)) return undefined;
  for (const edge of edges.get(from) ?? []) {
    const rest = wayBack(edge.to, to, edges, [...seen, from]);
    if (rest !== undefined) return [from, ...rest];
  }
  return undefined;
}

function entersOnce(active: readonly Source<Journey>[], id: string): boolean {
  const { mode } = active.find(({ value }) => value.id === id)?.value.reentry ?? {};
  return mode === 'once' || mode === 'max';
}
