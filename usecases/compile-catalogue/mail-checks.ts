/** What is wrong with a mail besides its MJML: Liquid that does not parse, variables without a value, too many bytes. */
import type { CompiledMail } from '#core/catalogue.ts';
import { parseHtml, parseText } from '#core/mail/liquid.ts';
import { renderMail } from '#core/mail/render.ts';
import type { FrontMatter } from '#schemas/front-matter.ts';
import type { Problem } from '#schemas/problem.ts';
import { notOffered, sampleVariables, unguarded } from './mail-variables.ts';

/** Gmail cuts off at 102 KB, and what is sent grows a little: links are rewritten, values are put in. */
const BYTES_WARN = 90_000;
const BYTES_MAX = 102_000;

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

export function sizeProblems(file: string, mail: CompiledMail): Problem[] {
  const bytes = new TextEncoder().encode(mail.html).length;
  if (bytes <= BYTES_WARN) return [];
  const message = `the HTML has ${Math.round(bytes / 1000)} KB; Gmail cuts off a mail at ${BYTES_MAX / 1000} KB`;
  return [
    {
      file,
      path: '',
      rule: 'mail-size',
      severity: bytes > BYTES_MAX ? 'error' : 'warning',
      message,
      fix: 'shorten the mail, or move parts of it to a page',
    },
  ];
}

/** Renders once with sample values: what a filter or a limit refuses is found now and not by a customer. */
export function trialProblems(file: string, mail: CompiledMail, locale: string, { variables }: FrontMatter): Problem[] {
  try {
    renderMail(mail, sampleVariables(locale, variables));
    return [];
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
