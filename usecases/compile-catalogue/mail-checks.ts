/** What is wrong with a mail besides its MJML: Liquid that does not parse, variables without a value, what a trial run shows. */
import type { CompiledMail } from '#core/catalogue.ts';
import { parseHtml, parseText } from '#core/mail/liquid.ts';
import type { FrontMatter } from '#schemas/front-matter.ts';
import type { Problem } from '#schemas/problem.ts';
import { lintMail } from './lint-mail.ts';
import { notOffered, unguarded } from './mail-variables.ts';
import { sampleVariables } from './sample-variables.ts';

export function liquidProblems(file: string, body: string, bodyLine: number, frontMatter: FrontMatter | undefined): Problem[] {
  const texts = [
    { path: '', text: body, line: bodyLine, parse: parseHtml },
    { path: 'subject', text: frontMatter?.subject ?? '', line: 1, parse: parseText },
    { path: 'preheader', text: frontMatter?.preheader ?? '', line: 1, parse: parseText },
  ];
  return texts.flatMap(({ path, text, line, parse }) => {
    try {
      parse(text);
      return [];
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const [, what = said, row = '1', column] = /^([\s\S]*?)(?:, line:(\d+), col:(\d+))/.exec(said) ?? [];
      const place = { line: line + Number(row) - 1, ...(column && { column: Number(column) }) };
      return [
        { file, path, ...place, rule: 'liquid-syntax', severity: 'error', message: what, fix: liquidFix(what) } satisfies Problem,
      ];
    }
  });
}

function liquidFix(message: string): string {
  if (message.includes('undefined filter: raw')) return 'values are always escaped; put markup into the template itself';
  if (message.includes('undefined filter')) return 'use a filter of Liquid, or money, number, date';
  if (message.includes('not closed')) return 'add the closing tag';
  return 'see https://liquidjs.com for the syntax';
}

export function variableProblems(
  file: string,
  sources: readonly string[],
  reads: readonly string[],
  { variables }: FrontMatter,
): Problem[] {
  const required = variables.map((one) => one.path);
  const wrong = notOffered([...reads, ...required]).map(
    ({ path, message, fix }): Problem => ({ file, path, rule: 'template-variable', severity: 'error', message, fix }),
  );
  const open = unguarded(sources, required).map((path): Problem => {
    const fix = `write {{ ${path} | default: "…" }}, or list it under "variables:" to skip the mail where it is missing`;
    return { file, path, rule: 'undeclared-variable', severity: 'warning', message: `"${path}" may have no value`, fix };
  });
  return [...wrong, ...open];
}

/** Renders once with sample values: what a filter or a limit refuses, and what a reader would stumble over, is found now. */
export function trialProblems(file: string, mail: CompiledMail, locale: string, { variables }: FrontMatter): Problem[] {
  try {
    return lintMail(file, mail, sampleVariables(locale, variables));
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/, (?:file|line):.*$/s, '') : String(error);
    return [
      {
        file,
        path: '',
        rule: 'liquid-syntax',
        severity: 'error',
        message: `a trial run failed: ${message}`,
        fix: 'check the Liquid, and the examples under "variables:"',
      },
    ];
  }
}
