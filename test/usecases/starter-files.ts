import { globSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** The starter catalogue as it lies in the repository, by path. */
export function starterFiles(): Record<string, string> {
  const paths = ['catalogue/**/*.json', 'templates/**/*.{json,mjml,liquid}'].flatMap((pattern) =>
    globSync(pattern, { cwd: root }),
  );
  return Object.fromEntries(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(new URL(path, root), 'utf8')]));
}
