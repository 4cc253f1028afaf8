import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { main } from '#cli/main.ts';

export type Ran = { readonly code: number; readonly out: string; readonly complaints: string };

/** The command line in a folder of its own. */
export function commandLine() {
  const folder = mkdtempSync(join(tmpdir(), 'rekindle-cli-'));
  return {
    folder,
    write: (files: Readonly<Record<string, string>>): void => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
    run: async (line: string | readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> => {
      const out: string[] = [];
      const complaints: string[] = [];
      const code = await main(typeof line === 'string' ? line.split(' ').filter(Boolean) : line, {
        env,
        cwd: folder,
        print: (text) => out.push(text),
        complain: (text) => complaints.push(text),
      });
      return { code, out: out.join('\n'), complaints: complaints.join('\n') };
    },
    remove: (): void => rmSync(folder, { recursive: true }),
  };
}
