import type { Assembly } from './assembly.ts';
import type { Found, FoundResource } from './find.ts';
import { nameInArn } from './names.ts';
import type { FunctionPlan } from './plan.ts';
import { number, type Properties, record, text } from './template.ts';

/** Lambda's own defaults, where a template says nothing. */
const defaults = { timeoutSeconds: 3, memoryMb: 128, retriesMax: 2 } as const;

export function planFunctions(found: Found, assembly: Assembly): FunctionPlan[] {
  const asynchronous = new Map(
    found
      .of('AWS::Lambda::EventInvokeConfig')
      .map(({ properties }) => [nameOfFunction(text(properties.FunctionName) ?? ''), properties]),
  );
  return found
    .of('AWS::Lambda::Function')
    .map((resource) => planFunction(resource, assembly, asynchronous.get(resource.name) ?? {}));
}

/** A function is named by its name or by its ARN. */
export function nameOfFunction(reference: string): string {
  return reference.startsWith('arn:') ? nameInArn(reference) : (reference.split(':')[0] ?? reference);
}

function planFunction(
  { logicalId, name, arn, properties }: FoundResource,
  assembly: Assembly,
  asynchronous: Properties,
): FunctionPlan {
  const handler = text(properties.Handler);
  if (handler === undefined)
    throw new Error(`${logicalId}: a function without a Handler (a container image) cannot be run here.`);
  const destination = text(record(record(asynchronous.DestinationConfig).OnFailure).Destination);
  const deadLetters = destination ?? text(record(properties.DeadLetterConfig).TargetArn);
  const concurrencyMax = number(properties.ReservedConcurrentExecutions);
  return {
    name,
    arn,
    codeFolder: codeFolder(logicalId, properties, assembly),
    handler,
    env: variables(properties),
    timeoutMs: (number(properties.Timeout) ?? defaults.timeoutSeconds) * 1000,
    memoryMb: number(properties.MemorySize) ?? defaults.memoryMb,
    retriesMax: number(asynchronous.MaximumRetryAttempts) ?? defaults.retriesMax,
    ...(deadLetters === undefined ? {} : { deadLetterQueue: nameInArn(deadLetters) }),
    ...(concurrencyMax === undefined ? {} : { concurrencyMax }),
  };
}

function codeFolder(logicalId: string, properties: Properties, assembly: Assembly): string {
  const key = text(record(properties.Code).S3Key);
  const folder = key === undefined ? undefined : assembly.assets.get(key);
  if (folder === undefined) throw new Error(`${logicalId}: its code is not an asset of the assembly.`);
  return folder;
}

function variables(properties: Properties): Record<string, string> {
  const given = Object.entries(record(record(properties.Environment).Variables));
  return Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
}
