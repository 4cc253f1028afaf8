import type { Parts, Request } from './engine-parts.ts';
import { type Answer, parse, run } from './operations.ts';
import { readingStore } from './reading-store.ts';

type ReadName = 'GetItem' | 'BatchGetItem' | 'Query' | 'Scan';
type Consumed = { readonly CapacityUnits: number };

/** Reads need no locks: LevelDB shows each write whole. */
export async function read(parts: Parts, name: ReadName, request: Request): Promise<Answer> {
  const answer = await run(name, parse(name, request, parts.store), readingStore(parts.store));
  const consumed = answer.ConsumedCapacity as Consumed | undefined;
  return consumed?.CapacityUnits === 0 ? { ...answer, ConsumedCapacity: leastOf(consumed, request) } : answer;
}

/** AWS bills a query that finds nothing like one that finds a little. */
function leastOf(consumed: Consumed, request: Request): Consumed {
  const units = { CapacityUnits: request.ConsistentRead === true ? 1 : 0.5 };
  return { ...consumed, ...units, ...('Table' in consumed && !('IndexName' in request) ? { Table: units } : {}) };
}
