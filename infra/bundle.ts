/** Bundles every function into a folder of its own, which is what is uploaded and what the local cloud runs. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { functionNames } from './function-settings.ts';

/** `bytes` is the size of the code, without its source map; `inputs` are the files in it, relative to the project. */
export type Bundle = { readonly dir: string; readonly bytes: number; readonly inputs: readonly string[] };

export type BundleOptions = {
  /** Holds `<function>/index.ts`; the project's `functions` unless told. */
  readonly functionsFolder?: string;
  readonly buildFolder?: string;
};

const project = fileURLToPath(new URL('..', import.meta.url));

/** Bundles the functions whose entry exists. Files that did not change are not written again, so nobody sees half of one. */
export async function bundleFunctions(options: BundleOptions = {}): Promise<Readonly<Record<string, Bundle>>> {
  const functionsFolder = options.functionsFolder ?? join(project, 'functions');
  const buildFolder = options.buildFolder ?? join(project, '.build/functions');
  const entry = (name: string) => join(functionsFolder, name, 'index.ts');
  const names = functionNames.filter((name) => existsSync(entry(name)));
  const entryPoints = names.map((name) => ({ in: entry(name), out: `${name}/index` }));
  const { outputFiles, metafile } = await build({ ...shared, entryPoints, outdir: buildFolder });
  for (const { path, contents } of outputFiles) writeIfChanged(path, contents);
  const outputs = Object.fromEntries(Object.entries(metafile.outputs).map(([path, output]) => [join(project, path), output]));
  return Object.fromEntries(
    names.map((name) => {
      const dir = join(buildFolder, name);
      // The project's own package.json says that .js files are ES modules.
      writeIfChanged(join(dir, 'package.json'), Buffer.from('{ "type": "commonjs" }\n'));
      const output = outputs[join(dir, 'index.js')];
      return [name, { dir, bytes: output?.bytes ?? 0, inputs: Object.keys(output?.inputs ?? {}) }];
    }),
  );
}

/**
 * The SDK's clients describe all their operations in one module, in tables with computed keys (`{ [_h]: … }`, where `_h` is a
 * constant text). For all that esbuild knows to compute a key may do something, so it keeps all tables: 50 KB for the hundred
 * operations of SES of which two are used. With the texts written out, the same tables can be shaken.
 */
const shakenClients: Plugin = {
  name: 'shaken-clients',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/[^/]+\.js$/ }, async ({ path }) => ({
      contents: withKeysWritten(await readFile(path, 'utf8')),
    }));
  },
};

function withKeysWritten(source: string): string {
  const texts = new Map([...source.matchAll(/^const (\w+) = ("[^"\\]*");$/gm)].map(([, name = '', text = '']) => [name, text]));
  return source.replace(/\[(\w+)\]:/g, (key, name: string) => (texts.has(name) ? `[${texts.get(name)}]:` : key));
}

/**
 * `@aws-sdk` is bundled: the version is ours and not the runtime's. CommonJS, made from packages' ES modules where they have
 * them (these can be shaken), was the fastest to load: 46 ms for a DynamoDB client, against 63 ms as an ES module and 74 ms
 * from packages' CommonJS.
 */
const shared = {
  absWorkingDir: project,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  charset: 'utf8',
  metafile: true,
  write: false,
  logLevel: 'warning',
  plugins: [shakenClients],
} as const satisfies BuildOptions;

function writeIfChanged(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}
