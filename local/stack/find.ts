import type { Assembly } from './assembly.ts';
import { holds, resolve, type Scope } from './intrinsics.ts';
import { account, arnOf, attributeOf, localAddress, nameKeyOf, type Places, refOf, region } from './names.ts';
import { isRecord, type Properties, type Resource, type Template } from './template.ts';

export type FoundResource = {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
  readonly arn: string;
  readonly properties: Properties;
};

export type Found = {
  readonly all: readonly FoundResource[];
  of(type: string): FoundResource[];
};

/** All resources of an assembly with their properties resolved. */
export function findResources(assembly: Assembly, places: Places): Found {
  const exported = new Map<string, () => unknown>();
  const stacks = assembly.stacks.map(({ name, template }) => openStack(name, template, { places, exported }));
  const all = stacks.flatMap((stack) => stack.resources());
  return { all, of: (type) => all.filter((resource) => resource.type === type) };
}

type Surroundings = { readonly places: Places; readonly exported: Map<string, () => unknown> };

function openStack(stackName: string, template: Template, { places, exported }: Surroundings) {
  const present = Object.entries(template.Resources ?? {}).filter(
    ([, resource]) => resource.Condition === undefined || holds(template.Conditions?.[resource.Condition], scope()),
  );
  const resources = new Map(present);
  const names = new Map<string, string>();
  for (const { Value, Export } of Object.values(template.Outputs ?? {})) {
    if (Export !== undefined) exported.set(String(resolve(Export.Name, scope())), () => resolve(Value, scope()));
  }

  function scope(): Scope {
    return {
      ref: (name) => reference(name),
      attribute: (logicalId, attribute) => attributeOf(resourceOf(logicalId).Type, nameOf(logicalId), attribute, places),
      condition: (name) => holds(template.Conditions?.[name], scope()),
      mapping: (map, key, second) => template.Mappings?.[map]?.[key]?.[second],
      importValue: (name) => {
        const value = exported.get(name);
        if (value === undefined) throw new Error(`No stack exports "${name}".`);
        return value();
      },
    };
  }

  function reference(name: string): unknown {
    if (name.startsWith('AWS::')) return pseudo(name, stackName);
    const parameter = template.Parameters?.[name];
    return parameter === undefined ? refOf(resourceOf(name).Type, nameOf(name), places) : parameter.Default;
  }

  function resourceOf(logicalId: string): Resource {
    const resource = resources.get(logicalId);
    if (resource === undefined) throw new Error(`The template of ${stackName} refers to ${logicalId}, which it does not hold.`);
    return resource;
  }

  /** Names may hold references themselves; the map also ends a circle with the generated name. */
  function nameOf(logicalId: string): string {
    const known = names.get(logicalId);
    if (known !== undefined) return known;
    const generated = generatedName(stackName, logicalId, resourceOf(logicalId).Type);
    names.set(logicalId, generated);
    const key = nameKeyOf(resourceOf(logicalId).Type);
    const given = key === undefined ? undefined : resolve(resourceOf(logicalId).Properties?.[key], scope());
    const name = typeof given === 'string' && given !== '' ? given : generated;
    names.set(logicalId, name);
    return name;
  }

  return {
    resources: (): FoundResource[] =>
      present.map(([logicalId, resource]) => {
        const name = nameOf(logicalId);
        const properties = withLocalAddresses(resolve(resource.Properties ?? {}, scope()), places);
        return {
          logicalId,
          type: resource.Type,
          name,
          arn: arnOf(resource.Type, name),
          properties: isRecord(properties) ? properties : {},
        };
      }),
  };
}

/** As CloudFormation does, but without the random part. An API's id stands in a host name, so it has letters and digits only. */
function generatedName(stackName: string, logicalId: string, type: string): string {
  if (type === 'AWS::ApiGatewayV2::Api') return logicalId.toLowerCase().replace(/[^a-z0-9]/g, '');
  return `${stackName}-${logicalId}`.slice(-64);
}

function pseudo(name: string, stackName: string): unknown {
  const values: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/local`,
    'AWS::NotificationARNs': [],
  };
  return values[name];
}

function withLocalAddresses(value: unknown, places: Places): unknown {
  if (typeof value === 'string') return localAddress(value, places);
  if (Array.isArray(value)) return value.map((element) => withLocalAddresses(element, places));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, withLocalAddresses(element, places)]));
}
