import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['catalogue', 'templates'];
const ENDINGS = /\.(?:json|mjml|liquid)$/;

/**
 * The files of a catalogue, by their path inside the project, with `/` on every system: what `publish` takes. Journey
 * tests and files of other kinds are left out.
 */
export function readCatalogueFiles(project: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const folder of FOLDERS) {
    if (!statSync(join(project, folder), { throwIfNoEntry: false })?.isDirectory()) continue;
    for (const entry of readdirSync(join(project, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !ENDINGS.test(entry.name) || entry.name.endsWith('.test.json')) continue;
      files[path.slice(project.length + 1).replaceAll('\\', '/')] = readFileSync(path, 'utf8');
    }
  }
  return files;
}
