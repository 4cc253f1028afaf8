import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'csv-parse';
import { didYouMean } from '#schemas/suggest.ts';
import type { Imported } from '#usecases/vouchers/pools.ts';
import { type Api, apiOf, part } from '../api.ts';
import { type Context, Failure, Misuse, textOf } from '../command.ts';
import { progress } from '../progress.ts';
import { plain, show } from '../show.ts';

type Code = { readonly code: string; readonly line: number };

/** Codes of one request. */
const PAGE = 500;
const REFUSED_SHOWN = 20;

/** `vouchers import POOL FILE` */
export async function importCodes(context: Context): Promise<number> {
  const [pool, file, ...others] = context.args;
  if (pool === undefined || file === undefined) throw new Misuse('name a pool and a file: vouchers import POOL FILE');
  if (others.length > 0) throw new Misuse(`${others.join(' ')} is too much`);
  const codes = await readCodes(resolve(context.cwd, file), file, textOf(context, 'column'));
  if (codes.length === 0) throw new Failure(`${file} has no codes`);
  const imported = await sent(apiOf(context), pool, codes);
  show(context, imported, () => [
    ...imported.refused.slice(0, REFUSED_SHOWN).map(({ line, why }) => `${file}:${line}  ${plain(why)}`),
    ...(imported.refused.length > REFUSED_SHOWN ? [`and ${imported.refused.length - REFUSED_SHOWN} more`] : []),
    `${imported.added} added to ${pool}, ${imported.known} known already, ${imported.refused.length} refused.`,
  ]);
  return imported.refused.length === 0 ? 0 : 1;
}

/** What was sent stays where a later part fails: the whole file can be sent again. */
async function sent({ call }: Api, pool: string, codes: readonly Code[]): Promise<Imported> {
  const told = progress();
  let sum: Imported = { added: 0, known: 0, refused: [] };
  for (let from = 0; from < codes.length; from += PAGE) {
    const page = codes.slice(from, from + PAGE);
    const body = { codes: page.map(({ code }) => code) };
    const { added, known, refused } = (await call('POST', `/admin/v1/pools/${part(pool)}/codes`, body)).body as Imported;
    sum = {
      added: sum.added + added,
      known: sum.known + known,
      // The system counts the lines of what it got; people count those of their file.
      refused: [...sum.refused, ...refused.map(({ line, why }) => ({ line: page[line - 1]?.line ?? line, why }))],
    };
    told.tell(`${from + page.length} of ${codes.length} codes sent`);
  }
  told.end();
  return sum;
}

async function readCodes(path: string, file: string, column: string | undefined): Promise<Code[]> {
  const parser = parse({
    bom: true,
    delimiter: [',', ';', '\t'],
    info: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const input = createReadStream(path).on('error', (fault) => parser.destroy(fault));
  input.pipe(parser);
  const codes: Code[] = [];
  let place: number | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (place === undefined) {
        const head = headOf(record, file, column);
        place = head.place;
        if (head.isNames) continue;
      }
      const code = record[place] ?? '';
      // The API takes no more than 200 characters; what is longer is no code, and is refused there with its line.
      if (code !== '') codes.push({ code: code.slice(0, 200), line: info.lines });
    }
  } catch (fault) {
    if (fault instanceof Misuse || fault instanceof Failure) throw fault;
    throw new Failure(`${file} cannot be read: ${(fault as Error).message}`);
  }
  return codes;
}

/** Which column has the codes, and whether the first line holds the names of the columns. */
function headOf(first: readonly string[], file: string, column: string | undefined): { place: number; isNames: boolean } {
  const names = first.map((name) => name.toLowerCase());
  const place = names.indexOf((column ?? 'code').toLowerCase());
  if (place >= 0) return { place, isNames: true };
  if (column !== undefined) {
    throw new Misuse(`${file} has no column ${column}: ${didYouMean(column, first, `it has ${first.map(plain).join(', ')}`)}`);
  }
  if (first.length === 1) return { place: 0, isNames: false };
  throw new Misuse(`${file} has ${first.length} columns, and none is called "code": name it with --column`);
}
