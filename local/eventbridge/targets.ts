import { atomically } from '../queues/transaction.ts';
import { AwsError, type Input, type Operations } from './aws-json.ts';
import type { EventbridgeContext } from './bus.ts';
import { invalid, list, object, optionalText, text } from './input.ts';
import { page } from './page.ts';
import { existingRuleOf, tooMany } from './rules.ts';
import { problemOfPath } from './transform.ts';

const TARGETS_PER_RULE_MAX = 5;
const TARGET_ID = { max: 64, pattern: /^[.\-_A-Za-z0-9]+$/ };
const PATHS_MAX = 100;

export function targetOperations(context: EventbridgeContext): Operations {
  return {
    PutTargets: (input) => putTargets(context, input),
    ListTargetsByRule: (input) => listTargetsByRule(context, input),
    RemoveTargets: (input) => removeTargets(context, input),
  };
}

function putTargets(context: EventbridgeContext, input: Input): object {
  const rule = existingRuleOf(context, input, 'Rule');
  const targets = list(input, 'Targets', { max: 100 }).map((target) => checked(object(target, 'Targets')));
  const ids = new Set(context.store.targets(rule.bus, rule.name).map(({ id }) => id));
  for (const { id } of targets) ids.add(id);
  if (ids.size > TARGETS_PER_RULE_MAX) throw tooMany();
  atomically(context.db, () => {
    for (const { id, target } of targets) context.store.putTarget(rule.bus, rule.name, id, target);
  });
  context.router.forget(rule.bus);
  return { FailedEntryCount: 0, FailedEntries: [] };
}

function listTargetsByRule(context: EventbridgeContext, input: Input): object {
  const rule = existingRuleOf(context, input, 'Rule');
  const { items, next } = page(context.store.targets(rule.bus, rule.name), input, ({ id }) => id);
  return { Targets: items.map(({ target }) => JSON.parse(target) as object), ...next };
}

function removeTargets(context: EventbridgeContext, input: Input): object {
  const rule = existingRuleOf(context, input, 'Rule');
  for (const id of list(input, 'Ids', { max: 100 })) context.store.removeTarget(rule.bus, rule.name, String(id));
  context.router.forget(rule.bus);
  return { FailedEntryCount: 0, FailedEntries: [] };
}

function checked(target: Input): { id: string; target: string } {
  const id = text(target, 'Id', TARGET_ID);
  text(target, 'Arn', { max: 1600, pattern: /^arn:/ });
  const shapes = ['Input', 'InputPath', 'InputTransformer'].filter((name) => target[name] !== undefined && target[name] !== null);
  if (shapes.length > 1) throw refused(id, 'Only one of Input, InputPath, or InputTransformer must be provided');
  const constant = optionalText(target, 'Input', { max: 8_192 });
  if (constant !== undefined && !isJson(constant)) throw refused(id, 'Input is not JSON');
  const path = optionalText(target, 'InputPath', { max: 256 });
  if (path !== undefined && problemOfPath(path)) throw refused(id, `InputPath: ${problemOfPath(path)}`);
  if (target.InputTransformer) checkTransformer(id, object(target.InputTransformer, 'InputTransformer'));
  if (target.RetryPolicy) checkRetryPolicy(object(target.RetryPolicy, 'RetryPolicy'));
  if (target.DeadLetterConfig)
    optionalText(object(target.DeadLetterConfig, 'DeadLetterConfig'), 'Arn', { max: 1600, pattern: /^arn:/ });
  return { id, target: JSON.stringify(target) };
}

function checkTransformer(id: string, transformer: Input): void {
  text(transformer, 'InputTemplate', { max: 8_192 });
  const paths = Object.entries(transformer.InputPathsMap ? object(transformer.InputPathsMap, 'InputPathsMap') : {});
  if (paths.length > PATHS_MAX) throw refused(id, `InputPathsMap may have ${PATHS_MAX} keys at most`);
  for (const [key, path] of paths) {
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(key) || key.startsWith('AWS')) throw refused(id, `InputPathsMap: "${key}" is no key`);
    const problem = typeof path === 'string' ? problemOfPath(path) : 'must be a string';
    if (problem) throw refused(id, `InputPathsMap.${key}: ${problem}`);
  }
}

function checkRetryPolicy(policy: Input): void {
  between(policy, 'MaximumRetryAttempts', 0, 185);
  between(policy, 'MaximumEventAgeInSeconds', 60, 86_400);
}

function between(input: Input, name: string, least: number, most: number): void {
  const value = input[name];
  if (value === undefined || value === null) return;
  if (typeof value !== 'number' || value < least || value > most)
    throw invalid(name, `Member must be between ${least} and ${most}`);
}

function refused(id: string, reason: string): AwsError {
  return new AwsError('ValidationException', `${reason} for target ${id}.`);
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
