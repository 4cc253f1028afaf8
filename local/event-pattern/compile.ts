import { branchesOf } from './branches.ts';
import { type Fields, type Membership, NOWHERE, together } from './fields.ts';
import type { Tests } from './operators.ts';

export type Matcher = ((fields: Fields) => boolean) & {
  /** The values of which an event must have one at a top-level field; undefined when the pattern leaves that open. */
  exactly(field: string): readonly string[] | undefined;
};

/** A pattern (object or JSON text) made ready to match many events; the reason, as text, when EventBridge would refuse it. */
export function compile(pattern: unknown): Matcher | string {
  const branches = branchesOf(pattern);
  if (typeof branches === 'string') return branches;
  const sorted = branches.map((branch) => [...branch].sort(byPath));
  const matcher = (fields: Fields) => sorted.some((branch) => matchesFrom(branch, 0, fields, NOWHERE));
  return Object.assign(matcher, { exactly: (field: string) => exactly(branches, field) });
}

type Condition = readonly [path: string, tests: Tests];

/**
 * Conditions are tried in the order of their paths, each on the fields that can stand in the same array elements as those chosen
 * before. `exists: false` asks only whether such a field is there: the order is therefore part of the reference's behaviour.
 */
function matchesFrom(branch: readonly Condition[], index: number, fields: Fields, chosen: Membership): boolean {
  const condition = branch[index];
  if (!condition) return true;
  const [path, tests] = condition;
  let present = false;
  for (const field of fields.get(path) ?? []) {
    const membership = together(chosen, field.membership);
    if (!membership) continue;
    present = true;
    if (tests.value(field.value) && matchesFrom(branch, index + 1, fields, membership)) return true;
  }
  return tests.absent && !present && matchesFrom(branch, index + 1, fields, chosen);
}

function byPath([one]: Condition, [other]: Condition): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function exactly(branches: readonly ReadonlyMap<string, Tests>[], field: string): readonly string[] | undefined {
  const values = new Set<string>();
  for (const branch of branches) {
    const wanted = branch.get(field)?.strings;
    if (!wanted) return undefined;
    for (const value of wanted) values.add(value);
  }
  return [...values];
}
