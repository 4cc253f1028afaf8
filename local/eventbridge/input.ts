import { AwsError, type Input } from './aws-json.ts';

/** Reading the members of a request. What does not fit is refused as EventBridge does, with the member's name. */
export function text(input: Input, name: string, limits: { max: number; pattern?: RegExp }): string {
  const value = optionalText(input, name, limits);
  if (value === undefined) throw invalid(name, 'Member must not be null');
  return value;
}

export function optionalText(
  input: Input,
  name: string,
  { max, pattern }: { max: number; pattern?: RegExp },
): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new AwsError('SerializationException', `${name} must be a string.`);
  if (value.length > max) throw invalid(name, `Member must have length less than or equal to ${max}`);
  if (pattern && !pattern.test(value)) throw invalid(name, `Member must satisfy regular expression pattern: ${pattern.source}`);
  return value;
}

export function list(input: Input, name: string, { max }: { max: number }): readonly unknown[] {
  const value = input[name];
  if (value === undefined || value === null) throw invalid(name, 'Member must not be null');
  if (!Array.isArray(value)) throw new AwsError('SerializationException', `${name} must be a list.`);
  if (value.length === 0) throw invalid(name, 'Member must have length greater than or equal to 1');
  if (value.length > max) throw invalid(name, `Member must have length less than or equal to ${max}`);
  return value;
}

export function object(value: unknown, name: string): Input {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Input;
  throw new AwsError('SerializationException', `${name} must be an object.`);
}

export function invalid(name: string, reason: string): AwsError {
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${reason}`,
  );
}

export function notFound(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `${what} does not exist.`);
}
