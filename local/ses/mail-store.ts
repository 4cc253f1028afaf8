import type { DatabaseSync } from 'node:sqlite';
import type { InboxMessage } from '../ports.ts';
import { atomically } from '../queues/transaction.ts';
import { type AcceptedMail, addressesOf, inboxMessageOf } from './accepted.ts';
import type { SesEvent } from './events.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS ses_message (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ses_message_at ON ses_message (at);
  CREATE TABLE IF NOT EXISTS ses_recipient (
    address TEXT NOT NULL,
    sequence INTEGER NOT NULL REFERENCES ses_message (sequence) ON DELETE CASCADE,
    PRIMARY KEY (address, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS ses_recipient_sequence ON ses_recipient (sequence);
  CREATE TABLE IF NOT EXISTS ses_event (
    sequence INTEGER PRIMARY KEY,
    detail_type TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
`;

export type MailStore = {
  /** Keeps a mail together with the events that are to be told of it. */
  keep(mail: AcceptedMail, events: readonly SesEvent[]): void;
  inbox(filter: { to?: string; limit?: number }): InboxMessage[];
  countSince(at: number): number;
  clear(): void;
  /** Tells the events that are due, each once; those that cannot be told stay for the next time. */
  tell(onEvent: (detailType: string, detail: object) => void): void;
};

export function openMailStore(db: DatabaseSync): MailStore {
  db.exec(TABLES);
  const add = db.prepare('INSERT INTO ses_message (id, at, message) VALUES (?, ?, ?)');
  const addRecipient = db.prepare('INSERT INTO ses_recipient (address, sequence) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const addEvent = db.prepare('INSERT INTO ses_event (detail_type, detail) VALUES (?, ?)');
  const newest = db.prepare('SELECT message FROM ses_message ORDER BY sequence DESC LIMIT ?');
  const newestTo = db.prepare(`
    SELECT message FROM ses_recipient JOIN ses_message USING (sequence) WHERE address = ? ORDER BY sequence DESC LIMIT ?`);
  const countSince = db.prepare('SELECT count(*) AS messages FROM ses_message WHERE at > ?');
  const dueEvents = db.prepare('SELECT sequence, detail_type, detail FROM ses_event ORDER BY sequence');
  const removeEvent = db.prepare('DELETE FROM ses_event WHERE sequence = ?');
  return {
    keep: (mail, events) =>
      atomically(db, () => {
        const { lastInsertRowid } = add.run(mail.id, mail.at, JSON.stringify(inboxMessageOf(mail)));
        for (const address of addressesOf(mail.recipients)) addRecipient.run(address.toLowerCase(), lastInsertRowid);
        for (const { detailType, detail } of events) addEvent.run(detailType, JSON.stringify(detail));
      }),
    inbox({ to, limit = -1 }) {
      const found = to === undefined ? newest.all(limit) : newestTo.all(to.toLowerCase(), limit);
      return found.map(({ message }) => JSON.parse(String(message)) as InboxMessage);
    },
    countSince: (at) => Number(countSince.get(at)?.messages),
    clear: () => db.exec('DELETE FROM ses_recipient; DELETE FROM ses_message'),
    tell(onEvent) {
      for (const { sequence, detail_type: detailType, detail } of dueEvents.all()) {
        try {
          // In one transaction with what the listener writes, so that a crash neither loses nor repeats an event.
          atomically(db, () => {
            removeEvent.run(Number(sequence));
            onEvent(String(detailType), JSON.parse(String(detail)) as object);
          });
        } catch (cause) {
          process.emitWarning(`An event of SES could not be told: ${cause instanceof Error ? cause.message : cause}`);
        }
      }
    },
  };
}
