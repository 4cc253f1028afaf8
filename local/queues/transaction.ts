import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` all or nothing. A savepoint, since the caller may have a transaction of its own open on the same database. */
export function atomically<T>(db: DatabaseSync, work: () => T): T {
  db.exec('SAVEPOINT queues_work');
  try {
    const result = work();
    db.exec('RELEASE queues_work');
    return result;
  } catch (cause) {
    db.exec('ROLLBACK TO queues_work; RELEASE queues_work');
    throw cause;
  }
}
