import type { Context } from './command.ts';

/** The data as JSON where that was asked for, else as lines for people. */
export function show(context: Context, data: unknown, lines: () => readonly string[]): void {
  if (context.options.json === true) return context.print(JSON.stringify(data, null, 2));
  for (const line of lines()) context.print(line);
}

/** Columns, as wide as their widest value; the last one is not filled up. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  return all.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd(),
  );
}

/** `2026-11-21 20:40:15`, in UTC. */
export function time(iso: unknown): string {
  return String(iso)
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '')
    .replace(/Z$/, '');
}

/** `3 journeys`, `1 journey`. */
export function count(number: number, what: string): string {
  return `${number} ${number === 1 ? what : `${what}s`}`;
}

/** What goes to a terminal must not steer it. */
export function plain(text: unknown): string {
  return String(text).replace(/\p{Cc}+/gu, ' ');
}

const width = (text: string): number => [...text].length;
