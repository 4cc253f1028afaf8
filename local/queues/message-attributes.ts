import { createHash } from 'node:crypto';
import { AwsError } from '../eventbridge/aws-json.ts';

const BODY_BYTES_MAX = 1024 * 1024;
const ATTRIBUTES_MAX = 10;
const STRING_VALUE = 1;

export function checkBody(body: unknown): string {
  if (typeof body !== 'string' || body === '') throw new AwsError('MissingParameter', 'MessageBody is missing.');
  if (Buffer.byteLength(body) > BODY_BYTES_MAX) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${BODY_BYTES_MAX} bytes.`,
    );
  }
  return body;
}

/** Only texts: nothing in the local cloud sends numbers or bytes beside a body. */
export function attributesOf(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  const entries = Object.entries(value as Record<string, { DataType?: unknown; StringValue?: unknown }>);
  if (entries.length > ATTRIBUTES_MAX)
    throw new AwsError('InvalidParameterValue', `At most ${ATTRIBUTES_MAX} attributes are allowed.`);
  return Object.fromEntries(
    entries.map(([name, { DataType: type, StringValue: text }]) => {
      if (type !== 'String' || typeof text !== 'string')
        throw new AwsError('UnsupportedOperation', `Attribute ${name} must be a String.`);
      return [name, text];
    }),
  );
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** By the algorithm of the SQS developer guide, with which clients check what arrived; undefined without attributes. */
export function md5OfAttributes(attributes: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  for (const name of names) {
    for (const part of [name, 'String']) hash.update(sized(part));
    hash.update(Buffer.from([STRING_VALUE])).update(sized(attributes[name] ?? ''));
  }
  return hash.digest('hex');
}

function sized(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
