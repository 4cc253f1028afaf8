import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from './ports.ts';

/**
 * The clock of the local cloud: the machine's time plus an offset that only grows. The offset outlives the process, so a
 * customer who was silent for a week before a restart is silent for a week after it.
 */
export function openClock(db: DatabaseSync): Clock {
  db.exec('CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 1), offset_ms INTEGER NOT NULL) STRICT');
  const row = db.prepare('SELECT offset_ms FROM clock WHERE id = 1').get();
  const save = db.prepare(
    'INSERT INTO clock (id, offset_ms) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET offset_ms = excluded.offset_ms',
  );
  return offsetClock(Number(row?.offset_ms ?? 0), (offsetMs) => save.run(offsetMs));
}

/** A clock that is not stored anywhere; `onChange` is told each new offset before it takes effect. */
export function offsetClock(initialMs: number, onChange: (offsetMs: number) => void = () => {}): Clock {
  const offset = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  const cell = new BigInt64Array(offset);
  Atomics.store(cell, 0, BigInt(initialMs));
  return {
    offset,
    now: () => Date.now() + Number(Atomics.load(cell, 0)),
    set(now) {
      const offsetMs = Math.round(now - Date.now());
      onChange(offsetMs);
      Atomics.store(cell, 0, BigInt(offsetMs));
    },
  };
}
