import type { Rule } from './rules.ts';

/** One thing that is wrong with a file of the catalogue: where, which rule it breaks, and what to do about it. */
export type Problem = {
  readonly file: string;
  /** Inside the file: `steps[0].template`; empty for the file as a whole. */
  readonly path: string;
  /** Line and column, counted from 1, where they are known. */
  readonly line?: number;
  readonly column?: number;
  readonly rule: Rule;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly fix: string;
};

/** A path as people write it: `steps[0].events[1].where`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const key = String(part);
    if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** A zod message that carries its fix: zod has one text for an issue, and a problem has two. */
export function said(message: string, fix: string): string {
  return `${message}\n${fix}`;
}

export function unsaid(text: string): { message: string; fix: string | undefined } {
  const [message = '', fix] = text.split('\n', 2);
  return { message, fix };
}
