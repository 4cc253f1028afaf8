/** The known name that was probably meant: the nearest by edit distance, if it is near enough to be a slip. */
export function suggest(written: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    if (name === written) continue;
    const between = squash(name) === squash(written) ? 0 : distance(name.toLowerCase(), written.toLowerCase());
    if (between < bestDistance) [best, bestDistance] = [name, between];
  }
  return bestDistance <= tolerance(written) ? best : undefined;
}

/** `did you mean "x"?`, or the given advice where nothing is near. */
export function didYouMean(written: string, known: Iterable<string>, otherwise: string): string {
  const near = suggest(written, known);
  return near === undefined ? otherwise : `did you mean "${near}"?`;
}

/** A list for a message, cut short where it would fill the screen. */
export function listed(names: Iterable<string>, limit = 12): string {
  const all = [...names];
  if (all.length === 0) return 'none';
  return all.length <= limit ? all.join(', ') : `${all.slice(0, limit).join(', ')} and ${all.length - limit} more`;
}

const tolerance = (written: string): number => (written.length <= 4 ? 1 : written.length <= 12 ? 2 : 3);
const squash = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours count one each. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length] ?? 0;
}
