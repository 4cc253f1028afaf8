import type { CompiledCatalogue } from '#usecases/compile-catalogue.ts';
import type { Context } from './command.ts';
import { filesOf } from './files.ts';
import { problemLines, summary } from './problems.ts';
import { show } from './show.ts';

/** The catalogue in the folder that the command names, compiled; undefined where it has errors, which are shown. */
export async function compiledOf(context: Context): Promise<CompiledCatalogue | undefined> {
  const { compileCatalogue } = await import('#usecases/compile-catalogue.ts');
  const { problems, compiled } = await compileCatalogue(filesOf(context));
  if (compiled === undefined)
    show(context, { problems }, () => [...problemLines(problems), `The catalogue is not in order: ${summary(problems)}.`]);
  return compiled;
}
