import type { BusEvent } from '../ports.ts';
import type { Input } from './aws-json.ts';

/** An entry of PutEvents that was found good. */
export type Entry = {
  readonly source: string;
  readonly detailType: string;
  readonly detail: BusEvent['detail'];
  readonly detailJson: string;
  readonly resources: readonly string[];
  /** When the event happened; now, when the sender did not say. */
  readonly at: number | undefined;
};

export type EntryProblem = { readonly ErrorCode: string; readonly ErrorMessage: string };

const DETAIL_TYPE_LENGTH_MAX = 128;
const DETAIL_LEVELS_MAX = 1_000;
const TIME_BYTES = 14;

export function entryOf(input: Input): Entry | EntryProblem {
  const { Source: source, DetailType: detailType, Detail: detailJson, Resources: resources = [], Time: time } = input;
  if (!isText(source)) return missing('Source');
  if (!isText(detailType)) return missing('DetailType');
  if (!isText(detailJson)) return missing('Detail');
  if (detailType.length > DETAIL_TYPE_LENGTH_MAX)
    return notValid('DetailType', `longer than ${DETAIL_TYPE_LENGTH_MAX} characters`);
  if (source.startsWith('aws.')) return { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'Not authorized for the source.' };
  if (!isTexts(resources)) return notValid('Resources', 'not a list of strings');
  if (time !== undefined && time !== null && !isTime(time)) return notValid('Time', 'not a time');
  const detail = detailOf(detailJson);
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  return { source, detailType, detail, detailJson, resources, at: isTime(time) ? time * 1000 : undefined };
}

/** The size of an entry by AWS's formula: UTF-8 bytes of its texts, and 14 for a time. */
export function sizeOf({ Source, DetailType, Detail, Resources, Time }: Input): number {
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? Resources : [])];
  const bytes = texts.reduce((sum: number, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0), 0);
  return bytes + (Time === undefined || Time === null ? 0 : TIME_BYTES);
}

function detailOf(json: string): BusEvent['detail'] | undefined {
  if (isTooDeep(json)) return undefined;
  try {
    const detail: unknown = JSON.parse(json);
    return detail !== null && typeof detail === 'object' && !Array.isArray(detail) ? (detail as BusEvent['detail']) : undefined;
  } catch {
    return undefined;
  }
}

function isTooDeep(json: string): boolean {
  if (json.length <= 2 * DETAIL_LEVELS_MAX) return false;
  let level = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (token === '{' || token === '[') level += 1;
    if (token === '}' || token === ']') level -= 1;
    if (level > DETAIL_LEVELS_MAX) return true;
  }
  return false;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** Seconds since 1970, as AWS JSON has it, within what a Date can hold. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e12;
}

function missing(name: string): EntryProblem {
  return notValid(name, `${name} is a required argument`);
}

function notValid(name: string, reason: string): EntryProblem {
  return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${name} is not valid. Reason: ${reason}.` };
}
