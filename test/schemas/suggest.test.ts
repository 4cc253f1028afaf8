import { expect, test } from 'vitest';
import { didYouMean, suggest } from '#schemas/suggest.ts';

test.each([
  ['colur', ['color', 'count'], 'color'],
  ['first_name', ['firstName', 'lastName'], 'firstName'],
  ['Order Complete', ['Order Completed', 'Order Cancelled'], 'Order Completed'],
  ['tirgger', ['trigger', 'timeout'], 'trigger'],
  ['iss', ['is', 'in'], 'is'],
  ['completely different', ['color'], undefined],
  ['is', ['is'], undefined],
])('%s near %j is %s', (written, known, expected) => {
  expect(suggest(written, known)).toBe(expected);
});

test('advice is given where nothing is near', () => {
  expect(didYouMean('zzz', ['color'], 'known keys: color')).toBe('known keys: color');
});
