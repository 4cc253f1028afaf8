export type Level = 'debug' | 'info' | 'warn' | 'error';

/** One line of JSON. What is named like a secret is not written, whoever passed it. */
export function log(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  console[level](JSON.stringify({ ...fields, level, message }, shown));
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
