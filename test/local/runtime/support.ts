/** Small stacks for the tests of the local cloud: a template written by hand, and functions of a few lines. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { onTestFinished } from 'vitest';
import { type Cloud, type CloudOptions, startCloud } from '#local/cloud.ts';

export type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>;

export type Workspace = {
  readonly root: string;
  readonly folder: string;
  readonly assembly: string;
  /** Functions write here by `note(value)`; what they wrote, in order. */
  notes(): unknown[];
};

export type FunctionSource = {
  /** The body of `async (event, context) => { … }`; `note(value)` writes down a value for the test. */
  readonly code: string;
  /** Statements at the top of the module. */
  readonly setUp?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly properties?: object;
};

/** Writes an assembly into a folder that is removed when the test has finished. */
export function workspace(functions: Readonly<Record<string, FunctionSource>>, resources: Resources): Workspace {
  const root = mkdtempSync(join(tmpdir(), 'rekindle-local-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const assembly = join(root, 'cdk.out');
  const notesFile = join(root, 'notes.jsonl');
  const code = Object.entries(functions).map(([name, source]) => writeFunction(assembly, name, source, notesFile));
  writeAssembly(assembly, { ...resources, ...Object.fromEntries(code) }, Object.keys(functions));
  return { root, folder: join(root, 'state'), assembly, notes: () => readNotes(notesFile) };
}

export async function runCloud({ folder, assembly }: Workspace, options: Partial<CloudOptions> = {}): Promise<Cloud> {
  const cloud = await startCloud({ folder, assembly, port: 0, report: () => {}, ...options });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= cloud.close();
    return closed;
  };
  onTestFinished(close);
  return { ...cloud, close };
}

/** Puts events on a bus as a client outside of the cloud does. */
export async function putEvents(cloud: Cloud, bus: string, details: readonly object[]): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new EventBridgeClient({ region: 'us-east-1', credentials, endpoint: cloud.endpoints.eventbridge });
  const Entries = details.map((detail) => ({
    EventBusName: bus,
    Source: 'test',
    DetailType: 'Test',
    Detail: JSON.stringify(detail),
  }));
  const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries }));
  client.destroy();
  if (FailedEntryCount !== 0) throw new Error('An event was refused.');
}

/** A bus with a rule that puts every event of source `test` into a queue, and the queue's function. */
export function busIntoQueue(work: string, { visibilitySeconds = 30, receivesMax = 3, mapping = {} } = {}): Resources {
  return {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work-dead' } },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'work',
        VisibilityTimeout: visibilitySeconds,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: receivesMax },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { source: ['test'] },
        Targets: [{ Id: 'Queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, FunctionName: { Ref: work }, ...mapping },
    },
  };
}

/** An HTTP API with one route for each entry: `{ 'GET /a/{b}': 'FunctionId' }`. */
export function httpRoutes(routes: Readonly<Record<string, string>>, api: object = {}): Resources {
  const made: [string, Resources[string]][] = [
    ['Api', { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP', ...api } }],
  ];
  for (const [index, [routeKey, functionId]] of Object.entries(routes).entries()) {
    const integration = { ApiId: { Ref: 'Api' }, IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' };
    const target = { IntegrationUri: { 'Fn::GetAtt': [functionId, 'Arn'] } };
    const route = { ApiId: { Ref: 'Api' }, RouteKey: routeKey, AuthorizationType: 'NONE' };
    made.push([`Integration${index}`, { Type: 'AWS::ApiGatewayV2::Integration', Properties: { ...integration, ...target } }]);
    made.push([
      `Route${index}`,
      {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: { ...route, Target: { 'Fn::Join': ['/', ['integrations', { Ref: `Integration${index}` }]] } },
      },
    ]);
  }
  return Object.fromEntries(made);
}

function writeFunction(assembly: string, name: string, source: FunctionSource, notesFile: string): [string, Resources[string]] {
  const folder = join(assembly, `asset.${name}`);
  mkdirSync(folder, { recursive: true });
  const project = JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../package.json')).href);
  const lines = [
    "import { appendFileSync } from 'node:fs';",
    "import { createRequire } from 'node:module';",
    `const require = createRequire(${project});`,
    `const note = (value) => appendFileSync(${JSON.stringify(notesFile)}, JSON.stringify(value) + '\\n');`,
    source.setUp ?? '',
    `export const handler = async (event, context) => {\n${source.code}\n};`,
  ];
  writeFileSync(join(folder, 'index.mjs'), lines.join('\n'));
  const Properties = {
    FunctionName: name.toLowerCase(),
    Handler: 'index.handler',
    Code: { S3Bucket: 'assets', S3Key: `${name}.zip` },
    MemorySize: 256,
    Timeout: 10,
    ...(source.env === undefined ? {} : { Environment: { Variables: source.env } }),
    ...source.properties,
  };
  return [name, { Type: 'AWS::Lambda::Function', Properties }];
}

function writeAssembly(folder: string, resources: Resources, assets: readonly string[]): void {
  const manifest = {
    version: '48.0.0',
    artifacts: {
      'test.assets': { type: 'cdk:asset-manifest', properties: { file: 'test.assets.json' } },
      test: { type: 'aws:cloudformation:stack', properties: { templateFile: 'test.template.json' } },
    },
  };
  const files = Object.fromEntries(
    assets.map((name) => [
      name,
      { source: { path: `asset.${name}`, packaging: 'zip' }, destinations: { here: { objectKey: `${name}.zip` } } },
    ]),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'test.assets.json'), JSON.stringify({ version: '48.0.0', files }));
  writeFileSync(join(folder, 'test.template.json'), JSON.stringify({ Resources: resources }));
}

function readNotes(file: string): unknown[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line): unknown => JSON.parse(line));
}
