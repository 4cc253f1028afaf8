/**
 * The block at the start of a template, between two lines of `---`: lines of `key: value`, and under `variables:` a list.
 * Values are taken as they stand (a subject may hold Liquid, colons and quotes); there is nothing to escape.
 */
import { placeAt } from './json-text.ts';
import type { Problem } from './problem.ts';
import { didYouMean } from './suggest.ts';

export type FrontMatter = {
  readonly subject: string;
  readonly preheader: string;
  readonly description?: string;
  /** The topic that the template is written for; journeys must then send it with this one. */
  readonly topic?: string;
  /** Variables that must have a value, each with an example that previews and checks use. */
  readonly variables: readonly { readonly path: string; readonly example?: string }[];
};

export type Matter = {
  readonly frontMatter: FrontMatter | undefined;
  readonly body: string;
  /** The line, counted from 1, on which the body starts. */
  readonly bodyLine: number;
  readonly problems: readonly Problem[];
};

type Fault = { readonly line: number; readonly path: string; readonly message: string; readonly fix: string };

const textKeys = ['subject', 'preheader', 'description', 'topic'] as const;
const keys = [...textKeys, 'variables'] as const;
const variable = /^\s+-\s+([A-Za-z_][\w-]*(?:\.[\w-]+)+)\s*(?:=\s*(.*))?$/;

export function readFrontMatter(file: string, source: string): Matter {
  const block = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m.exec(source);
  const faults: Fault[] = [];
  const problems = () => faults.map((fault): Problem => ({ file, ...fault, rule: 'front-matter', severity: 'error' }));
  if (block?.index !== 0) {
    faults.push({
      line: 1,
      path: '',
      message: 'the template does not start with a front matter',
      fix: 'start with a line "---", then "subject: …", "preheader: …" and another line "---"',
    });
    return { frontMatter: undefined, body: source, bodyLine: 1, problems: problems() };
  }
  const frontMatter = readLines((block[1] ?? '').split(/\r?\n/), faults);
  const body = source.slice(block[0].length);
  return {
    frontMatter: faults.length === 0 ? frontMatter : undefined,
    body,
    bodyLine: placeAt(source, block[0].length).line,
    problems: problems(),
  };
}

function readLines(lines: readonly string[], faults: Fault[]): FrontMatter {
  const texts = new Map<string, string>();
  const variables: { path: string; example?: string }[] = [];
  let inVariables = false;
  lines.forEach((text, index) => {
    const line = index + 2;
    if (text.trim() === '' || text.trimStart().startsWith('#')) return;
    const item = inVariables ? variable.exec(text) : null;
    if (item) {
      const [, path = '', example] = item;
      variables.push(example === undefined || example === '' ? { path } : { path, example: example.trim() });
      return;
    }
    const [, key, value = ''] = /^([A-Za-z]+):(?:\s+(.*?))?\s*$/.exec(text) ?? [];
    const fault = key === undefined ? lineFault(inVariables) : keyFault(key, value, texts);
    if (fault) faults.push({ line, path: key ?? '', ...fault });
    else if (key !== undefined) texts.set(key, value);
    inVariables = key === undefined ? inVariables : key === 'variables';
  });
  for (const key of ['subject', 'preheader']) {
    if (!texts.get(key)) faults.push({ line: 1, path: key, message: `"${key}" is missing`, fix: `add a line "${key}: …"` });
  }
  const [description, topic] = [texts.get('description'), texts.get('topic')];
  return {
    subject: texts.get('subject') ?? '',
    preheader: texts.get('preheader') ?? '',
    variables,
    ...(description && { description }),
    ...(topic && { topic }),
  };
}

function lineFault(inVariables: boolean): { message: string; fix: string } {
  if (inVariables)
    return {
      message: 'not an entry of the list of variables',
      fix: 'write "  - customer.firstName" or, with an example, "  - customer.firstName = Ana"',
    };
  return { message: 'not a line of "key: value"', fix: 'put the whole value on the line of its key' };
}

function keyFault(key: string, value: string, texts: ReadonlyMap<string, string>): { message: string; fix: string } | undefined {
  if (!(keys as readonly string[]).includes(key))
    return { message: `"${key}" is not known here`, fix: didYouMean(key, keys, `known keys: ${keys.join(', ')}`) };
  if (texts.has(key)) return { message: `"${key}" is written twice`, fix: 'remove one of the two' };
  if (key === 'variables' && value !== '')
    return { message: 'the list of variables starts on the next line', fix: 'write each as "  - customer.firstName"' };
  if (key !== 'variables' && value === '') return { message: `"${key}" is empty`, fix: 'write a text after the colon' };
  return undefined;
}
