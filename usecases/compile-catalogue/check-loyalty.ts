import type { Loyalty } from '#core/loyalty/programme.ts';
import type { Problem } from '#schemas/problem.ts';
import { duplicates } from './duplicates.ts';
import type { Source } from './sources.ts';

/** What the loyalty programme must hold by itself. */
export function checkProgramme(source: Source<Loyalty>): Problem[] {
  const { earn, tiers } = source.value;
  return [
    ...('levels' in tiers ? duplicates(source, ['tiers', 'levels'], tiers.levels) : duplicates(source, ['tiers'], tiers)),
    ...('event' in earn ? [] : duplicates(source, ['earn'], earn)),
    ...duplicates(source, ['rewards'], source.value.rewards ?? []),
    ...tiersAscending(source),
  ];
}

function tiersAscending(source: Source<Loyalty>): Problem[] {
  const { tiers } = source.value;
  const steps =
    'levels' in tiers
      ? tiers.levels.map(({ id, from }, index) => ({ id, from, path: ['tiers', 'levels', index, 'from'] }))
      : tiers.map(({ id, spend }, index) => ({ id, from: spend, path: ['tiers', index, 'spend'] }));
  return steps.flatMap(({ id, from, path }, index) => {
    const below = steps[index - 1];
    return below && from <= below.from
      ? [source.report(path, 'tiers-ascending', `"${id}" needs no more than "${below.id}" before it`)]
      : [];
  });
}
