import type { DatabaseSync } from 'node:sqlite';

/** How far each event source mapping has come in its stream: the sequence number of the last record that is done. */
export type Checkpoints = { read(mapping: string): number; write(mapping: string, sequence: number): void };

export function openCheckpoints(db: DatabaseSync): Checkpoints {
  db.exec('CREATE TABLE IF NOT EXISTS stream_checkpoint (mapping TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT');
  const select = db.prepare('SELECT sequence FROM stream_checkpoint WHERE mapping = ?');
  const upsert = db.prepare(
    'INSERT INTO stream_checkpoint (mapping, sequence) VALUES (?, ?) ON CONFLICT (mapping) DO UPDATE SET sequence = excluded.sequence',
  );
  return {
    read: (mapping) => Number(select.get(mapping)?.sequence ?? 0),
    write: (mapping, sequence) => void upsert.run(mapping, sequence),
  };
}
