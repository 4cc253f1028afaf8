import { expect, test } from 'vitest';
import { parseSettings, readContext } from '#infra/context.ts';
import { context } from './synthesised.ts';

const settingsOf = (more: object) => {
  const values: Record<string, unknown> = { ...context, ...more };
  return parseSettings((key) => values[key]);
};

test('the context of cdk.json is valid as it stands', () => {
  const values = readContext();
  expect(parseSettings((key) => values[key])).toMatchObject({ stage: 'dev', retentionDays: 30, allowedOrigins: ['*'] });
});

test('optional keys may be empty', () => {
  expect(settingsOf({ domain: '', alarmEmail: '' })).toEqual({
    stage: 'test',
    sender: 'hello@mail.example.com',
    allowedOrigins: ['*'],
    retentionDays: 30,
  });
});

test('text from the command line is read like values of the file', () => {
  expect(settingsOf({ allowedOrigins: 'https://a.example, https://b.example:8443', retention: '90' })).toMatchObject({
    allowedOrigins: ['https://a.example', 'https://b.example:8443'],
    retentionDays: 90,
  });
});

test('the domain may be a parent of the domain of the sender', () => {
  expect(settingsOf({ domain: 'example.com' }).domain).toBe('example.com');
});

test.each([
  ['stage', 'Prod', 'small letters'],
  ['stage', undefined, 'is missing'],
  ['stage', 'a-name-that-is-too-long', 'small letters'],
  ['sender', 'Shop <hello@example.com>', 'e-mail address'],
  ['sender', undefined, 'is missing'],
  ['domain', 'https://example.com', 'a domain'],
  ['domain', 'other.example', 'the domain of the sender'],
  ['domain', 'ample.com', 'the domain of the sender'],
  ['allowedOrigins', ['https://example.com/shop'], 'without a path'],
  ['allowedOrigins', ['*', 'https://example.com'], 'without a path'],
  ['allowedOrigins', [], 'without a path'],
  ['allowedOrigins', undefined, 'is missing'],
  ['alarmEmail', 'nobody', 'e-mail address'],
  ['retention', 31, 'CloudWatch Logs'],
  ['retention', 'for ever', 'CloudWatch Logs'],
  ['linkHost', 'go.example.com/', 'a host'],
])('%s = %j is refused by an error that names the key', (key, value, expected) => {
  expect(() => settingsOf({ [key]: value })).toThrow(`Context "${key}"`);
  expect(() => settingsOf({ [key]: value })).toThrow(expected);
});

test('a host for links needs a certificate, and a certificate a host', () => {
  const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/0f1e2d3c';
  expect(() => settingsOf({ linkHost: 'go.example.com' })).toThrow('Context "certificateArn" is missing');
  expect(() => settingsOf({ certificateArn })).toThrow('Context "linkHost" is missing');
  expect(settingsOf({ linkHost: 'go.example.com', certificateArn }).links).toEqual({ host: 'go.example.com', certificateArn });
});
