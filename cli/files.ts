import { resolve } from 'node:path';
import { readCatalogueFiles } from '#adapters/files/catalogue-files.ts';
import { type Context, Failure, Misuse } from './command.ts';

/** The catalogue in the folder that the command names, or in the one where it was called. */
export function filesOf({ args, cwd }: Context): Record<string, string> {
  const [dir = '.', ...others] = args;
  if (others.length > 0) throw new Misuse(`one folder is enough: ${others.join(' ')} is too much`);
  const folder = resolve(cwd, dir);
  const files = readCatalogueFiles(folder);
  if (Object.keys(files).length === 0)
    throw new Failure(`there is no catalogue in ${folder}: expected the folders catalogue/ and templates/`);
  return files;
}
