import type { DatabaseSync } from 'node:sqlite';

/**
 * `queues_queue.messages` is kept by triggers, so that the depth of a long queue costs a look at what is hidden in it and
 * not a count of all that waits. `sequence` gives the order of arrival in the present queue; a moved message gets a new one.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS queues_queue (
    name TEXT PRIMARY KEY,
    visibility_timeout_ms INTEGER NOT NULL,
    delay_ms INTEGER NOT NULL,
    dead_letter_queue TEXT,
    receives_max INTEGER,
    created_at INTEGER NOT NULL,
    messages INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS queues_message (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    queue TEXT NOT NULL REFERENCES queues_queue (name),
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    receive_count INTEGER NOT NULL DEFAULT 0,
    first_received_at INTEGER,
    receipt TEXT,
    cause TEXT,
    source_queue TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS queues_message_visible ON queues_message (queue, visible_at, sequence);
  CREATE UNIQUE INDEX IF NOT EXISTS queues_message_receipt ON queues_message (receipt) WHERE receipt IS NOT NULL;
  CREATE TRIGGER IF NOT EXISTS queues_message_added AFTER INSERT ON queues_message BEGIN
    UPDATE queues_queue SET messages = messages + 1 WHERE name = NEW.queue;
  END;
  CREATE TRIGGER IF NOT EXISTS queues_message_removed AFTER DELETE ON queues_message BEGIN
    UPDATE queues_queue SET messages = messages - 1 WHERE name = OLD.queue;
  END;
  CREATE TRIGGER IF NOT EXISTS queues_message_moved AFTER UPDATE OF queue ON queues_message BEGIN
    UPDATE queues_queue SET messages = messages - 1 WHERE name = OLD.queue;
    UPDATE queues_queue SET messages = messages + 1 WHERE name = NEW.queue;
  END;
`;

/** The columns of a message under the names that the code uses. */
const COLUMNS = `id, queue, body, attributes, sent_at AS sentAt, visible_at AS visibleAt, receive_count AS receiveCount,
  first_received_at AS firstReceivedAt, receipt, cause, source_queue AS sourceQueue`;

export type MessageRow = {
  readonly id: string;
  readonly queue: string;
  readonly body: string;
  readonly attributes: string;
  readonly sentAt: number;
  readonly visibleAt: number;
  readonly receiveCount: number;
  readonly firstReceivedAt: number | null;
  readonly receipt: string | null;
  readonly cause: string | null;
  readonly sourceQueue: string | null;
};

export type QueueRow = {
  readonly name: string;
  readonly visibilityTimeoutMs: number;
  readonly delayMs: number;
  readonly deadLetterQueue: string | null;
  readonly receivesMax: number | null;
  readonly createdAt: number;
  readonly messages: number;
};

export type Statements = ReturnType<typeof prepareStatements>;

export function prepareStatements(db: DatabaseSync) {
  db.exec(TABLES);
  return {
    putQueue: db.prepare(`
      INSERT INTO queues_queue (name, visibility_timeout_ms, delay_ms, dead_letter_queue, receives_max, created_at)
      VALUES (:name, :visibilityTimeoutMs, :delayMs, :deadLetterQueue, :receivesMax, :now)
      ON CONFLICT (name) DO UPDATE SET visibility_timeout_ms = excluded.visibility_timeout_ms, delay_ms = excluded.delay_ms,
        dead_letter_queue = excluded.dead_letter_queue, receives_max = excluded.receives_max`),
    putQueueIfMissing: db.prepare(`
      INSERT INTO queues_queue (name, visibility_timeout_ms, delay_ms, created_at) VALUES (:name, 30000, 0, :now)
      ON CONFLICT (name) DO NOTHING`),
    queue: db.prepare(`
      SELECT name, visibility_timeout_ms AS visibilityTimeoutMs, delay_ms AS delayMs, dead_letter_queue AS deadLetterQueue,
        receives_max AS receivesMax, created_at AS createdAt, messages FROM queues_queue WHERE name = ?`),
    queueNames: db.prepare('SELECT name FROM queues_queue ORDER BY name'),
    queueNamesByDeadLetterQueue: db.prepare('SELECT name FROM queues_queue WHERE dead_letter_queue = ? ORDER BY name'),
    add: db.prepare(`
      INSERT INTO queues_message (id, queue, body, attributes, sent_at, visible_at)
      VALUES (:id, :queue, :body, :attributes, :sentAt, :visibleAt)`),
    visible: db.prepare(`
      SELECT ${COLUMNS} FROM queues_message WHERE queue = :queue AND visible_at <= :now ORDER BY visible_at, sequence LIMIT :limit`),
    take: db.prepare(`
      UPDATE queues_message SET receive_count = receive_count + 1, receipt = :receipt, visible_at = :visibleAt,
        first_received_at = coalesce(first_received_at, :now), cause = :cause WHERE id = :id`),
    removeByReceipt: db.prepare('DELETE FROM queues_message WHERE queue = ? AND receipt = ?'),
    byReceipt: db.prepare(`SELECT ${COLUMNS} FROM queues_message WHERE queue = ? AND receipt = ?`),
    hideByReceipt: db.prepare('UPDATE queues_message SET visible_at = :visibleAt WHERE queue = :queue AND receipt = :receipt'),
    giveBack: db.prepare('UPDATE queues_message SET visible_at = :visibleAt, receipt = NULL, cause = :cause WHERE id = :id'),
    bury: db.prepare(`
      UPDATE queues_message SET queue = :queue, visible_at = :now, receipt = NULL, cause = :cause, source_queue = :source,
        sequence = (SELECT max(sequence) + 1 FROM queues_message) WHERE id = :id`),
    revive: db.prepare(`
      UPDATE queues_message SET queue = :queue, visible_at = :now, receipt = NULL, cause = NULL, source_queue = NULL,
        receive_count = 0, first_received_at = NULL, sequence = (SELECT max(sequence) + 1 FROM queues_message) WHERE id = :id`),
    hidden: db.prepare(`
      SELECT count(*) AS hidden, count(receipt) AS inFlight, min(visible_at) AS nextVisibleAt
      FROM queues_message WHERE queue = ? AND visible_at > ?`),
    newest: db.prepare(`SELECT ${COLUMNS} FROM queues_message WHERE queue = ? ORDER BY sequence DESC LIMIT ?`),
    oldest: db.prepare(`SELECT ${COLUMNS} FROM queues_message WHERE queue = ? ORDER BY sequence`),
    purge: db.prepare('DELETE FROM queues_message WHERE queue = ?'),
  };
}
