import type { Problem } from '#schemas/problem.ts';
import type { Source } from './sources.ts';

/** Ids that stand twice in a list. */
export function duplicates(source: Source<object>, path: Path, items: readonly { readonly id: string }[]): Problem[] {
  return items.flatMap(({ id }, index) => {
    const first = items.findIndex((one) => one.id === id);
    return first < index ? [source.report([...path, index, 'id'], 'duplicate-id', `the id "${id}" stands twice`)] : [];
  });
}

type Path = readonly (string | number)[];
