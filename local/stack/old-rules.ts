import type { DatabaseSync } from 'node:sqlite';
import {
  DeleteRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import type { RulePlan } from './services.ts';

/**
 * Deletes the rules that the template had at an earlier start and has no more, as a deployment would. Rules that were made
 * while the cloud ran (at publish) are nobody's here and stay.
 */
export async function deleteOldRules(db: DatabaseSync, client: EventBridgeClient, rules: readonly RulePlan[]): Promise<void> {
  db.exec('CREATE TABLE IF NOT EXISTS stack_rule (bus TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (bus, name)) STRICT');
  const known = db.prepare('SELECT bus, name FROM stack_rule').all() as { bus: string; name: string }[];
  const remove = db.prepare('DELETE FROM stack_rule WHERE bus = ? AND name = ?');
  for (const { bus, name } of known) {
    if (rules.some((rule) => rule.bus === bus && rule.name === name)) continue;
    await deleteRule(client, bus, name);
    remove.run(bus, name);
  }
  const add = db.prepare('INSERT OR IGNORE INTO stack_rule (bus, name) VALUES (?, ?)');
  for (const { bus, name } of rules) add.run(bus, name);
}

async function deleteRule(client: EventBridgeClient, EventBusName: string, Name: string): Promise<void> {
  try {
    const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ EventBusName, Rule: Name }));
    const Ids = Targets.flatMap(({ Id }) => (Id === undefined ? [] : [Id]));
    if (Ids.length > 0) await client.send(new RemoveTargetsCommand({ EventBusName, Rule: Name, Ids }));
    await client.send(new DeleteRuleCommand({ EventBusName, Name }));
  } catch (thrown) {
    if (!(thrown instanceof Error) || thrown.name !== 'ResourceNotFoundException') throw thrown;
  }
}
