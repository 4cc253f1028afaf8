import {
  DeleteRuleCommand,
  type EventBridgeClient,
  ListRulesCommand,
  type ListRulesCommandOutput,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Rule,
} from '@aws-sdk/client-eventbridge';
import { alwaysEvaluated } from '#core/event.ts';
import { digest } from '#core/hash.ts';
import { canonical } from '#core/json.ts';
import type { Rules } from '#usecases/ports.ts';

export type RulesSettings = {
  readonly bus: string;
  /** What the names of these rules start with; rules of other names are left alone. */
  readonly prefix: string;
  readonly queueArn: string;
  /** Where events end that the queue would not take for a whole day. */
  readonly deadLettersArn: string;
};

/** Rules that names are spread over: a bus may have 300, and the stack has some of its own. */
const BUCKETS = 200;
/** Characters of one event pattern. */
const PATTERN_LENGTH_MAX = 2048;
const DESCRIPTION_LENGTH_MAX = 512;
const RULES_AT_ONCE = 4;
const TARGET = 'evaluate';

/**
 * Rules on EventBridge. Each name stands in one rule, found by its hash, so that an event is delivered once and a change of
 * the catalogue touches few rules. New rules come before old ones go; rules that are as they should be are not written.
 */
export function eventbridgeRules(client: EventBridgeClient, settings: RulesSettings): Rules {
  return {
    replace: async (names) => {
      const wanted = rulesFor(names, settings.prefix);
      const found = new Map((await listRules(client, settings)).map((rule) => [rule.Name ?? '', rule]));
      const changed = wanted.filter(({ name, pattern }) => !isAsWanted(found.get(name), pattern));
      await inTurns(changed, (rule) => putRule(client, settings, rule, found.get(rule.name)));
      const kept = new Set(wanted.map(({ name }) => name));
      await inTurns(
        [...found.keys()].filter((name) => !kept.has(name)),
        (name) => removeRule(client, settings, name),
      );
    },
  };
}

type WantedRule = { readonly name: string; readonly pattern: string; readonly description: string };

/** The rules for these names. Throws where a rule would be longer than EventBridge allows. */
function rulesFor(names: readonly string[], prefix: string): WantedRule[] {
  const standing = new Set<string>(alwaysEvaluated);
  const buckets = Map.groupBy([...new Set(names)].filter((name) => !standing.has(name)).sort(), bucketOf);
  return [...buckets].map(([bucket, list]) => {
    const pattern = JSON.stringify({ source: ['rekindle'], 'detail-type': list });
    if (pattern.length > PATTERN_LENGTH_MAX) {
      throw new Error(
        `EventBridge allows ${PATTERN_LENGTH_MAX} characters in a rule; these ${list.length} names of events need ${pattern.length}: ${list.join(', ')}`,
      );
    }
    return { name: `${prefix}${bucket}`, pattern, description: descriptionOf(list) };
  });
}

const bucketOf = (name: string): number => Number.parseInt(digest(8, name), 16) % BUCKETS;

function descriptionOf(names: readonly string[]): string {
  const text = `Events that the catalogue mentions: ${names.join(', ')}`;
  return text.length <= DESCRIPTION_LENGTH_MAX ? text : `${text.slice(0, DESCRIPTION_LENGTH_MAX - 1)}…`;
}

/** A rule is enabled only once it has its target, so one that was cut off half-way is not taken for done. */
function isAsWanted(rule: Rule | undefined, pattern: string): boolean {
  return rule?.State === 'ENABLED' && canonical(JSON.parse(rule.EventPattern ?? 'null')) === canonical(JSON.parse(pattern));
}

async function putRule(
  client: EventBridgeClient,
  settings: RulesSettings,
  { name, pattern, description }: WantedRule,
  known: Rule | undefined,
): Promise<void> {
  const { bus, queueArn, deadLettersArn } = settings;
  const put = (State: 'ENABLED' | 'DISABLED') =>
    client.send(new PutRuleCommand({ Name: name, EventBusName: bus, EventPattern: pattern, Description: description, State }));
  if (known?.State !== 'ENABLED') {
    await put('DISABLED');
    const { FailedEntries: failed = [] } = await client.send(
      new PutTargetsCommand({
        Rule: name,
        EventBusName: bus,
        Targets: [{ Id: TARGET, Arn: queueArn, DeadLetterConfig: { Arn: deadLettersArn } }],
      }),
    );
    if (failed.length > 0) throw new Error(`EventBridge did not take the target of the rule ${name}: ${failed[0]?.ErrorMessage}`);
  }
  await put('ENABLED');
}

async function removeRule(client: EventBridgeClient, { bus }: RulesSettings, name: string): Promise<void> {
  await client.send(new RemoveTargetsCommand({ Rule: name, EventBusName: bus, Ids: [TARGET] }));
  await client.send(new DeleteRuleCommand({ Name: name, EventBusName: bus }));
}

async function listRules(client: EventBridgeClient, { bus, prefix }: RulesSettings): Promise<Rule[]> {
  const rules: Rule[] = [];
  let token: string | undefined;
  do {
    const page: ListRulesCommandOutput = await client.send(
      new ListRulesCommand({ EventBusName: bus, NamePrefix: prefix, ...(token !== undefined && { NextToken: token }) }),
    );
    rules.push(...(page.Rules ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return rules;
}

/** A few at a time: EventBridge throttles whoever changes many rules at once. */
async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += RULES_AT_ONCE) await Promise.all(all.slice(from, from + RULES_AT_ONCE).map(work));
}
