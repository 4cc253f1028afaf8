import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openQueues } from '#local/queues/queues.ts';

const SENDER = `
  const { DatabaseSync } = await import('node:sqlite');
  const { writeSync } = await import('node:fs');
  const { openQueues } = await import(process.argv[1]);
  const db = new DatabaseSync(process.argv[2]);
  db.exec('PRAGMA journal_mode = WAL');
  const queues = openQueues(db, { now: () => 0, set() {} });
  queues.create({ name: 'work', visibilityTimeoutMs: 1000 });
  for (let count = 0; ; count += 1) {
    writeSync(1, 'sent ' + queues.send('work', 'message ' + count) + '\\n');
    if (count % 3 !== 0) continue;
    const [message] = queues.receive('work', 1);
    queues.remove('work', message.receipt);
    writeSync(1, 'removed ' + message.id + '\\n');
  }
`;

test('what was sent is there and what was removed is gone after kill -9', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'queues-'));
  const file = join(folder, 'cloud.db');
  const module = fileURLToPath(new URL('../../../local/queues/queues.ts', import.meta.url));
  const sender = spawn(process.execPath, ['--input-type=module', '--eval', SENDER, module, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const expected = new Set<string>();
  const removed = new Set<string>();
  for await (const line of createInterface(sender.stdout)) {
    const [what, id = ''] = line.split(' ');
    if (what === 'sent') expected.add(id);
    else removed.add(id);
    if (expected.size === 50) sender.kill('SIGKILL');
  }
  const queues = openQueues(new DatabaseSync(file), { now: () => 5_000, offset: new SharedArrayBuffer(8), set: () => undefined });
  const kept = new Set(queues.peek('work', 1_000_000).map(({ id }) => id));
  expect(expected.size).toBeGreaterThanOrEqual(50);
  // The last step may have been cut off between the write to the database and the line that told of it.
  const missing = [...expected].filter((id) => !kept.has(id) && !removed.has(id));
  expect(missing.length).toBeLessThanOrEqual(1);
  expect([...removed].filter((id) => kept.has(id))).toEqual([]);
  const { visible, hidden } = queues.depth('work');
  expect(visible + hidden).toBe(kept.size);
  rmSync(folder, { recursive: true });
});
