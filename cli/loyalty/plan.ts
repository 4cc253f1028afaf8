import { resolve } from 'node:path';
import { fromIso, type Instant } from '#core/instant.ts';
import { planLoyalty } from '#usecases/plan-loyalty.ts';
import { compiledOf } from '../catalogue.ts';
import { type Context, Failure, Misuse, textOf } from '../command.ts';
import { readHistories } from '../histories.ts';
import { publishedOr } from '../plan/published.ts';
import { progress } from '../progress.ts';
import { show } from '../show.ts';
import { badLineText } from '../simulate/lines.ts';
import { loyaltyPlanLines } from './plan-lines.ts';

/** `loyalty plan`: the draft's programme over a history, next to the present one. */
export async function planned(context: Context): Promise<number> {
  const file = textOf(context, 'history');
  if (file === undefined) throw new Misuse('--history is missing: name a file with one message a line');
  const pointValue = pointValueOf(context);
  const until = untilOf(context);
  const compiled = await compiledOf(context);
  if (compiled === undefined) return 1;
  if (compiled.release.loyalty === undefined)
    throw new Failure('the catalogue has no catalogue/loyalty.json: there is no programme to plan');
  const published = (await publishedOr(context))?.release;
  const running = progress();
  const releases = [compiled.release, ...(published === undefined ? [] : [published])];
  const [history, old] = await readHistories(resolve(context.cwd, file), releases, running);
  if (history === undefined || history.messages === 0) {
    for (const bad of history?.badLines.slice(0, 20) ?? []) context.print(badLineText(file, bad));
    throw new Failure(`no line of ${file} can be read`);
  }
  const plan = planLoyalty({
    before: published === undefined || old === undefined ? undefined : { release: published, history: old },
    after: { release: compiled.release, history },
    pointValue,
    until,
    progress: (what, done, all) => running.tell(`${what}: ${done} of ${all} events replayed`),
  });
  running.end();
  const { messages, badLines } = history;
  const read = { messages, badLines: badLines.slice(0, BAD_LINES_MAX), badLinesCount: badLines.length };
  show(context, { ...plan, history: read }, () => [
    ...loyaltyPlanLines(plan),
    ...(badLines.length === 0 ? [] : ['', `${badLines.length} of the lines cannot be read and were skipped, the first:`]),
    ...badLines.slice(0, 5).map((bad) => `  ${badLineText(file, bad)}`),
  ]);
  return 0;
}

/** Bad lines that the JSON answer holds; how many there are is said in any case. */
const BAD_LINES_MAX = 1000;

function pointValueOf(context: Context): number | undefined {
  const text = textOf(context, 'point-value');
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text.trim()) || value > 1_000_000)
    throw new Misuse(`--point-value ${text} is not an amount of money: write, for instance, 0.01`);
  return value;
}

function untilOf(context: Context): Instant | undefined {
  const text = textOf(context, 'until');
  if (text === undefined) return undefined;
  const at = fromIso(text);
  if (at === undefined) throw new Misuse(`--until ${text} is not a time: write 2026-01-31 or 2026-01-31T09:00:00Z`);
  return at;
}
