import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { readContext } from '#infra/context.ts';
import { functionNames } from '#infra/function-settings.ts';
import { rekindleApp } from '#infra/rekindle-app.ts';
import type { BundleFolders, RekindleStack } from '#infra/stack.ts';

export type Properties = Readonly<Record<string, unknown>>;
export type Resource = { readonly Type: string; readonly Properties: Properties; readonly DeletionPolicy?: string };

export const context = { stage: 'test', sender: 'hello@mail.example.com', allowedOrigins: ['*'], retention: 30 };

/** The stack with a line of code in each function: what the template says does not depend on what the functions do. */
export function synthesised(more: Properties = {}): {
  stack: RekindleStack;
  template: Template;
  resources: Record<string, Resource>;
} {
  const folder = mkdtempSync(join(tmpdir(), 'rekindle-infra-'));
  const bundles = Object.fromEntries(functionNames.map((name) => [name, stub(join(folder, name), name)])) as BundleFolders;
  const { stack } = rekindleApp({ context: { ...readContext(), ...context, ...more }, bundles, outdir: join(folder, 'cdk.out') });
  const template = Template.fromStack(stack);
  return { stack, template, resources: template.toJSON().Resources };
}

function stub(folder: string, name: string): string {
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.js'), `exports.handler = async () => '${name}';\n`);
  return folder;
}

/** What `Fn::GetAtt` of the ARN looks like. */
export function arnOf(id: string): Properties {
  return { 'Fn::GetAtt': [id, 'Arn'] };
}

/** The one resource of a type with these properties: its logical id and all its properties. */
export function find(resources: Readonly<Record<string, Resource>>, type: string, properties: Properties): [string, Properties] {
  const same = (one: Resource) =>
    Object.entries(properties).every(([key, value]) => JSON.stringify(one.Properties[key]) === JSON.stringify(value));
  const [found, ...more] = ofType(resources, type).filter(([, one]) => same(one));
  if (found === undefined || more.length > 0) throw new Error(`Not exactly one ${type} with ${JSON.stringify(properties)}`);
  return [found[0], found[1].Properties];
}

/** Resources of a type, by logical id. */
export function ofType(resources: Readonly<Record<string, Resource>>, type: string): [string, Resource][] {
  return Object.entries(resources).filter(([, { Type }]) => Type === type);
}
