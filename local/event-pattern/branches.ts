import { OPERATORS, type Tests, testsOf } from './operators.ts';
import { PatternProblem } from './problem.ts';

/** One way to match: a condition for each path. `$or` makes several ways out of one. */
type Branch = Map<string, Tests>;

const BRANCHES_MAX = 1_000;

/** Words that stay free for operators: no field may be called so inside `$or`. */
const RESERVED: ReadonlySet<string> = new Set([
  ...OPERATORS,
  ...['exactly', '=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case', 'date-after', 'date-on-or-after'],
  ...['date-before', 'date-on-or-before', 'in-date-range', 'ip-address-in-range', 'ip-address-not-in-range'],
]);

/** The ways in which an event can match a pattern; the reason when the pattern is not a valid one. */
export function branchesOf(pattern: unknown): Branch[] | string {
  try {
    const parsed = typeof pattern === 'string' ? parse(pattern) : pattern;
    if (!isObject(parsed)) throw new PatternProblem('Filter is not an object');
    return extend([new Map()], parsed, { path: '', insideOr: false });
  } catch (problem) {
    if (problem instanceof PatternProblem) return problem.message;
    throw problem;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PatternProblem(`The pattern is not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
}

type Place = { readonly path: string; readonly insideOr: boolean };

function extend(branches: Branch[], object: Record<string, unknown>, place: Place): Branch[] {
  const names = Object.keys(object);
  if (names.length === 0) throw new PatternProblem('Empty objects are not allowed');
  return names.reduce((extended, name) => extendByName(extended, name, object[name], place), branches);
}

function extendByName(branches: Branch[], name: string, value: unknown, place: Place): Branch[] {
  if (name === '$or') return fork(branches, value, place.path);
  if (place.insideOr && RESERVED.has(name))
    throw new PatternProblem(`${name} is a reserved name, which cannot be used inside $or`);
  const path = place.path === '' ? name : `${place.path}.${name}`;
  if (isObject(value)) return extend(branches, value, { ...place, path });
  if (!Array.isArray(value)) throw new PatternProblem(`"${name}" must be an object or an array`);
  const tests = testsOf(value);
  // A path that is named again, say beside $or and inside it, counts as the last one says: so does a repeated key.
  for (const branch of branches) branch.set(path, tests);
  return branches;
}

function fork(branches: readonly Branch[], alternatives: unknown, path: string): Branch[] {
  if (!Array.isArray(alternatives)) throw new PatternProblem('$or must be an array');
  if (alternatives.length < 2) throw new PatternProblem('$or needs at least 2 objects');
  const forked: Branch[] = [];
  for (const alternative of alternatives) {
    if (!isObject(alternative)) throw new PatternProblem('Only objects are allowed in the array of $or');
    const copies = branches.map((branch) => new Map(branch));
    for (const branch of extend(copies, alternative, { path, insideOr: true })) forked.push(branch);
    if (forked.length > BRANCHES_MAX) throw new PatternProblem(`$or makes more than ${BRANCHES_MAX} combinations`);
  }
  return forked;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
