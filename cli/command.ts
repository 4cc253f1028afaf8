import type { ParseArgsOptionsConfig } from 'node:util';

/** What a command works with; all that it touches comes in here. */
export type Context = {
  /** What stands behind the command's name, without options. */
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly print: (line: string) => void;
};

export type Command = {
  readonly name: string;
  /** What stands behind the name: `[DIR]`, `ID|EMAIL`. */
  readonly usage: string;
  readonly summary: string;
  /** Lines below the usage: what it does in full, what its answers mean. */
  readonly details: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  readonly examples: readonly string[];
  /** The exit code: 0, or 1 where what was asked for is refused or not there. */
  readonly run: (context: Context) => Promise<number>;
};

export type Option = ParseArgsOptionsConfig[string] & {
  /** The name of its value in the help; none for a switch. */
  readonly value?: string;
  readonly help: string;
};

/** Told in one line, with exit code 1: what was asked for cannot be done. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** Told in one line, with exit code 2: the command was not written as it must be. */
export class Misuse extends Error {
  override readonly name = 'Misuse';
}

/** Of every command that talks to a running system. */
export const remote: Readonly<Record<string, Option>> = {
  url: { type: 'string', value: 'URL', help: 'The system; http://127.0.0.1:3000 (or PORT) unless told' },
  key: { type: 'string', value: 'sk_…', help: 'A secret key; else REKINDLE_KEY, else the local cloud’s own' },
};

export const json: Readonly<Record<string, Option>> = { json: { type: 'boolean', help: 'The answer as JSON' } };

export const paging: Readonly<Record<string, Option>> = {
  limit: { type: 'string', value: 'N', help: 'Entries of one page, 20 unless told, 200 at most' },
  cursor: { type: 'string', value: 'TEXT', help: 'Goes on where the page before ended' },
};

/** The one argument that a command needs. */
export function only({ args }: Context, what: string): string {
  const [first, ...others] = args;
  if (first === undefined) throw new Misuse(`${what} is missing`);
  if (others.length > 0) throw new Misuse(`one ${what} is enough: ${others.join(' ')} is too much`);
  return first;
}

export function textOf({ options }: Context, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}
