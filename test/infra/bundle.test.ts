import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundleFunctions } from '#infra/bundle.ts';
import { bundleFolders, functionNames, hotFunctions } from '#infra/function-settings.ts';

/** DESIGN §7: what a function on the hot path may weigh. */
const HOT_BYTES_MAX = 700_000;

const bundles = await bundleFunctions();

describe('the bundles of the project', () => {
  test.for(functionNames)('%s has a handler', async (name, { skip }) => {
    const bundle = bundles[name];
    if (bundle === undefined) return skip(`functions/${name}/index.ts is not there yet`);
    expect(readdirSync(bundle.dir).sort()).toEqual(['index.js', 'index.js.map', 'package.json']);
    expect(readFileSync(join(bundle.dir, 'index.js'), 'utf8')).toMatch(/handler:\(\)=>/);
  });

  test.for(hotFunctions)('%s is small, and holds neither MJML nor CDK', (name, { skip }) => {
    const bundle = bundles[name];
    if (bundle === undefined) return skip(`functions/${name}/index.ts is not there yet`);
    expect(bundle.bytes).toBeLessThanOrEqual(HOT_BYTES_MAX);
    expect(bundle.inputs.filter((path) => /node_modules\/(mjml|aws-cdk|esbuild|constructs)/.test(path))).toEqual([]);
  });

  test('send knows the operations of SES that it calls, and none of the hundred others', () => {
    const code = readFileSync(join(bundles.send?.dir ?? '', 'index.js'), 'utf8');
    const paths = new Set([...code.matchAll(/\/v2\/email\/[a-z-]+/g)].map(([path]) => path));
    expect([...paths].sort()).toEqual(['/v2/email/account', '/v2/email/outbound-emails']);
  });
});

describe('a bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rekindle-bundle-'));
  const options = { functionsFolder: join(folder, 'functions'), buildFolder: join(folder, 'build') };
  mkdirSync(join(options.functionsFolder, 'capture'), { recursive: true });
  const entry = join(options.functionsFolder, 'capture/index.ts');

  test('can be loaded, whatever the package.json above it says', async () => {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(entry, 'export const handler = async (name: string): Promise<string> => "hello " + name;\n');
    const { capture } = await bundleFunctions(options);
    const { handler } = await import(join(capture?.dir ?? '', 'index.js'));
    expect(await handler('you')).toBe('hello you');
    expect(capture?.bytes).toBe(statSync(join(capture?.dir ?? '', 'index.js')).size);
  });

  test('is not written again while its sources stay', async () => {
    const file = join(options.buildFolder, 'capture/index.js');
    const before = statSync(file);
    await bundleFunctions(options);
    expect(statSync(file).ino).toBe(before.ino);
    writeFileSync(entry, 'export const handler = async () => "changed";\n');
    await bundleFunctions(options);
    expect(statSync(file).ino).not.toBe(before.ino);
    expect(readFileSync(file, 'utf8')).toContain('changed');
  });

  test('of every function is needed for a stack', async () => {
    expect(() => bundleFolders({ capture: { dir: 'x' } })).toThrow('expected functions/relay/index.ts');
  });
});
