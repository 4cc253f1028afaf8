import type { DatabaseSync } from 'node:sqlite';

const TABLES = `
  CREATE TABLE IF NOT EXISTS eventbridge_bus (
    name TEXT PRIMARY KEY,
    description TEXT,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS eventbridge_rule (
    bus TEXT NOT NULL REFERENCES eventbridge_bus (name),
    name TEXT NOT NULL,
    pattern TEXT NOT NULL,
    state TEXT NOT NULL,
    description TEXT,
    role_arn TEXT,
    PRIMARY KEY (bus, name)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS eventbridge_target (
    bus TEXT NOT NULL,
    rule TEXT NOT NULL,
    id TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (bus, rule, id),
    FOREIGN KEY (bus, rule) REFERENCES eventbridge_rule (bus, name)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS eventbridge_tag (
    arn TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (arn, key)
  ) STRICT;
`;

const RULE = 'bus, name, pattern, state, description, role_arn AS roleArn';

export type BusRow = { readonly name: string; readonly description: string | null; readonly createdAt: number };
export type RuleRow = {
  readonly bus: string;
  readonly name: string;
  readonly pattern: string;
  readonly state: string;
  readonly description: string | null;
  readonly roleArn: string | null;
};
type TargetRow = { readonly rule: string; readonly id: string; readonly target: string };

export type Store = ReturnType<typeof openStore>;

export function openStore(db: DatabaseSync) {
  db.exec(TABLES);
  const addBus = db.prepare(
    'INSERT INTO eventbridge_bus (name, description, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const bus = db.prepare('SELECT name, description, created_at AS createdAt FROM eventbridge_bus WHERE name = ?');
  const buses = db.prepare('SELECT name, description, created_at AS createdAt FROM eventbridge_bus ORDER BY name');
  const removeBus = db.prepare('DELETE FROM eventbridge_bus WHERE name = ?');
  const putRule = db.prepare(`
    INSERT INTO eventbridge_rule (bus, name, pattern, state, description, role_arn)
    VALUES (:bus, :name, :pattern, :state, :description, :roleArn)
    ON CONFLICT (bus, name) DO UPDATE SET pattern = excluded.pattern, state = excluded.state,
      description = excluded.description, role_arn = excluded.role_arn`);
  const rule = db.prepare(`SELECT ${RULE} FROM eventbridge_rule WHERE bus = ? AND name = ?`);
  const rules = db.prepare(`SELECT ${RULE} FROM eventbridge_rule WHERE bus = ? ORDER BY name`);
  const setState = db.prepare('UPDATE eventbridge_rule SET state = ? WHERE bus = ? AND name = ?');
  const removeRule = db.prepare('DELETE FROM eventbridge_rule WHERE bus = ? AND name = ?');
  const putTarget = db.prepare(`
    INSERT INTO eventbridge_target (bus, rule, id, target) VALUES (?, ?, ?, ?)
    ON CONFLICT (bus, rule, id) DO UPDATE SET target = excluded.target`);
  const targets = db.prepare('SELECT rule, id, target FROM eventbridge_target WHERE bus = ? AND rule = ? ORDER BY id');
  const targetsOfBus = db.prepare('SELECT rule, id, target FROM eventbridge_target WHERE bus = ? ORDER BY rule, id');
  const removeTarget = db.prepare('DELETE FROM eventbridge_target WHERE bus = ? AND rule = ? AND id = ?');
  const putTag = db.prepare(
    'INSERT INTO eventbridge_tag (arn, key, value) VALUES (?, ?, ?) ON CONFLICT (arn, key) DO UPDATE SET value = excluded.value',
  );
  const tags = db.prepare('SELECT key, value FROM eventbridge_tag WHERE arn = ? ORDER BY key');
  const removeTag = db.prepare('DELETE FROM eventbridge_tag WHERE arn = ? AND key = ?');
  const removeTags = db.prepare('DELETE FROM eventbridge_tag WHERE arn = ?');
  return {
    addBus: (name: string, description: string | null, now: number) => addBus.run(name, description, now).changes > 0,
    bus: (name: string) => bus.get(name) as BusRow | undefined,
    buses: () => buses.all() as BusRow[],
    removeBus: (name: string) => void removeBus.run(name),
    putRule: (row: RuleRow) => void putRule.run(row),
    rule: (busName: string, name: string) => rule.get(busName, name) as RuleRow | undefined,
    rules: (busName: string) => rules.all(busName) as RuleRow[],
    setState: (busName: string, name: string, state: string) => setState.run(state, busName, name).changes > 0,
    removeRule: (busName: string, name: string) => void removeRule.run(busName, name),
    putTarget: (busName: string, ruleName: string, id: string, target: string) =>
      void putTarget.run(busName, ruleName, id, target),
    targets: (busName: string, ruleName: string) => targets.all(busName, ruleName) as TargetRow[],
    targetsOfBus: (busName: string) => targetsOfBus.all(busName) as TargetRow[],
    removeTarget: (busName: string, ruleName: string, id: string) => removeTarget.run(busName, ruleName, id).changes > 0,
    putTag: (arn: string, key: string, value: string) => void putTag.run(arn, key, value),
    tags: (arn: string) => tags.all(arn).map(({ key, value }) => ({ Key: String(key), Value: String(value) })),
    removeTag: (arn: string, key: string) => void removeTag.run(arn, key),
    removeTags: (arn: string) => void removeTags.run(arn),
  };
}
