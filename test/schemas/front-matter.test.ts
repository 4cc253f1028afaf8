import { describe, expect, test } from 'vitest';
import { readFrontMatter } from '#schemas/front-matter.ts';

const read = (lines: string) => readFrontMatter('templates/a.mjml', `---\n${lines}\n---\n<mj-section />\n`);

test('values are taken as they stand, colons, quotes and Liquid included', () => {
  const { frontMatter, body, bodyLine } = read(
    'subject: Hi {{ a | default: "you" }}: "news"\npreheader: x\ntopic: news\nvariables:\n  - customer.firstName = Ana Maria\n  - event.order_id',
  );
  expect(frontMatter).toEqual({
    subject: 'Hi {{ a | default: "you" }}: "news"',
    preheader: 'x',
    topic: 'news',
    variables: [{ path: 'customer.firstName', example: 'Ana Maria' }, { path: 'event.order_id' }],
  });
  expect({ body, bodyLine }).toEqual({ body: '<mj-section />\n', bodyLine: 9 });
});

test('Windows line ends and comments are fine', () => {
  expect(readFrontMatter('a', '---\r\n# note\r\nsubject: A\r\npreheader: B\r\n---\r\nx').frontMatter).toMatchObject({
    subject: 'A',
    preheader: 'B',
  });
});

describe('each fault has its line and a fix', () => {
  test.each([
    ['preheader: x', 1, '"subject" is missing'],
    ['subject: a\npreheader: b\nsubjct: c', 4, '"subjct" is not known here'],
    ['subject: a\npreheader: b\nsubject: c', 4, '"subject" is written twice'],
    ['subject: a\npreheader:', 3, '"preheader" is empty'],
    ['subject: a\npreheader: b\n  and more', 4, 'not a line of "key: value"'],
    ['subject: a\npreheader: b\nvariables:\n  - firstName', 5, 'not an entry of the list of variables'],
    ['subject: a\npreheader: b\nvariables: customer.a', 4, 'the list of variables starts on the next line'],
  ])('%j', (lines, line, message) => {
    const { frontMatter, problems } = read(lines);
    expect(frontMatter).toBeUndefined();
    expect(problems).toContainEqual(
      expect.objectContaining({ line, message, rule: 'front-matter', fix: expect.stringMatching(/./) }),
    );
  });

  test('a template without a front matter', () => {
    expect(readFrontMatter('a', '<mj-section />').problems).toMatchObject([{ line: 1, rule: 'front-matter' }]);
  });
});
