import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Journey } from '#core/catalogue.ts';
import { didYouMean } from '#schemas/suggest.ts';
import { withConfirmations } from '#usecases/compile-catalogue/double-opt-in.ts';
import { readSources } from '#usecases/compile-catalogue/sources.ts';
import { type Direction, drawJourney } from '#usecases/draw-journey.ts';
import { type Command, type Context, Failure, Misuse, textOf } from './command.ts';
import { filesOf } from './files.ts';
import { problemLines } from './problems.ts';
import { count } from './show.ts';

export const draw: Command = {
  name: 'draw',
  usage: 'JOURNEY [DIR]',
  summary: 'Draw a journey as an SVG picture',
  details: [
    'Writes the drawing of a journey of the catalogue in DIR (here, unless told), for a document or a page. It is light or',
    'dark as the reader prefers, needs nothing from elsewhere, and is the same text each time: it can be kept under version',
    'control. With --all, every journey is drawn into a folder, one file each, and JOURNEY is left out.',
  ],
  options: {
    direction: { type: 'string', value: 'WAY', help: 'The way that the journey runs: down (unless told) or right' },
    all: { type: 'string', value: 'FOLDER', help: 'All journeys, into this folder' },
  },
  examples: [
    'rekindle draw win-back > win-back.svg',
    'rekindle draw welcome ../shop --direction right > welcome.svg',
    'rekindle draw --all docs/journeys',
  ],
  run: async (context) => {
    const direction = directionOf(context);
    const folder = textOf(context, 'all');
    if (folder !== undefined) return drawAll(context, resolve(context.cwd, folder), direction);
    const [id, ...rest] = context.args;
    if (id === undefined) throw new Misuse('JOURNEY is missing: name one, or draw them --all');
    for (const journey of journeysOf({ ...context, args: rest }, id))
      context.print(drawJourney(journey, { direction }).trimEnd());
    return 0;
  },
};

function drawAll(context: Context, folder: string, direction: Direction): number {
  const journeys = journeysOf(context);
  mkdirSync(folder, { recursive: true });
  for (const journey of journeys) writeFileSync(join(folder, `${journey.id}.svg`), drawJourney(journey, { direction }));
  context.print(`${count(journeys.length, 'journey')} drawn into ${relative(context.cwd, folder) || '.'}.`);
  return 0;
}

/** The wanted journey, or all of them; fails where it, or one of them, is not there or cannot be read. */
function journeysOf(context: Context, wanted?: string): Journey[] {
  const { forms, journeys, named, problems } = readSources(filesOf(context));
  const written = journeys.map(({ value }) => value);
  const known = withConfirmations(
    written,
    forms.map(({ value }) => value),
  );
  const found = known.filter(({ id }) => id === wanted);
  if (found.length > 0) return found;
  const broken = problems.filter(
    ({ file, severity }) =>
      severity === 'error' &&
      (wanted === undefined ? file.startsWith('catalogue/journeys/') : file === `catalogue/journeys/${wanted}.json`),
  );
  if (broken.length > 0) throw new Failure(['the journey cannot be read:', ...problemLines(broken)].join('\n'));
  if (wanted === undefined) return known;
  const ids = [...new Set([...named.journey, ...known.map(({ id }) => id)])].sort();
  const others = ids.length === 0 ? 'the catalogue has none' : `there are ${ids.join(', ')}`;
  throw new Failure(`there is no journey ${wanted}: ${didYouMean(wanted, ids, others)}`);
}

function directionOf(context: Context): Direction {
  const text = textOf(context, 'direction') ?? 'down';
  if (text === 'down' || text === 'right') return text;
  throw new Misuse(`--direction ${text} is not known: write down or right`);
}
