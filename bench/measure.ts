/** Timing that can be believed on a machine with other things to do: warm-up, several rounds, medians, turns. */

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('no values have no median');
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value below which a share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export type Work = {
  /** Does the work once; a call takes some tens of microseconds or more, or the clock shows in the result. */
  readonly run: () => void | Promise<void>;
  /** Units that one run does. */
  readonly units: number;
};

export type Rounds = { readonly rounds: number; readonly roundMs: number; readonly warmUpMs: number };

/**
 * Microseconds of processor for each unit, the median over the rounds. The works take turns, a round each, so that whatever
 * slows the machine down slows them all: ratios are taken from the same run. Processor time, not time on the wall, because
 * neighbours must not count; it includes the threads that collect garbage and compile.
 */
export async function cpuInTurns<Name extends string>(
  works: Readonly<Record<Name, Work>>,
  rounds: Rounds,
): Promise<Record<Name, number>> {
  const names = Object.keys(works) as Name[];
  const found = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (const name of names) await spin(works[name], rounds.warmUpMs);
  for (let round = 0; round < rounds.rounds; round += 1) {
    // Turned around every second time, so that none is always the one after the same other.
    for (const name of round % 2 === 0 ? names : names.toReversed())
      found.get(name)?.push(await spin(works[name], rounds.roundMs));
  }
  return Object.fromEntries(names.map((name) => [name, median(found.get(name) ?? [])])) as Record<Name, number>;
}

async function spin({ run, units }: Work, forMs: number): Promise<number> {
  const before = process.cpuUsage();
  const until = performance.now() + forMs;
  let done = 0;
  do {
    await run();
    done += units;
  } while (performance.now() < until);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / done;
}
