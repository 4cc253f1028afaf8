import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, type Template } from './template.ts';

/** What `cdk synth` left in a folder: its stacks, and where the code of each asset lies. */
export type Assembly = {
  readonly stacks: readonly { readonly name: string; readonly template: Template }[];
  /** Absolute folder by the key under which the template looks for the asset in its bucket. */
  readonly assets: ReadonlyMap<string, string>;
};

/** Reads a synthesised cloud assembly. Throws an error that says what to do where there is none. */
export function readAssembly(folder: string): Assembly {
  const manifestPath = join(folder, 'manifest.json');
  if (!existsSync(manifestPath)) throw new Error(`There is no synthesised stack in ${folder}. Run "npm run synth" first.`);
  const artifacts = Object.entries(child(readJson(manifestPath), 'artifacts'));
  const stacks = artifacts.flatMap(([id, artifact]) => readStack(folder, id, artifact));
  const assets = new Map(artifacts.flatMap(([, artifact]) => readAssets(folder, artifact)));
  if (stacks.length === 0) throw new Error(`The assembly in ${folder} holds no stack.`);
  return { stacks, assets };
}

function readStack(folder: string, id: string, artifact: unknown) {
  if (!isRecord(artifact) || artifact.type !== 'aws:cloudformation:stack') return [];
  const properties = child(artifact, 'properties');
  const template = readJson(join(folder, String(properties.templateFile)));
  return [{ name: typeof properties.stackName === 'string' ? properties.stackName : id, template }];
}

function readAssets(folder: string, artifact: unknown): [string, string][] {
  if (!isRecord(artifact) || artifact.type !== 'cdk:asset-manifest') return [];
  const files = child(readJson(join(folder, String(child(artifact, 'properties').file))), 'files');
  return Object.values(files).flatMap((file) => {
    const path = join(folder, String(child(file, 'source').path));
    return Object.values(child(file, 'destinations')).map((to): [string, string] => [
      String(isRecord(to) ? to.objectKey : ''),
      path,
    ]);
  });
}

function child(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const found = isRecord(value) ? value[key] : undefined;
  return isRecord(found) ? found : {};
}

function readJson(path: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isRecord(value)) throw new Error(`${path} does not hold a JSON object.`);
  return value;
}
