import { afterEach, expect, test, vi } from 'vitest';
import { log } from '#functions/edge/log.ts';

afterEach(() => vi.restoreAllMocks());

function logged(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const lines: string[] = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void lines.push(line));
  log('warn', 'it happened', fields);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('\n');
  return JSON.parse(lines[0] ?? '');
}

test('a message is one line of JSON with its fields', () => {
  expect(logged({ records: 3, text: 'a\nb' })).toEqual({ level: 'warn', message: 'it happened', records: 3, text: 'a\nb' });
});

test('an error shows its name, message and causes', () => {
  const error = new TypeError('outer', { cause: new Error('inner') });
  expect(logged({ error })).toMatchObject({ error: { name: 'TypeError', message: 'outer', cause: { message: 'inner' } } });
});

test.each(['authorization', 'Cookie', 'password', 'clientSecret', 'access_token', 'key', 'writeKey', 'apiKey', 'signature'])(
  '%s is never written',
  (name) => {
    expect(JSON.stringify(logged({ outer: { [name]: 'hunter2' } }))).not.toContain('hunter2');
  },
);

test('fields that are no JSON do not hide the message', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  expect(logged({ circle, count: 1n })).toMatchObject({ level: 'warn', message: 'it happened' });
});
