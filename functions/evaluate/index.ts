import { randomBytes } from 'node:crypto';
import type * as z from 'zod';
import { EvaluateRecord } from '#schemas/bus-event.ts';
import { evaluate, type Task } from '#usecases/evaluate.ts';
import { eventOfDetail } from '#usecases/relay.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { table as tableOf } from '../edge/clients.ts';
import { queueHandler } from '../edge/queue.ts';

const table = tableOf();
const dependencies = { table, catalogues: linkedCatalogues(table), now: Date.now, random: randomBytes };

/** Queue of bus events in; one transaction for each customer out. A record that fails goes back; the rest stand. */
export const handler = queueHandler(EvaluateRecord, (records) =>
  evaluate(
    dependencies,
    records.map(({ id, value }) => taskOf(id, value)),
  ),
);

function taskOf(id: string, { source, detail }: z.infer<typeof EvaluateRecord>): Task {
  return source === 'rekindle'
    ? { id, customer: detail.customer, event: eventOfDetail(detail) }
    : { id, customer: detail.customer };
}
