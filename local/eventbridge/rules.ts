import { compile } from '../event-pattern/compile.ts';
import { matches } from '../event-pattern.ts';
import { AwsError, type Input, type Operations } from './aws-json.ts';
import { busNameOf, type EventbridgeContext, existingBusNameOf, ruleArn } from './bus.ts';
import { invalid, list, notFound, optionalText, text } from './input.ts';
import { page } from './page.ts';
import type { RuleRow } from './store.ts';
import { putTags } from './tags.ts';
import { hasWildcard } from './wildcards.ts';

const PATTERN_LENGTH_MAX = 2_048;
const RULES_PER_BUS_MAX = 300;
const WILDCARD_RULES_PER_BUS_MAX = 30;
const RULE_NAME = { max: 64, pattern: /^[.\-_A-Za-z0-9]+$/ };

export function ruleOperations(context: EventbridgeContext): Operations {
  return {
    PutRule: (input) => putRule(context, input),
    DescribeRule: (input) => describeRule(context, input),
    ListRules: (input) => listRules(context, input),
    EnableRule: (input) => setState(context, input, 'ENABLED'),
    DisableRule: (input) => setState(context, input, 'DISABLED'),
    DeleteRule: (input) => deleteRule(context, input),
    TestEventPattern: testEventPattern,
  };
}

function putRule(context: EventbridgeContext, input: Input): object {
  const name = text(input, 'Name', RULE_NAME);
  const bus = existingBusNameOf(context, input);
  const rule: RuleRow = {
    bus,
    name,
    pattern: patternOf(input),
    state: stateOf(input),
    description: optionalText(input, 'Description', { max: 512 }) ?? null,
    roleArn: optionalText(input, 'RoleArn', { max: 1600 }) ?? null,
  };
  const tags = input.Tags === undefined ? [] : list(input, 'Tags', { max: 50 });
  refuseAboveLimits(context, rule);
  context.store.putRule(rule);
  putTags(context, ruleArn(context, bus, name), tags);
  context.router.forget(bus);
  return { RuleArn: ruleArn(context, bus, name) };
}

function patternOf(input: Input): string {
  if (input.ScheduleExpression !== undefined) {
    throw new AwsError('ValidationException', 'ScheduleExpression is not run here: give the schedule to EventBridge Scheduler.');
  }
  const pattern = optionalText(input, 'EventPattern', { max: 4096 });
  if (!pattern) throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
  if (pattern.length > PATTERN_LENGTH_MAX) {
    throw new AwsError('LimitExceededException', `The event pattern has more than ${PATTERN_LENGTH_MAX} characters.`);
  }
  const compiled = compile(pattern);
  if (typeof compiled === 'string') throw invalidPattern(compiled);
  return pattern;
}

function stateOf(input: Input): string {
  const state = input.State ?? 'ENABLED';
  if (state === 'ENABLED' || state === 'DISABLED' || state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS') return state;
  throw invalid(
    'State',
    'Member must satisfy enum value set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]',
  );
}

function refuseAboveLimits({ store }: EventbridgeContext, rule: RuleRow): void {
  const others = store.rules(rule.bus).filter(({ name }) => name !== rule.name);
  if (others.length >= RULES_PER_BUS_MAX) throw tooMany();
  if (hasWildcard(rule.pattern) && others.filter(({ pattern }) => hasWildcard(pattern)).length >= WILDCARD_RULES_PER_BUS_MAX) {
    throw tooMany();
  }
}

function describeRule(context: EventbridgeContext, input: Input): object {
  const rule = existingRuleOf(context, input, 'Name');
  return { ...described(context, rule), CreatedBy: context.account };
}

function listRules(context: EventbridgeContext, input: Input): object {
  const prefix = optionalText(input, 'NamePrefix', RULE_NAME) ?? '';
  const rules = context.store.rules(existingBusNameOf(context, input)).filter(({ name }) => name.startsWith(prefix));
  const { items, next } = page(rules, input, ({ name }) => name);
  return { Rules: items.map((rule) => described(context, rule)), ...next };
}

function setState(context: EventbridgeContext, input: Input, state: string): object {
  const { bus, name } = existingRuleOf(context, input, 'Name');
  context.store.setState(bus, name, state);
  context.router.forget(bus);
  return {};
}

/** Like EventBridge, says nothing about a rule that is not there. */
function deleteRule(context: EventbridgeContext, input: Input): object {
  const name = text(input, 'Name', RULE_NAME);
  const bus = busNameOf(input);
  if (context.store.targets(bus, name).length > 0) {
    throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
  }
  context.store.removeRule(bus, name);
  context.store.removeTags(ruleArn(context, bus, name));
  context.router.forget(bus);
  return {};
}

const ENVELOPE = ['id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'detail'];

function testEventPattern(input: Input): object {
  const pattern = text(input, 'EventPattern', { max: 4096 });
  const compiled = compile(pattern);
  if (typeof compiled === 'string') throw invalidPattern(compiled);
  const event = eventOf(text(input, 'Event', { max: 1_048_576 }));
  const missing = ENVELOPE.filter((name) => !Object.hasOwn(event, name));
  if (missing.length > 0)
    throw new AwsError('ValidationException', `Parameter Event is not valid. Missing: ${missing.join(', ')}.`);
  return { Result: matches(pattern, event) };
}

function eventOf(json: string): object {
  try {
    const event: unknown = JSON.parse(json);
    if (event !== null && typeof event === 'object') return event;
  } catch {
    // Refused below, like JSON that is no object.
  }
  throw new AwsError('ValidationException', 'Parameter Event is not valid. Reason: it is not a JSON object.');
}

/** The rule that a request names in `member`, on the bus that it names. */
export function existingRuleOf(context: EventbridgeContext, input: Input, member: 'Name' | 'Rule'): RuleRow {
  const name = text(input, member, RULE_NAME);
  const bus = existingBusNameOf(context, input);
  const rule = context.store.rule(bus, name);
  if (!rule) throw notFound(`Rule ${name} on event bus ${bus}`);
  return rule;
}

export function tooMany(): AwsError {
  return new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
}

function described(context: EventbridgeContext, rule: RuleRow): object {
  return {
    Name: rule.name,
    Arn: ruleArn(context, rule.bus, rule.name),
    EventPattern: rule.pattern,
    State: rule.state,
    EventBusName: rule.bus,
    ...(rule.description === null ? {} : { Description: rule.description }),
    ...(rule.roleArn === null ? {} : { RoleArn: rule.roleArn }),
  };
}

function invalidPattern(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
