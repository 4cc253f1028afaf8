import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matches, validate } from '#local/event-pattern.ts';

type Row = readonly [tests: unknown[], value: unknown, expected: boolean];

/** Each row: what the pattern asks of a field, the field's value (`undefined` for none), and whether that matches. */
function table(title: string, rows: readonly Row[]): void {
  test.each(rows)(`${title}: %j on %j gives %j`, (tests, value, expected) => {
    const event = value === undefined ? { detail: { other: 1 } } : { detail: { field: value, other: 1 } };
    expect(matches({ detail: { field: tests } }, event)).toBe(expected);
    expect(matches(JSON.stringify({ detail: { field: tests } }), JSON.stringify(event))).toBe(expected);
  });
}

table('exact values', [
  [['a'], 'a', true],
  [['a'], 'A', false],
  [['a'], 'ab', false],
  [['a', 'b'], 'b', true],
  [[1], 1, true],
  [[100], 1e2, true],
  [[100], '100', false],
  [['100'], 100, false],
  [[true], true, true],
  [[true], 'true', false],
  [[false], null, false],
  [[null], null, true],
  [[null], 'null', false],
  [[null], '', false],
  [[null], undefined, false],
  [[''], '', true],
  [[''], null, false],
  [[0], false, false],
  [['a'], { a: 1 }, false],
]);

table('prefix', [
  [[{ prefix: 'ord-' }], 'ord-1', true],
  [[{ prefix: 'ord-' }], 'Ord-1', false],
  [[{ prefix: 'ord-' }], 'an ord-1', false],
  [[{ prefix: '' }], 'anything', true],
  [[{ prefix: '' }], '', true],
  [[{ prefix: '' }], 5, false],
  [[{ prefix: '1' }], 12, false],
  [[{ prefix: 'a' }], undefined, false],
  [[{ prefix: { 'equals-ignore-case': 'ORD-' } }], 'oRd-1', true],
  [[{ prefix: { 'equals-ignore-case': 'ORD-' } }], 'or', false],
]);

table('suffix', [
  [[{ suffix: '.png' }], 'a.png', true],
  [[{ suffix: '.png' }], 'a.PNG', false],
  [[{ suffix: '.png' }], 'a.png.gz', false],
  [[{ suffix: { 'equals-ignore-case': '.PNG' } }], 'a.png', true],
  [[{ suffix: { 'equals-ignore-case': '.PNG' } }], 'a.pn', false],
]);

table('equals-ignore-case', [
  [[{ 'equals-ignore-case': 'vip' }], 'ViP', true],
  [[{ 'equals-ignore-case': 'vip' }], 'vips', false],
  [[{ 'equals-ignore-case': 'ÉTÉ' }], 'été', true],
  [[{ 'equals-ignore-case': 'true' }], true, false],
]);

table('wildcard', [
  [[{ wildcard: '*/promo/*' }], 'a/promo/b', true],
  [[{ wildcard: '*/promo/*' }], '/promo/', true],
  [[{ wildcard: '*/promo/*' }], 'a/promo', false],
  [[{ wildcard: 'a*a' }], 'a', false],
  [[{ wildcard: 'a*a' }], 'aa', true],
  [[{ wildcard: 'a*b*c' }], 'aXbYc', true],
  [[{ wildcard: 'a*b*c' }], 'aXcYb', false],
  [[{ wildcard: '*ab*ab' }], 'abab', true],
  [[{ wildcard: '*ab*ab' }], 'ab', false],
  [[{ wildcard: '*' }], '', true],
  [[{ wildcard: '*' }], 5, false],
  [[{ wildcard: '*' }], null, false],
  [[{ wildcard: 'a.c' }], 'abc', false],
  [[{ wildcard: 'plain' }], 'plain', true],
  [[{ wildcard: 'plain' }], 'plains', false],
  [[{ wildcard: 'a\\*b' }], 'a*b', true],
  [[{ wildcard: 'a\\*b' }], 'aXb', false],
  [[{ wildcard: 'a\\\\*' }], 'a\\b', true],
  [[{ wildcard: '\\**' }], '*x', true],
]);

table('anything-but', [
  [[{ 'anything-but': 'a' }], 'b', true],
  [[{ 'anything-but': 'a' }], 'a', false],
  [[{ 'anything-but': ['a', 'b'] }], 'b', false],
  [[{ 'anything-but': ['a', 'b'] }], 'c', true],
  [[{ 'anything-but': 5 }], 5, false],
  [[{ 'anything-but': 5 }], 5.1, true],
  [[{ 'anything-but': 5 }], '5', true],
  [[{ 'anything-but': [5, 6] }], 6, false],
  [[{ 'anything-but': '5' }], 5, true],
  [[{ 'anything-but': 'a' }], null, true],
  [[{ 'anything-but': 'a' }], false, true],
  [[{ 'anything-but': 'a' }], '', true],
  [[{ 'anything-but': 'a' }], undefined, false],
  [[{ 'anything-but': 'a' }], [], false],
  [[{ 'anything-but': 'a' }], {}, false],
  [[{ 'anything-but': 'a' }], ['a', 'b'], true],
  [[{ 'anything-but': ['a', 'b'] }], ['a', 'b'], false],
  [[{ 'anything-but': { prefix: 'a' } }], 'ab', false],
  [[{ 'anything-but': { prefix: 'a' } }], 'ba', true],
  [[{ 'anything-but': { prefix: ['a', 'b'] } }], 'ba', false],
  [[{ 'anything-but': { prefix: ['a', 'b'] } }], 'ca', true],
  [[{ 'anything-but': { prefix: 'a' } }], 5, true],
  [[{ 'anything-but': { suffix: 'a' } }], 'ba', false],
  [[{ 'anything-but': { suffix: ['a', 'b'] } }], 'xb', false],
  [[{ 'anything-but': { suffix: ['a', 'b'] } }], 'xc', true],
  [[{ 'anything-but': { 'equals-ignore-case': 'VIP' } }], 'vip', false],
  [[{ 'anything-but': { 'equals-ignore-case': ['VIP', 'x'] } }], 'X', false],
  [[{ 'anything-but': { 'equals-ignore-case': ['VIP', 'x'] } }], 'y', true],
  [[{ 'anything-but': { wildcard: '*/promo/*' } }], 'a/promo/b', false],
  [[{ 'anything-but': { wildcard: ['a*', '*b'] } }], 'xb', false],
  [[{ 'anything-but': { wildcard: ['a*', '*b'] } }], 'x', true],
  [[{ 'anything-but': { wildcard: '*' } }], undefined, false],
]);

table('numeric', [
  [[{ numeric: ['=', 5] }], 5, true],
  [[{ numeric: ['=', 5] }], 5.0, true],
  [[{ numeric: ['=', 5] }], 6, false],
  [[{ numeric: ['<', 5] }], 4.999, true],
  [[{ numeric: ['<', 5] }], 5, false],
  [[{ numeric: ['<=', 5] }], 5, true],
  [[{ numeric: ['>', 5] }], 5, false],
  [[{ numeric: ['>', 5] }], 5.001, true],
  [[{ numeric: ['>=', 5] }], 5, true],
  [[{ numeric: ['>', 0, '<=', 5] }], 0, false],
  [[{ numeric: ['>', 0, '<=', 5] }], 5, true],
  [[{ numeric: ['>', 0, '<=', 5] }], 5.1, false],
  [[{ numeric: ['>=', -5, '<', 0] }], -5, true],
  [[{ numeric: ['=', 5] }], '5', false],
  [[{ numeric: ['>', 0] }], true, false],
  [[{ numeric: ['>=', 0] }], null, false],
  [[{ numeric: ['>=', 0] }], undefined, false],
]);

table('exists', [
  [[{ exists: true }], 'a', true],
  [[{ exists: true }], null, true],
  [[{ exists: true }], '', true],
  [[{ exists: true }], false, true],
  [[{ exists: true }], undefined, false],
  [[{ exists: true }], [], false],
  [[{ exists: true }], {}, false],
  [[{ exists: true }], { a: 1 }, false],
  [[{ exists: true }], [null], true],
  [[{ exists: false }], undefined, true],
  [[{ exists: false }], null, false],
  [[{ exists: false }], '', false],
  [[{ exists: false }], [], true],
  [[{ exists: false }], { a: 1 }, true],
]);

table('cidr', [
  [[{ cidr: '10.0.0.0/8' }], '10.255.3.4', true],
  [[{ cidr: '10.0.0.0/8' }], '11.0.0.1', false],
  [[{ cidr: '10.0.0.77/24' }], '10.0.0.200', true],
  [[{ cidr: '10.0.0.77/24' }], '10.0.0.1', true],
  [[{ cidr: '10.0.0.0/31' }], '10.0.0.2', false],
  [[{ cidr: '0.0.0.0/0' }], '1.2.3.4', true],
  [[{ cidr: '10.0.0.0/8' }], '10.0.0', false],
  [[{ cidr: '10.0.0.0/8' }], 10, false],
  [[{ cidr: '10.0.0.0/8' }], '::ffff:a00:1', false],
  [[{ cidr: '2001:db8::/32' }], '2001:db8:1::1', true],
  [[{ cidr: '2001:db8::/32' }], '2001:DB8:0:0:0:0:0:1', true],
  [[{ cidr: '2001:db8::/32' }], '2001:db9::1', false],
  [[{ cidr: '2001:db8::/32' }], '10.0.0.1', false],
]);

table('a list may mix values and operators', [
  [['gold', { prefix: 'vip-' }, { exists: false }], 'gold', true],
  [['gold', { prefix: 'vip-' }, { exists: false }], 'vip-1', true],
  [['gold', { prefix: 'vip-' }, { exists: false }], undefined, true],
  [['gold', { prefix: 'vip-' }, { exists: false }], 'silver', false],
  [[5, 'a', null, { numeric: ['>', 10] }], 11, true],
]);

table('an array matches when any element does', [
  [['a'], ['x', 'a'], true],
  [['a'], ['x'], false],
  [['a'], [], false],
  [['a'], [['x', ['a']]], true],
  [[{ numeric: ['>', 5] }], [1, 9], true],
  [[5], [{ a: 5 }, 5], true],
  [[5], [{ a: 5 }], false],
]);

type Case = readonly [what: string, pattern: object, event: unknown, expected: boolean];

const items = (...list: object[]) => ({ items: list });

test.each<Case>([
  ['every key must match', { a: [1], b: [2] }, { a: 1, b: 2 }, true],
  ['one key that does not match is enough to fail', { a: [1], b: [2] }, { a: 1, b: 3 }, false],
  ['keys that the pattern does not name are ignored', { a: [1] }, { a: 1, b: 3 }, true],
  ['names are case-sensitive', { a: [1] }, { A: 1 }, false],
  ['nested names are followed', { a: { b: { c: [1] } } }, { a: { b: { c: 1 } } }, true],
  ['a nested name in a plain value is not there', { a: { b: [1] } }, { a: 1 }, false],
  ['an absent parent has no fields', { a: { b: [{ exists: false }] } }, { c: 1 }, true],
  ['an absent parent has no fields to exist', { a: { b: [{ exists: true }] } }, { c: 1 }, false],
  [
    'fields may match in the same element',
    { items: { sku: ['a'], n: [1] } },
    items({ sku: 'a', n: 1 }, { sku: 'b', n: 2 }),
    true,
  ],
  [
    'fields of different elements are not mixed',
    { items: { sku: ['a'], n: [2] } },
    items({ sku: 'a', n: 1 }, { sku: 'b', n: 2 }),
    false,
  ],
  ['a later element may match', { items: { sku: ['b'], n: [2] } }, items({ sku: 'a', n: 1 }, { sku: 'b', n: 2 }), true],
  [
    'elements hold together across levels',
    { items: { sku: ['a'], tags: { k: ['x'], v: [2] } } },
    items({ sku: 'a', tags: [{ k: 'x', v: 1 }] }, { sku: 'b', tags: [{ k: 'x', v: 2 }] }),
    false,
  ],
  [
    'two arrays in one element are matched each on its own',
    { items: { x: { p: [1] }, y: { q: [2] } } },
    items({ x: [{ p: 0 }, { p: 1 }], y: [{ q: 2 }] }),
    true,
  ],
  [
    'arrays in different places are independent',
    { a: { p: [1] }, b: { q: [2] } },
    { a: [{ p: 0 }, { p: 1 }], b: [{ q: 2 }, { q: 0 }] },
    true,
  ],
  [
    'nested arrays of objects are flattened',
    { items: { sku: ['b'], n: [2] } },
    { items: [[{ sku: 'a', n: 2 }], [{ sku: 'b', n: 2 }]] },
    true,
  ],
  [
    'nested arrays do not mix their elements',
    { items: { sku: ['a'], n: [2] } },
    {
      items: [
        [
          { sku: 'a', n: 1 },
          { sku: 'b', n: 2 },
        ],
      ],
    },
    false,
  ],
  ['a field exists when any element has it', { items: { sku: [{ exists: true }] } }, items({ n: 1 }, { sku: 'b' }), true],
  [
    'a field is absent only when no element has it',
    { items: { sku: [{ exists: false }] } },
    items({ n: 1 }, { sku: 'b' }),
    false,
  ],
  [
    'a field may be absent in the element that matched',
    { items: { n: [1], sku: [{ exists: false }] } },
    items({ n: 1 }, { sku: 'b', n: 2 }),
    true,
  ],
  ['and present in it', { items: { n: [2], sku: [{ exists: false }] } }, items({ n: 1 }, { sku: 'b', n: 2 }), false],
  ['a name of Object.prototype is not there', { constructor: [{ exists: true }] }, {}, false],
  ['a name with a dot stands for the path', { 'a.b': [1] }, { a: { b: 1 } }, true],
])('%s', (_what, pattern, event, expected) => {
  expect(matches(pattern, event)).toBe(expected);
});

const metric = {
  source: ['aws.cloudwatch'],
  $or: [
    { name: ['CPU'] },
    { type: ['T'], space: ['EC2', 'ES'] },
    { detail: { $or: [{ scope: ['S'] }, { n: [{ numeric: ['>', 5] }] }] } },
  ],
};

test.each<Case>([
  ['the first way', metric, { source: 'aws.cloudwatch', name: 'CPU' }, true],
  ['the second way needs both of its fields', metric, { source: 'aws.cloudwatch', type: 'T' }, false],
  ['the second way', metric, { source: 'aws.cloudwatch', type: 'T', space: 'ES' }, true],
  ['an inner way', metric, { source: 'aws.cloudwatch', detail: { n: 6 } }, true],
  ['no way', metric, { source: 'aws.cloudwatch', detail: { n: 5 } }, false],
  ['a way without what stands beside $or', metric, { source: 'x', name: 'CPU' }, false],
  [
    'two $or at different depths',
    { $or: [{ a: [1] }, { b: [1] }], c: { $or: [{ d: [1] }, { e: [1] }] } },
    { b: 1, c: { e: 1 } },
    true,
  ],
  ['one of two $or', { $or: [{ a: [1] }, { b: [1] }], c: { $or: [{ d: [1] }, { e: [1] }] } }, { b: 1, c: { e: 2 } }, false],
  ['a way inside one element', { items: { n: [1], $or: [{ a: [1] }, { b: [1] }] } }, items({ n: 1, b: 1 }, { a: 1 }), true],
  ['a way over two elements', { items: { n: [1], $or: [{ a: [1] }, { b: [1] }] } }, items({ n: 1 }, { a: 1 }), false],
])('$or: %s', (_what, pattern, event, expected) => {
  expect(matches(pattern, event)).toBe(expected);
});

test('of a key given twice, the last counts', () => {
  expect(matches('{"a":["x"],"a":["y"]}', { a: 'y' })).toBe(true);
  expect(matches('{"a":["x"],"a":["y"]}', { a: 'x' })).toBe(false);
});

describe('a pattern is refused', () => {
  const ways = (count: number) => Array.from({ length: count }, (_, index) => ({ [`f${index}`]: [1] }));

  test.each<[string, unknown]>([
    ['that is no JSON', '{'],
    ['that is an array', []],
    ['that is JSON text of an array', '[1]'],
    ['that is null', null],
    ['that is empty', {}],
    ['whose leaf is a string', { a: 'x' }],
    ['whose leaf is a number', { a: 5 }],
    ['whose leaf is null', { a: null }],
    ['with an empty array', { a: [] }],
    ['with an empty object', { a: {} }],
    ['with an empty operator', { a: [{}] }],
    ['with a nested array', { a: [['x']] }],
    ['with an unknown operator', { a: [{ regex: 'x' }] }],
    ['with two operators in one', { a: [{ prefix: 'x', suffix: 'y' }] }],
    ['with exists and another in one', { a: [{ exists: false, prefix: 'y' }] }],
    ['with a list for prefix', { a: [{ prefix: ['x'] }] }],
    ['with a number for prefix', { a: [{ prefix: 5 }] }],
    ['with an unknown operator in prefix', { a: [{ prefix: { wildcard: 'x' } }] }],
    ['with an empty operator in prefix', { a: [{ prefix: {} }] }],
    ['with two operators in prefix', { a: [{ prefix: { 'equals-ignore-case': 'x', prefix: 'y' } }] }],
    ['with a list for equals-ignore-case in prefix', { a: [{ prefix: { 'equals-ignore-case': ['x'] } }] }],
    ['with a list for suffix', { a: [{ suffix: ['x'] }] }],
    ['with a list for equals-ignore-case', { a: [{ 'equals-ignore-case': ['x'] }] }],
    ['with a list for wildcard', { a: [{ wildcard: ['x'] }] }],
    ['with two * together', { a: [{ wildcard: 'a**b' }] }],
    ['with another escape', { a: [{ wildcard: 'a\\nb' }] }],
    ['with a backslash at the end of a wildcard', { a: [{ wildcard: 'a\\' }] }],
    ['with strings and numbers in anything-but', { a: [{ 'anything-but': ['x', 5] }] }],
    ['with null in anything-but', { a: [{ 'anything-but': null }] }],
    ['with a boolean in anything-but', { a: [{ 'anything-but': [true] }] }],
    ['with an empty anything-but', { a: [{ 'anything-but': [] }] }],
    ['with an empty object in anything-but', { a: [{ 'anything-but': {} }] }],
    ['with two operators in anything-but', { a: [{ 'anything-but': { prefix: 'a', suffix: 'b' } }] }],
    ['with numeric in anything-but', { a: [{ 'anything-but': { numeric: ['=', 5] } }] }],
    ['with an empty prefix in anything-but', { a: [{ 'anything-but': { prefix: '' } }] }],
    ['with a number in a prefix of anything-but', { a: [{ 'anything-but': { prefix: ['a', 5] } }] }],
    ['with an empty list in anything-but', { a: [{ 'anything-but': { 'equals-ignore-case': [] } }] }],
    ['with two * together in anything-but', { a: [{ 'anything-but': { wildcard: '**' } }] }],
    ['with a number for numeric', { a: [{ numeric: 5 }] }],
    ['with an empty numeric', { a: [{ numeric: [] }] }],
    ['with a numeric without a number', { a: [{ numeric: ['>'] }] }],
    ['with a numeric string', { a: [{ numeric: ['>', '5'] }] }],
    ['with an unknown comparison', { a: [{ numeric: ['!=', 5] }] }],
    ['with a range upside down', { a: [{ numeric: ['>', 5, '<', 1] }] }],
    ['with a range of nothing', { a: [{ numeric: ['>=', 5, '<=', 5] }] }],
    ['with a range that starts with its upper end', { a: [{ numeric: ['<', 5, '>', 1] }] }],
    ['with a range of two lower ends', { a: [{ numeric: ['>', 5, '>', 6] }] }],
    ['with a range of three', { a: [{ numeric: ['>', 1, '<', 5, '<', 6] }] }],
    ['with = in a range', { a: [{ numeric: ['=', 1, '<', 5] }] }],
    ['with a string for exists', { a: [{ exists: 'true' }] }],
    ['with null for exists', { a: [{ exists: null }] }],
    ['with exists beside the array', { a: { exists: true } }],
    ['with an address without a mask', { a: [{ cidr: '10.0.0.1' }] }],
    ['with the mask /32', { a: [{ cidr: '10.0.0.1/32' }] }],
    ['with the mask /128', { a: [{ cidr: '::1/128' }] }],
    ['with a mask below 0', { a: [{ cidr: '10.0.0.1/-1' }] }],
    ['with half an address', { a: [{ cidr: '10.0.0/8' }] }],
    ['with two masks', { a: [{ cidr: '10.0.0.0/8/8' }] }],
    ['with a list for cidr', { a: [{ cidr: ['10.0.0.0/8'] }] }],
    ['with one object in $or', { $or: [{ a: [1] }] }],
    ['with an object for $or', { $or: { a: [1] } }],
    ['with a string in $or', { $or: [{ a: [1] }, 'b'] }],
    ['with an empty object in $or', { $or: [{ a: [1] }, {}] }],
    ['with an operator for a name in $or', { $or: [{ a: [1] }, { prefix: ['x'] }] }],
    ['with 1,001 combinations', { $or: ways(1_001) }],
    ['with 32 × 32 combinations', { $or: ways(32), a: { $or: ways(32) } }],
  ])('%s', (_what, pattern) => {
    expect(validate(pattern)).toEqual(expect.any(String));
    expect(() => matches(pattern, { a: 1 })).toThrow('Event pattern is not valid');
  });

  test.each<[string, unknown]>([
    ['of 1,000 combinations', { $or: ways(1_000) }],
    ['with an operator for a name outside of $or', { prefix: ['x'] }],
    ['as text', '{"a":["x",1,true,null,{"exists":false}]}'],
    ['whose value is empty text', { a: [''] }],
    ['with the mask /0', { a: [{ cidr: '::/0' }] }],
  ])('but not one %s', (_what, pattern) => {
    expect(validate(pattern)).toBeUndefined();
  });
});

describe('whatever the event', () => {
  const value = fc.oneof(fc.constantFrom('a', 'b', 'c', ''), fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.constant(null));
  const field = fc.oneof(value, fc.array(value, { maxLength: 3 }));
  const event = fc.record({ a: field, b: field, c: field }, { requiredKeys: [] });
  const operator = fc.oneof(
    value,
    fc.constantFrom({ prefix: 'a' }, { exists: true }, { exists: false }, { 'anything-but': ['a', 'b'] }, { numeric: ['>', 1] }),
  );
  const pattern = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.array(operator, { minLength: 1, maxLength: 3 }), {
    minKeys: 1,
  });

  test('$or is the disjunction of its objects', () => {
    fc.assert(
      fc.property(pattern, pattern, event, (one, other, given) => {
        expect(matches({ $or: [one, other] }, given)).toBe(matches(one, given) || matches(other, given));
      }),
    );
  });

  test('a pattern is the conjunction of its keys when no arrays are shared', () => {
    fc.assert(
      fc.property(pattern, event, (whole, given) => {
        const parts = Object.entries(whole).map(([name, tests]) => matches({ [name]: tests }, given));
        expect(matches(whole, given)).toBe(parts.every(Boolean));
      }),
    );
  });

  test('anything-but of strings is the opposite of these strings on a single value, and needs one that differs in an array', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), field, (names, given) => {
        const values = Array.isArray(given) ? given : [given];
        const differs = values.some((single) => !names.some((name) => name === single));
        expect(matches({ a: [{ 'anything-but': names }] }, { a: given })).toBe(differs);
      }),
    );
  });

  test('exists: true and exists: false are opposites', () => {
    fc.assert(
      fc.property(event, (given) => {
        expect(matches({ a: [{ exists: true }] }, given)).toBe(!matches({ a: [{ exists: false }] }, given));
      }),
    );
  });

  test('wildcards match as the regular expression of the same meaning', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const wild = fc
      .array(fc.constantFrom('a', 'b', '*'), { maxLength: 8 })
      .map((characters) => characters.join('').replace(/\*+/g, '*'));
    fc.assert(
      fc.property(wild, text, (wildcard, given) => {
        expect(matches({ a: [{ wildcard }] }, { a: given })).toBe(new RegExp(`^${wildcard.replaceAll('*', '.*')}$`).test(given));
      }),
      { numRuns: 300 },
    );
  });
});
