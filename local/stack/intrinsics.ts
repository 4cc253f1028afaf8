import { isRecord, list } from './template.ts';

/** What the intrinsic functions of a template refer to. */
export type Scope = {
  readonly ref: (name: string) => unknown;
  readonly attribute: (logicalId: string, name: string) => unknown;
  readonly condition: (name: string) => boolean;
  readonly mapping: (map: string, key: string, second: string) => unknown;
  readonly importValue: (name: string) => unknown;
};

/** The value with all intrinsic functions replaced. `AWS::NoValue` leaves its key or element out. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((element) => resolve(element, scope)).filter((element) => element !== undefined);
  if (!isRecord(value)) return value;
  const [entry, ...others] = Object.entries(value);
  if (entry !== undefined && others.length === 0) {
    const intrinsic = Object.hasOwn(intrinsics, entry[0]) ? intrinsics[entry[0]] : undefined;
    if (intrinsic !== undefined) return intrinsic(entry[1], scope);
  }
  const pairs = Object.entries(value).map(([key, element]) => [key, resolve(element, scope)] as const);
  return Object.fromEntries(pairs.filter(([, element]) => element !== undefined));
}

/** Evaluates a condition of the template (`Fn::Equals`, `Fn::And` …). */
export function holds(condition: unknown, scope: Scope): boolean {
  if (typeof condition === 'boolean') return condition;
  if (!isRecord(condition)) return false;
  if (typeof condition.Condition === 'string') return scope.condition(condition.Condition);
  if ('Fn::Not' in condition) return !holds(list(condition['Fn::Not'])[0], scope);
  if ('Fn::And' in condition) return list(condition['Fn::And']).every((one) => holds(one, scope));
  if ('Fn::Or' in condition) return list(condition['Fn::Or']).some((one) => holds(one, scope));
  const [left, right] = list(condition['Fn::Equals']);
  return 'Fn::Equals' in condition && JSON.stringify(resolve(left, scope)) === JSON.stringify(resolve(right, scope));
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(String(name)),
  'Fn::GetAtt': (path, scope) => {
    const [logicalId, ...name] = Array.isArray(path) ? path.map(String) : String(path).split('.');
    return scope.attribute(String(logicalId), name.join('.'));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = list(argument);
    return list(resolve(parts, scope)).map(String).join(String(separator));
  },
  'Fn::Sub': substitute,
  'Fn::Select': (argument, scope) => {
    const [index, values] = list(argument);
    return list(resolve(values, scope))[Number(resolve(index, scope))];
  },
  'Fn::Split': (argument, scope) => {
    const [separator, value] = list(argument);
    return String(resolve(value, scope)).split(String(separator));
  },
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = list(argument);
    return resolve(scope.condition(String(condition)) ? yes : no, scope);
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, key, second] = list(resolve(argument, scope)).map(String);
    return scope.mapping(map ?? '', key ?? '', second ?? '');
  },
  'Fn::ImportValue': (name, scope) => scope.importValue(String(resolve(name, scope))),
  'Fn::Base64': (value, scope) => Buffer.from(String(resolve(value, scope))).toString('base64'),
  'Fn::ToJsonString': (value, scope) => JSON.stringify(resolve(value, scope)),
  'Fn::GetAZs': () => ['a', 'b', 'c'].map((zone) => `us-east-1${zone}`),
};

function substitute(argument: unknown, scope: Scope): string {
  const [pattern, own] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = isRecord(own) ? own : {};
  return String(pattern).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return String(resolve(variables[name], scope));
    const [logicalId, ...attribute] = name.split('.');
    return String(attribute.length === 0 ? scope.ref(name) : scope.attribute(String(logicalId), attribute.join('.')));
  });
}
