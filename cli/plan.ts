import { resolve } from 'node:path';
import type { CompiledCatalogue } from '#usecases/compile-catalogue.ts';
import { type Effect, effectOf } from '#usecases/plan-release/effect.ts';
import { planRelease } from '#usecases/plan-release.ts';
import { withModelOf } from '#usecases/publish/with-model.ts';
import { contentOf, type ReleaseContent } from '#usecases/read-release.ts';
import { simulate } from '#usecases/simulate.ts';
import { type Command, Failure, json, remote, textOf } from './command.ts';
import { filesOf } from './files.ts';
import { readHistories } from './histories.ts';
import { effectLines } from './plan/effect-lines.ts';
import { planLines } from './plan/lines.ts';
import { publishedOr } from './plan/published.ts';
import { problemLines, summary } from './problems.ts';
import { type Progress, progress } from './progress.ts';
import { show } from './show.ts';

export const plan: Command = {
  name: 'plan',
  usage: '[DIR]',
  summary: 'Show what a draft changes against the published release, before it is published',
  details: [
    'Compares catalogue/ and templates/ in DIR (here, unless told) with the release that is in force, and says what changes:',
    'files; journeys with their triggers and steps; segments, topics, policy, loyalty, scoring; mails by language; and what becomes',
    'of people who are inside a journey. Nothing is published.',
    '',
    'With --history both are replayed over what happened (one message a line, as "rekindle simulate" reads it): mails by',
    'journey, who comes in newly or no more, who goes another way, the busiest day, what it costs. Forecasts go by the published',
    'model in both, as if it had been there all the time and did not grow old.',
    '',
    'Exit code 1 where the draft has errors; changes and warnings are none.',
  ],
  options: {
    history: { type: 'string', value: 'FILE', help: 'What happened, one message a line (NDJSON)' },
    against: { type: 'string', value: 'DIR', help: 'The catalogue in this folder instead of the published release' },
    ...remote,
    ...json,
  },
  examples: [
    'rekindle plan',
    'rekindle plan --history history.ndjson --url https://go.example.com --key sk_…',
    'rekindle plan ./draft --against ./shop --json',
  ],
  run: async (context) => {
    const { compileCatalogue } = await import('#usecases/compile-catalogue.ts');
    const { problems, compiled } = await compileCatalogue(filesOf(context));
    if (compiled === undefined) {
      show(context, { problems }, () => [...problemLines(problems), `The draft is not in order: ${summary(problems)}.`]);
      return 1;
    }
    const before = await publishedOr(context);
    const planned = planRelease(before, contentOf(compiled));
    const history = textOf(context, 'history');
    const effect = history === undefined ? undefined : await replayed(resolve(context.cwd, history), before, compiled);
    show(context, { ...planned, ...(effect && { effect }), problems }, () => [
      ...planLines(planned),
      ...(effect === undefined ? [] : effectLines(effect)),
      ...(problems.length === 0 ? [] : ['', `Of the draft: ${summary(problems)}`, ...problemLines(problems)]),
    ]);
    return 0;
  },
};

async function replayed(path: string, before: ReleaseContent | undefined, draft: CompiledCatalogue): Promise<Effect> {
  const running = progress();
  // A draft goes on with the model of the published release, as it will once it is published itself.
  const after = { release: withModelOf(before?.release, draft.release), templates: draft.templates, journeys: [] };
  // Where nothing is published, the same catalogue without journeys stands for it: nobody gets anything.
  const published = before === undefined ? { ...after, release: { ...draft.release, journeys: [] } } : simulated(before);
  const [old, fresh] = await readHistories(path, [published.release, after.release], running);
  if (old === undefined || fresh === undefined || fresh.messages === 0) throw new Failure(`no line of ${path} can be read`);
  const of = (what: string, progressOf: Progress) => (done: number, all: number) =>
    progressOf.tell(`${what}: ${done} of ${all} events replayed`);
  const effect = effectOf({
    before: {
      journeys: published.release.journeys,
      simulated: simulate({ compiled: published, history: old, progress: of('published release', running) }),
    },
    after: {
      journeys: draft.release.journeys,
      simulated: simulate({ compiled: after, history: fresh, progress: of('draft', running) }),
    },
    now: simulate({ compiled: published, history: old, ...(old.lastAt !== undefined && { until: old.lastAt }) }),
  });
  running.end();
  return effect;
}

/** A published release, as far as a replay needs it: which variables a mail must have, not its text. */
function simulated({ release, templates }: ReleaseContent): CompiledCatalogue {
  return { release, templates: templates.map((template) => ({ ...template, locales: {} })), journeys: [] };
}
