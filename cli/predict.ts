import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DAY_MS, isDuration } from '#core/instant.ts';
import type { Person } from '#usecases/predict/people.ts';
import { savedModel } from '#usecases/predict/saved-model.ts';
import { predict as learn } from '#usecases/predict.ts';
import { type Command, type Context, Failure, json, Misuse, textOf } from './command.ts';
import type { DecimalSign } from './predict/amounts.ts';
import { type DayPlace, writtenDate } from './predict/dates.ts';
import { predictionLines } from './predict/lines.ts';
import { jsonPieces, writeOut } from './predict/out.ts';
import { peopleOf } from './predict/people.ts';
import { predictionPlot } from './predict/plot.ts';
import { type OrdersRead, readOrders } from './predict/read-orders.ts';
import { progress } from './progress.ts';
import { count } from './show.ts';

export const predict: Command = {
  name: 'predict',
  usage: '--orders FILE.csv',
  summary: 'Who will order again, when, and for how much: from an export of orders, before anything is deployed',
  details: [
    'Learns from an export of orders (CSV, one order a line, columns for customer, date and amount) how often people come back',
    'and when they are gone, and says for each customer: the probability of being still active (P(alive)) and of an order within',
    '90 days, the orders and the value to expect in the horizon, the next order, and recency, frequency and monetary value (RFM).',
    'Nothing leaves this machine.',
    '',
    'Columns are guessed from their names, as Shopify, WooCommerce and others call them; the guess is printed. Orders of one day',
    'are one. Time counts in weeks of 7 days. The models are BG/NBD, MBG/NBD and Gamma-Gamma: docs/prediction.md.',
    '',
    'How far to trust it: the back-test shows what was foretold of days that the model had not seen, and what came. With --until',
    'that is all that is after it; without, the last third of the time. The calibration table shows what a probability meant.',
    'Exit code 2, with the lines, where the file cannot be used.',
  ],
  options: {
    orders: { type: 'string', value: 'FILE', help: 'The export of orders' },
    customer: { type: 'string', value: 'COLUMN', help: 'Who ordered: an id or an address' },
    date: { type: 'string', value: 'COLUMN', help: 'When: 2026-01-31, with or without a time, and other usual ways' },
    amount: { type: 'string', value: 'COLUMN', help: 'For how much: 1,234.50, 1.234,50 €, …; all of one currency' },
    until: { type: 'string', value: 'DATE', help: 'The last day to learn from; orders after it serve the back-test alone' },
    horizon: { type: 'string', value: 'P39W', help: 'How far to look ahead; a year (P52W) unless told' },
    model: { type: 'string', value: 'NAME', help: 'mbgnbd (unless told) or bgnbd, for which one-time buyers are never gone' },
    discount: { type: 'string', value: '15%', help: 'Money in a year is worth so much less; 15% unless told' },
    margin: { type: 'string', value: '40%', help: 'What is left of revenue; all of it unless told' },
    refunds: {
      type: 'string',
      value: 'WAY',
      help: 'Negative amounts: net takes them off, skip leaves them out; refused unless told',
    },
    dates: { type: 'string', value: 'WAY', help: 'dmy or mdy, where 01/02/2026 leaves that open' },
    decimal: { type: 'string', value: 'SIGN', help: '"." or ",", where 1,234 leaves that open' },
    plot: { type: 'string', value: 'FILE', help: 'Draws calibration and back-test as an SVG picture' },
    save: {
      type: 'string',
      value: 'FILE',
      help: 'The model as JSON, for “rekindle simulate” and “rekindle test” (--model FILE)',
    },
    out: { type: 'string', value: 'FILE', help: 'All customers, as CSV where FILE ends in .csv, else all as JSON' },
    ...json,
  },
  examples: [
    'rekindle predict --orders orders.csv',
    'rekindle predict --orders orders.csv --until 2025-12-31 --plot prediction.svg --out customers.csv',
    'rekindle predict --orders orders.csv --save model.json && rekindle simulate --history history.ndjson --model model.json',
    'rekindle predict --orders orders.csv --customer "Customer Email" --date "Order Date" --amount Total --horizon P6M --json',
  ],
  run: async (context) => {
    if (context.args.length > 0) throw new Misuse(`${context.args.join(' ')} is too much: name the file with --orders`);
    const file = textOf(context, 'orders');
    if (file === undefined) throw new Misuse('--orders is missing: name a CSV file with one order a line');
    const settings = settingsOf(context);
    const running = progress();
    const read = await readOrders(resolve(context.cwd, file), { ...readOptions(context), file }, running);
    const { people, strayRefunds } = peopleOf(read.lines);
    const lastDay = people.reduce((last, { days }) => Math.max(last, days.at(-1) ?? 0), 0);
    const found = learn({ people, ...settings, untilDay: settings.untilDay ?? lastDay, progress: running.tell });
    running.end();
    if ('refused' in found) throw new Misuse(`nothing can be learnt from ${file}: ${found.refused}`);
    const notes = [...columnNotes(context, read), ...read.notes, ...strayNotes(strayRefunds), ...found.notes];
    const predicted = { ...found, notes };
    const written = [
      fileWritten(context, 'plot', (path) => writeFileSync(path, predictionPlot(predicted))),
      fileWritten(context, 'out', (path) => writeOut(path, predicted)),
      fileWritten(context, 'save', (path) =>
        writeModel(path, people, { kind: settings.kind, untilDay: settings.untilDay ?? lastDay }),
      ),
    ];
    const lines =
      context.options.json === true
        ? jsonPieces(predicted)
        : [...predictionLines(predicted), ...written.filter((line) => line !== undefined)];
    for (const line of lines) context.print(line);
    return 0;
  },
};

function settingsOf(context: Context) {
  const kind = choice(context, 'model', ['mbgnbd', 'bgnbd']) ?? 'mbgnbd';
  const horizon = textOf(context, 'horizon') ?? 'P52W';
  if (!isDuration(horizon)) throw new Misuse(`--horizon ${horizon} is no duration: write P39W, P6M or P1Y`);
  const until = textOf(context, 'until');
  const untilDay = until === undefined ? undefined : writtenDate(until);
  if (until !== undefined && typeof untilDay !== 'number') throw new Misuse(`--until ${until} is no date: write 2026-01-31`);
  return {
    ...{ kind, horizon, yearlyDiscount: shareOf(context, 'discount', 0.15), margin: shareOf(context, 'margin', 1) },
    ...(typeof untilDay === 'number' && { untilDay }),
  };
}

function readOptions(context: Context) {
  const [customer, date, amount] = ['customer', 'date', 'amount'].map((name) => textOf(context, name));
  const dates: DayPlace | undefined = choice(context, 'dates', ['dmy', 'mdy']);
  const decimal: DecimalSign | undefined = choice(context, 'decimal', ['.', ',']);
  const refunds = choice(context, 'refunds', ['net', 'skip']);
  return {
    ...(customer !== undefined && { customer }),
    ...(date !== undefined && { date }),
    ...(amount !== undefined && { amount }),
    ...(dates !== undefined && { dates }),
    ...(decimal !== undefined && { decimal }),
    ...(refunds !== undefined && { refunds }),
    // Somewhere it is tomorrow already.
    today: Math.floor(Date.now() / DAY_MS) + 1,
  };
}

function columnNotes({ options }: Context, { header, columns }: OrdersRead): string[] {
  const guessed = (['customer', 'date', 'amount'] as const).filter((name) => options[name] === undefined);
  if (guessed.length === 0) return [];
  return [
    `Columns taken: ${guessed.map((name) => `${name} from “${header[columns[name]]}”`).join(', ')}. Name others with ${guessed.map((name) => `--${name}`).join(', ')}.`,
  ];
}

function strayNotes(stray: number): string[] {
  return stray === 0 ? [] : [`${count(stray, 'refund')} without an order before left out.`];
}

/** Writes the file that an option names, and says so. */
function fileWritten(context: Context, option: 'plot' | 'out' | 'save', write: (path: string) => void): string | undefined {
  const path = textOf(context, option);
  if (path === undefined) return undefined;
  try {
    write(resolve(context.cwd, path));
  } catch (fault) {
    throw new Failure(`${path} cannot be written: ${(fault as Error).message}`);
  }
  return `Written: ${path}`;
}

function writeModel(path: string, people: readonly Person[], until: Parameters<typeof savedModel>[1]): void {
  writeFileSync(path, `${JSON.stringify(savedModel(people, until), null, 2)}\n`);
}

function choice<const Name extends string>(context: Context, option: string, known: readonly Name[]): Name | undefined {
  const text = textOf(context, option);
  if (text === undefined) return undefined;
  const found = known.find((name) => name === text);
  if (found === undefined) throw new Misuse(`--${option} ${text} is not known: write ${known.join(' or ')}`);
  return found;
}

function shareOf(context: Context, option: string, otherwise: number): number {
  const text = textOf(context, option);
  if (text === undefined) return otherwise;
  const [, digits = '', percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim()) ?? [];
  const share = percent === '%' ? Number(digits) / 100 : Number(digits);
  if (digits === '' || share > 1) throw new Misuse(`--${option} ${text} is not a share: write 0.15 or 15%`);
  return share;
}
