import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const FOLDERS = ['catalogue', 'templates'];
const ENDINGS = /\.(?:json|mjml|liquid)$/;
const TEST_ENDING = '.test.json';

/**
 * The files of a catalogue, by their path inside the project, with `/` on every system: what `publish` takes. Journey
 * tests and files of other kinds are left out.
 */
export function readCatalogueFiles(project: string): Record<string, string> {
  return readFiles(project, (name) => ENDINGS.test(name) && !name.endsWith(TEST_ENDING));
}

/** The journey tests, by their path: `catalogue/journeys/welcome.test.json`. */
export function readJourneyTests(project: string): Record<string, string> {
  return readFiles(project, (name) => name.endsWith(TEST_ENDING));
}

function readFiles(project: string, wanted: (name: string) => boolean): Record<string, string> {
  const files: Record<string, string> = {};
  for (const folder of FOLDERS) {
    if (!statSync(join(project, folder), { throwIfNoEntry: false })?.isDirectory()) continue;
    for (const entry of readdirSync(join(project, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !wanted(entry.name)) continue;
      files[relative(project, path).replaceAll('\\', '/')] = readFileSync(path, 'utf8');
    }
  }
  return files;
}
