import { resolve } from 'node:path';
import { fromIso, type Instant } from '#core/instant.ts';
import type { BadLine, History } from '#usecases/simulate/history.ts';
import { simulate as replay } from '#usecases/simulate.ts';
import { compiledOf } from './catalogue.ts';
import { type Command, type Context, Failure, json, Misuse, textOf } from './command.ts';
import { readHistories } from './histories.ts';
import { modelOptions, withModelNamed } from './model.ts';
import { progress } from './progress.ts';
import { show } from './show.ts';
import { badLineText, simulationLines } from './simulate/lines.ts';

export const simulate: Command = {
  name: 'simulate',
  usage: '[DIR] --history FILE',
  summary: 'Replay a history through a catalogue: who would get what, when, and why',
  details: [
    'Replays what happened through catalogue/ and templates/ in DIR (here, unless told), without a running system:',
    'who enters which journey, which way they go and why, every mail, and every mail that is not sent with its reason.',
    '',
    'FILE has one message a line, as the Segment HTTP API takes them (identify, track, page …), or a form post:',
    '  {"type":"track","userId":"u1","event":"Order Completed","properties":{"revenue":49},"timestamp":"2026-01-05T10:00:00Z"}',
    '  {"type":"form","form":"newsletter","fields":{"email":"ann@example.com","consent":true},"timestamp":"2026-01-05T10:00:00Z"}',
    'Messages count as sent with a secret key, unless they say "trust": "publishable". The order of the lines is of no matter.',
    'Lines that cannot be read are reported and skipped. Exit code 1 where none can be read, and with --strict where one cannot.',
    '',
    'A replay cannot know how people would have reacted to mails that were never sent. --assume-… makes an assumption',
    'visible: that share of all mails (0.3 or 30%) is delivered, opened, clicked, always the same ones.',
    '',
    'Segments and journeys that ask for forecasts go by the model of --model or --url. Without either nothing is foretold, and',
    'they go by their plain rule ("fallback").',
  ],
  options: {
    history: { type: 'string', value: 'FILE', help: 'What happened, one message a line (NDJSON)' },
    from: { type: 'string', value: 'T', help: 'Journeys begin then; what was before only makes people known' },
    until: { type: 'string', value: 'T', help: 'The end; 90 days after the last message, unless told' },
    'assume-delivered': { type: 'string', value: 'P', help: 'So many mails are delivered, a minute later' },
    'assume-opens': { type: 'string', value: 'P', help: 'So many mails are opened, an hour later' },
    'assume-clicks': { type: 'string', value: 'P', help: 'So many mails are clicked, two hours later' },
    ...modelOptions,
    strict: { type: 'boolean', help: 'Exit code 1 where a line cannot be read' },
    ...json,
  },
  examples: [
    'rekindle simulate --history history.ndjson',
    'rekindle simulate --history history.ndjson --model model.json',
    'rekindle simulate ../shop --history history.ndjson --from 2026-01-01 --until 2026-07-01 --assume-opens 30% --json',
  ],
  run: async (context) => {
    const file = textOf(context, 'history');
    if (file === undefined) throw new Misuse('--history is missing: name a file with one message a line');
    const times = timesOf(context);
    const assume = assumedOf(context);
    const draft = await compiledOf(context);
    if (draft === undefined) return 1;
    const compiled = { ...draft, release: await withModelNamed(context, draft.release) };
    const running = progress();
    const [history] = await readHistories(resolve(context.cwd, file), [compiled.release], running);
    if (history === undefined) throw new Failure(`${file} cannot be read`);
    const { messages, badLines } = history;
    if (messages === 0) {
      for (const bad of badLines.slice(0, 20)) context.print(badLineText(file, bad));
      throw new Failure(
        badLines.length === 0 ? `${file} is empty` : `none of the ${badLines.length} lines of ${file} can be read`,
      );
    }
    const told = (done: number, all: number): void => running.tell(`${done} of ${all} events replayed`);
    const simulated = replay({ compiled, history, ...times, assume, progress: told });
    running.end();
    show(context, { ...simulated, history: historyView(history) }, () => simulationLines(simulated, history, file));
    return context.options.strict === true && badLines.length > 0 ? 1 : 0;
  },
};

/** Bad lines that the JSON answer holds; how many there are is said in any case. */
const BAD_LINES_MAX = 1000;

function historyView({ messages, duplicates, unheard, badLines }: History): {
  readonly messages: number;
  readonly duplicates: number;
  readonly unheard: History['unheard'];
  readonly badLines: readonly BadLine[];
  readonly badLinesCount: number;
} {
  return { messages, duplicates, unheard, badLines: badLines.slice(0, BAD_LINES_MAX), badLinesCount: badLines.length };
}

function timesOf(context: Context): { from?: Instant; until?: Instant } {
  const [from, until] = [timeOf(context, 'from'), timeOf(context, 'until')];
  if (from !== undefined && until !== undefined && until <= from) throw new Misuse('--until is not after --from');
  return { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
}

function timeOf(context: Context, name: string): Instant | undefined {
  const text = textOf(context, name);
  if (text === undefined) return undefined;
  const at = fromIso(text);
  if (at === undefined) throw new Misuse(`--${name} ${text} is not a time: write 2026-01-31 or 2026-01-31T09:00:00Z`);
  return at;
}

function assumedOf(context: Context): { delivered: number; opened: number; clicked: number } {
  return {
    delivered: shareOf(context, 'assume-delivered'),
    opened: shareOf(context, 'assume-opens'),
    clicked: shareOf(context, 'assume-clicks'),
  };
}

function shareOf(context: Context, name: string): number {
  const text = textOf(context, name) ?? '0';
  const [, digits = '', percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim()) ?? [];
  const share = percent === '%' ? Number(digits) / 100 : Number(digits);
  if (digits === '' || share > 1) throw new Misuse(`--${name} ${text} is not a share: write 0.3 or 30%`);
  return share;
}
