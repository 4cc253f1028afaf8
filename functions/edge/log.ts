export type Level = 'debug' | 'info' | 'warn' | 'error';

/** One line of JSON. What is named like a secret is not written, whoever passed it. */
export function log(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  console[level](lineOf({ ...fields, level, message }));
}

/** What goes wrong in a log must not hide what it was about. */
function lineOf(entry: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(entry, shown);
  } catch {
    return JSON.stringify({ level: entry.level, message: entry.message, fields: 'cannot be written as JSON' });
  }
}

function shown(key: string, value: unknown): unknown {
  if (SECRET.test(key)) return '[not logged]';
  if (typeof value === 'bigint') return String(value);
  return value instanceof Error ? errorFields(value) : value;
}

const SECRET = /authorization|cookie|password|secret|token|signature|^(?:write|access|api)?_?key$/i;

function errorFields(error: Error): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause !== undefined && cause !== error && { cause }) };
}
