/**
 * JSON with places. `JSON.parse` keeps no line numbers, words its errors for programmers and lets the last of two equal keys
 * win; people write the catalogue by hand, and are told the line, the column and the likely slip.
 */
import type { Json } from '#core/json.ts';

export type Place = { readonly line: number; readonly column: number };
type JsonFault = Place & {
  readonly kind: 'syntax' | 'duplicate';
  readonly message: string;
  readonly fix: string;
  readonly path: string;
};
export type JsonText =
  | { readonly fault: JsonFault }
  | { readonly value: Json; readonly duplicates: readonly JsonFault[]; place(path: readonly PropertyKey[]): Place | undefined };

const NESTING_MAX = 100;

type Reader = { readonly text: string; at: number; readonly offsets: Map<string, number>; readonly duplicates: JsonFault[] };

export function readJson(source: string): JsonText {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const reader: Reader = { text, at: 0, offsets: new Map(), duplicates: [] };
  try {
    const value = readValue(reader, []);
    skipSpace(reader);
    if (reader.at < text.length)
      fail(
        reader,
        `${shown(reader)} stands after the end of the value`,
        'remove it, or look for a bracket that closes too early',
      );
    return { value, duplicates: reader.duplicates, place: (path) => placeOf(reader, path) };
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { fault: error.fault };
    throw error;
  }
}

class JsonSyntaxError extends Error {
  readonly fault: JsonFault;
  constructor(fault: JsonFault) {
    super(fault.message);
    this.fault = fault;
  }
}

function readValue(reader: Reader, path: readonly PropertyKey[]): Json {
  skipSpace(reader);
  if (path.length > NESTING_MAX) fail(reader, 'nested too deeply', `keep to ${NESTING_MAX} levels`);
  reader.offsets.set(keyOf(path), reader.at);
  const next = reader.text[reader.at];
  if (next === '{') return readObject(reader, path);
  if (next === '[') return readArray(reader, path);
  if (next === '"') return readString(reader);
  const word = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
  word.lastIndex = reader.at;
  const found = word.exec(reader.text);
  if (!found) return fail(reader, `${shown(reader)} is not a JSON value`, valueAdvice(next));
  reader.at = word.lastIndex;
  return JSON.parse(found[0]) as Json;
}

function readObject(reader: Reader, path: readonly PropertyKey[]): Json {
  const entries = new Map<string, Json>();
  readItems(reader, '}', () => {
    if (reader.text[reader.at] !== '"')
      fail(reader, `a key is expected, and ${shown(reader)} stands here`, 'write keys in double quotes');
    const start = reader.at;
    const key = readString(reader);
    if (entries.has(key)) {
      const message = `the key "${key}" is written twice`;
      reader.duplicates.push({
        ...placeAt(reader.text, start),
        kind: 'duplicate',
        message,
        fix: 'remove one of the two',
        path: keyOf(path),
      });
    }
    skipSpace(reader);
    if (reader.text[reader.at] !== ':')
      fail(reader, `":" is expected after the key "${key}", and ${shown(reader)} stands here`, 'write "key": value');
    reader.at += 1;
    entries.set(key, readValue(reader, [...path, key]));
  });
  return Object.fromEntries(entries);
}

function readArray(reader: Reader, path: readonly PropertyKey[]): Json {
  const items: Json[] = [];
  readItems(reader, ']', () => items.push(readValue(reader, [...path, items.length])));
  return items;
}

function readItems(reader: Reader, end: '}' | ']', item: () => void): void {
  reader.at += 1;
  skipSpace(reader);
  if (reader.text[reader.at] === end) {
    reader.at += 1;
    return;
  }
  for (;;) {
    item();
    skipSpace(reader);
    const next = reader.text[reader.at];
    if (next === end) {
      reader.at += 1;
      return;
    }
    if (next !== ',')
      fail(
        reader,
        `"," or "${end}" is expected, and ${shown(reader)} stands here`,
        'is a comma or a bracket missing at the end of the line before?',
      );
    reader.at += 1;
    skipSpace(reader);
    if (reader.text[reader.at] === end) fail(reader, `a comma stands before "${end}"`, 'remove the comma');
  }
}

function readString(reader: Reader): string {
  const string = /"(?:[^"\\\r\n]|\\[^\r\n])*"/y;
  string.lastIndex = reader.at;
  const found = string.exec(reader.text);
  const value = found ? decoded(found[0]) : undefined;
  if (value === undefined)
    return fail(
      reader,
      'the text that starts here is not right',
      'close it with a double quote on the same line; inside, write \\" and \\\\ and \\n',
    );
  reader.at = string.lastIndex;
  return value;
}

function decoded(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

function skipSpace(reader: Reader): void {
  while (reader.at < reader.text.length && ' \t\r\n'.includes(reader.text.charAt(reader.at))) reader.at += 1;
}

function valueAdvice(next: string | undefined): string {
  if (next === undefined) return 'is a bracket missing at the end of the file?';
  if (next === "'") return 'use double quotes';
  if (next === '/') return 'JSON has no comments; use "description"';
  return 'a text stands in double quotes; other values are numbers, true, false and null';
}

function shown(reader: Reader): string {
  const next = reader.text[reader.at];
  return next === undefined
    ? 'the end of the file'
    : JSON.stringify(/\w+|./.exec(reader.text.slice(reader.at, reader.at + 20))?.[0] ?? next);
}

function fail(reader: Reader, message: string, fix: string): never {
  throw new JsonSyntaxError({ ...placeAt(reader.text, reader.at), kind: 'syntax', message, fix, path: '' });
}

/** The place of a value, or of the nearest one around it where there is none (a missing key). */
function placeOf(reader: Reader, path: readonly PropertyKey[]): Place | undefined {
  for (let length = path.length; length >= 0; length--) {
    const offset = reader.offsets.get(keyOf(path.slice(0, length)));
    if (offset !== undefined) return placeAt(reader.text, offset);
  }
  return undefined;
}

export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

const keyOf = (path: readonly PropertyKey[]): string => JSON.stringify(path.map(String));
