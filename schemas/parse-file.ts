import type * as z from 'zod';
import type { Json } from '#core/json.ts';
import { conditionKeys } from './condition.ts';
import { readJson } from './json-text.ts';
import { type Problem, pathText, unsaid } from './problem.ts';
import { type Rule, rules } from './rules.ts';
import { didYouMean, suggest } from './suggest.ts';

/** What became of one file: its value where it obeys its schema, and all that is wrong with it at once. */
export type Parsed<Value> = {
  readonly value: Value | undefined;
  readonly problems: readonly Problem[];
  /** Where a path of this file stands, for the problems that are found later. */
  readonly place: (path: readonly PropertyKey[]) => { line?: number; column?: number };
};

export type Schema<Value> = z.ZodType<Value>;

export function parseFile<Value>(schema: Schema<Value>, file: string, text: string): Parsed<Value> {
  const json = readJson(text);
  if ('fault' in json) {
    const { line, column, message, fix } = json.fault;
    return {
      value: undefined,
      problems: [{ file, path: '', line, column, rule: 'json-syntax', severity: 'error', message, fix }],
      place: () => ({}),
    };
  }
  const place = (path: readonly PropertyKey[]) => json.place(path) ?? {};
  const duplicates = json.duplicates.map(({ line, column, message, fix, path }): Problem => {
    return {
      file,
      path: pathText(JSON.parse(path) as string[]),
      line,
      column,
      rule: 'duplicate-key',
      severity: 'error',
      message,
      fix,
    };
  });
  const result = schema.safeParse(json.value);
  if (result.success) return { value: duplicates.length === 0 ? result.data : undefined, problems: duplicates, place };
  const found = result.error.issues.flatMap((issue) => flatten(issue, [], json.value));
  return {
    value: undefined,
    problems: [...duplicates, ...found.map((one) => ({ file, ...one, ...place(one.at), at: undefined })).map(withoutAt)],
    place,
  };
}

type Found = {
  readonly at: readonly PropertyKey[];
  readonly path: string;
  readonly rule: Rule;
  readonly severity: 'error';
  readonly message: string;
  readonly fix: string;
};

const withoutAt = ({ at: _, ...problem }: Problem & { at: undefined }): Problem => problem;

/** One issue of zod as problems. Of a union only the alternative counts that the writer had in mind. */
function flatten(issue: z.core.$ZodIssue, around: readonly PropertyKey[], root: Json): Found[] {
  const path = [...around, ...issue.path];
  const value = valueAt(root, path);
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const meant = alternative(issue.errors, value);
    if (meant) return meant.flatMap((inner) => flatten(inner, path, root));
    return [problem(path, 'wrong-value', unionMessage(value), unionFix(value))];
  }
  if (issue.code === 'unrecognized_keys') {
    const texts = issue.message.split('\n\n');
    return issue.keys.map((key, index) => {
      const { message, fix = 'remove it' } = unsaid(texts[index] ?? `"${key}" is not known here`);
      return problem([...path, key], 'unknown-key', message, fix);
    });
  }
  if (
    value === undefined &&
    (issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union')
  ) {
    const { fix } = unsaid(issue.message ?? '');
    return [problem(path, 'missing-key', `"${String(path.at(-1))}" is missing`, fix ?? 'add it')];
  }
  const { message, fix } = unsaid(issue.message);
  const words = fix === undefined ? plain(issue, value) : { message, fix };
  return [problem(path, 'wrong-value', words.message, words.fix)];
}

function problem(at: readonly PropertyKey[], rule: Rule, message: string, fix: string): Found {
  return { at, path: pathText(at), rule, severity: 'error', message, fix };
}

/** Conditions are told apart by a key; of other unions (a text or a number) the first alternative of the right type is meant. */
function alternative(
  errors: readonly (readonly z.core.$ZodIssue[])[],
  value: Json | undefined,
): readonly z.core.$ZodIssue[] | undefined {
  if (errors.length === conditionKeys.length) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const index = conditionKeys.findIndex((key) => Object.hasOwn(value, key));
    return index < 0 ? undefined : errors[index];
  }
  return errors.find((issues) => issues.every((issue) => issue.code !== 'invalid_type' || issue.path.length > 0)) ?? errors[0];
}

function unionMessage(value: Json | undefined): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `a condition is an object, not ${kind(value)}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? 'the condition is empty' : `no kind of condition has the keys ${keys.join(', ')}`;
}

function unionFix(value: Json | undefined): string {
  const otherwise = `use exactly one of the keys ${conditionKeys.join(', ')}`;
  const near = Object.keys(value ?? {}).find((key) => suggest(key, conditionKeys));
  return near === undefined ? otherwise : didYouMean(near, conditionKeys, otherwise);
}

/** zod's own words are for programmers; these are for those who write journeys. */
function plain(issue: z.core.$ZodIssue, value: Json | undefined): { message: string; fix: string } {
  switch (issue.code) {
    case 'invalid_type':
      return {
        message: `${expectedKind(issue.expected)} is expected, not ${kind(value)}`,
        fix: `write ${expectedKind(issue.expected)}`,
      };
    case 'invalid_value':
      return {
        message: `${JSON.stringify(value)} is not allowed here`,
        fix: `use ${issue.values.map((one) => JSON.stringify(one)).join(' or ')}`,
      };
    case 'too_small':
      if (issue.inclusive === false)
        return { message: `more than ${issue.minimum} is needed`, fix: `use a number above ${issue.minimum}` };
      return {
        message: issue.origin === 'array' ? 'the list is empty' : `at least ${issue.minimum} is needed`,
        fix: issue.origin === 'array' ? 'add an entry, or remove the key' : `use ${issue.minimum} or more`,
      };
    case 'too_big':
      return { message: `at most ${issue.maximum} is allowed`, fix: `use ${issue.maximum} or less` };
    case 'invalid_format':
      return { message: `${JSON.stringify(value)} is not a valid ${issue.format}`, fix: 'correct the value' };
    default:
      return { message: issue.message, fix: rules['wrong-value'].fix };
  }
}

function valueAt(root: Json | undefined, path: readonly PropertyKey[]): Json | undefined {
  return path.reduce<Json | undefined>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<PropertyKey, Json>)[key];
  }, root);
}

const expectedKind = (expected: string): string =>
  ({
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'an object',
    array: 'a list',
    record: 'an object',
  })[expected] ?? expected;

function kind(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a text' : typeof value === 'number' ? `the number ${value}` : `${value}`;
}
