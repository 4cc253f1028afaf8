/** An engine in a process of its own, for tests that kill it. Tells its parent where it listens. */

import { join } from 'node:path';
import { startDynamodb } from '#local/dynamodb/start.ts';
import { openDatabase, testClock } from './engine.ts';

const folder = process.argv[2] ?? '';
process.on('disconnect', () => process.exit());
const engine = await startDynamodb({ folder: join(folder, 'dynamodb'), db: openDatabase(folder), clock: testClock() });
process.send?.(engine.url);
