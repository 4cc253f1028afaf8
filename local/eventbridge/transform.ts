import type { BusEvent } from '../ports.ts';

export type Target = {
  readonly Id: string;
  readonly Arn: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: { readonly InputPathsMap?: Readonly<Record<string, string>>; readonly InputTemplate: string };
  readonly DeadLetterConfig?: { readonly Arn?: string };
};

export type Sent = {
  readonly event: BusEvent;
  readonly json: string;
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestedAt: string;
};

/** What a target gets: the whole event, or what the target's input settings make of it. */
export function payloadFor(target: Target, sent: Sent): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(sent.event, target.InputPath) ?? null);
  if (target.InputTransformer !== undefined) return filled(target.InputTransformer, sent);
  return sent.json;
}

const PATH = /^\$(?:\.[A-Za-z0-9_-]+|\[(?:\d+|\*)\])*$/;

/** Why a path is refused; undefined for a good one. Dots, names, indexes and `*`, as in `$.detail.items[0].sku`. */
export function problemOfPath(path: string): string | undefined {
  if (path.length > 256) return 'a path may have 256 characters at most';
  return PATH.test(path) ? undefined : `"${path}" is no path like $.detail.items[0].sku`;
}

function valueAt(event: unknown, path: string): unknown {
  return resolve(event, path.match(/[A-Za-z0-9_-]+|\[\*\]/g) ?? []);
}

function resolve(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return value;
  if (value === null || typeof value !== 'object') return undefined;
  if (step !== '[*]') return Object.hasOwn(value, step) ? resolve((value as Record<string, unknown>)[step], rest) : undefined;
  return Array.isArray(value) ? value.map((element) => resolve(element, rest)).filter((found) => found !== undefined) : undefined;
}

const PLACEHOLDER = /<([A-Za-z0-9_.-]+)>/g;

/**
 * A placeholder between the quotes of a string becomes bare text, elsewhere JSON. One whose path is not in the event becomes
 * nothing, which can leave invalid JSON, as it does in AWS.
 */
function filled({ InputPathsMap = {}, InputTemplate: template }: NonNullable<Target['InputTransformer']>, sent: Sent): string {
  return template.replace(PLACEHOLDER, (placeholder, key: string, offset: number) => {
    const reserved = reservedValue(key, sent);
    const path = InputPathsMap[key];
    if (reserved === undefined && path === undefined) return placeholder;
    const value = reserved ?? valueAt(sent.event, path ?? '');
    if (value === undefined) return '';
    if (key === 'aws.events.event' || key === 'aws.events.event.json') return String(value);
    return isJsonTemplate(template) && !isInsideString(template, offset) ? JSON.stringify(value) : text(value);
  });
}

function reservedValue(key: string, { event, json, ruleArn, ruleName, ingestedAt }: Sent): string | undefined {
  switch (key) {
    case 'aws.events.rule-arn':
      return ruleArn;
    case 'aws.events.rule-name':
      return ruleName;
    case 'aws.events.event.ingestion-time':
      return ingestedAt;
    case 'aws.events.event': {
      const { detail: _, ...envelope } = event;
      return JSON.stringify(envelope);
    }
    case 'aws.events.event.json':
      return json;
    default:
      return undefined;
  }
}

/** JSON, and not the plain sentence that a template may be too. */
function isJsonTemplate(template: string): boolean {
  return /^\s*[[{<"]/.test(template);
}

function isInsideString(template: string, offset: number): boolean {
  let inside = false;
  for (let index = 0; index < offset; index += 1) {
    if (template[index] === '\\') index += 1;
    else if (template[index] === '"') inside = !inside;
  }
  return inside;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
