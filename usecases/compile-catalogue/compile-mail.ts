/** One file of a template (one locale): front matter, partials, MJML and Liquid in; a mail that only Liquid is still run on out. */
import mjml2html from 'mjml';
import type { CompiledMail } from '#core/catalogue.ts';
import { type FrontMatter, readFrontMatter } from '#schemas/front-matter.ts';
import { placeAt } from '#schemas/json-text.ts';
import type { Problem } from '#schemas/problem.ts';
import { type Rule, rules } from '#schemas/rules.ts';
import { escaped, type Frame, laidOut } from './layout.ts';
import { lintMarkup } from './lint-markup.ts';
import { clashes, type Fault, lost, newTokens, replaceLiquid, restore, type Tokens } from './liquid-tokens.ts';
import { liquidProblems, trialProblems, variableProblems } from './mail-checks.ts';
import { mailText } from './mail-text.ts';
import { pathsRead, unguarded } from './mail-variables.ts';
import { minified } from './minify.ts';
import { type FindPartial, withPartials } from './partials.ts';
import { scanMjml, withoutComments } from './scan-mjml.ts';

export type MailFile = { readonly file: string; readonly source: string; readonly frame: Frame; readonly find: FindPartial };
export type MailResult = {
  readonly mail: CompiledMail | undefined;
  readonly frontMatter: FrontMatter | undefined;
  readonly reads: readonly string[];
  readonly unguarded: readonly string[];
  readonly problems: readonly Problem[];
};

export async function compileMail({ file, source, frame, find }: MailFile): Promise<MailResult> {
  const { frontMatter, body, bodyLine, problems: matterProblems } = readFrontMatter(file, source);
  const problems: Problem[] = [...matterProblems];
  const report = (rule: Rule, faults: readonly Fault[], text: string) => {
    for (const { at, message, fix } of faults) {
      const { line, column } = placeAt(text, at);
      problems.push({ file, path: '', line: line + bodyLine - 1, column, rule, severity: rules[rule].severity, message, fix });
    }
  };
  const faults: Fault[] = [];
  const whole = withPartials(withoutComments(body), find, faults);
  report('unknown-partial', faults, body);
  const scanned = scanMjml(whole);
  report('mjml-syntax', scanned.faults, whole);
  problems.push(...liquidProblems(file, whole, bodyLine, frontMatter));
  if (frontMatter === undefined || problems.some((one) => one.severity === 'error'))
    return { mail: undefined, frontMatter, reads: [], unguarded: [], problems };

  for (const fault of lintMarkup(whole)) report(fault.rule, [fault], whole);
  const sources = [frontMatter.subject, frontMatter.preheader, whole];
  const reads = pathsRead(sources);
  problems.push(...variableProblems(file, sources, reads, frontMatter));
  const { mail, problems: mjmlProblems } = await toMail({ file, frame, bodyLine, frontMatter, scanned: whole });
  problems.push(...mjmlProblems);
  if (mail) problems.push(...trialProblems(file, mail, frame.locale, frontMatter));
  const holes = unguarded(
    sources,
    frontMatter.variables.map((one) => one.path),
  );
  return { mail, frontMatter, reads, unguarded: holes, problems };
}

type Prepared = {
  readonly file: string;
  readonly frame: Frame;
  readonly bodyLine: number;
  readonly frontMatter: FrontMatter;
  readonly scanned: string;
};

async function toMail({
  file,
  frame,
  bodyLine,
  frontMatter,
  scanned,
}: Prepared): Promise<{ mail: CompiledMail | undefined; problems: Problem[] }> {
  const tokens = newTokens();
  const whole = laidOut(scanned, frame);
  if (clashes(whole))
    return {
      mail: undefined,
      problems: [syntaxProblem(file, bodyLine, 'a word like "lqd1x" is used inside', 'write it differently')],
    };
  const preview = `<mj-title>${escapedText(frontMatter.subject)}</mj-title><mj-preview>${escapedText(frontMatter.preheader)}</mj-preview>`;
  const mjml = replaceLiquid(scanMjml(whole.replace('<mj-breakpoint', `${preview}<mj-breakpoint`)), tokens);
  let result: Awaited<ReturnType<typeof mjml2html>>;
  try {
    result = await mjml2html(mjml, {
      validationLevel: 'soft',
      ignoreIncludes: true,
      keepComments: false,
      minify: false,
      fonts: {},
    });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'MJML cannot read it';
    return { mail: undefined, problems: [syntaxProblem(file, bodyLine, message, 'check the structure of the MJML')] };
  }
  const problems = result.errors.map((error) =>
    syntaxProblem(
      file,
      error.line + bodyLine - 1,
      `<${error.tagName}>: ${restore(tokens, error.message)}`,
      'see https://documentation.mjml.io for what the element takes',
    ),
  );
  const html = minified(result.html);
  problems.push(
    ...lost(tokens, html).map((piece) =>
      syntaxProblem(file, bodyLine, `${piece} stands where MJML drops it`, 'put it into an <mj-text>, or around a whole element'),
    ),
  );
  if (problems.length > 0) return { mail: undefined, problems };
  return { mail: finished(html, tokens, frontMatter), problems };
}

function finished(html: string, tokens: Tokens, { subject, preheader }: FrontMatter): CompiledMail {
  // Addresses are made safe in both parts; in the text nothing is escaped.
  return { subject, preheader, html: restore(tokens, html), text: restore(tokens, mailText(html)) };
}

/** The front matter is plain text; inside HTML its own `&` and `<` must not be markup, and its Liquid must stay as it is. */
function escapedText(text: string): string {
  return text.replace(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|[^{]+|\{/g, (piece) =>
    piece.length > 1 && piece.startsWith('{') ? piece : escaped(piece),
  );
}

function syntaxProblem(file: string, line: number, message: string, fix: string): Problem {
  return { file, path: '', line, rule: 'mjml-syntax', severity: 'error', message, fix };
}
