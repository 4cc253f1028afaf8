import { randomBytes } from 'node:crypto';
import type * as z from 'zod';
import { type Instant, NEVER, toIso } from '#core/instant.ts';
import { EvaluateRecord } from '#schemas/evaluate-record.ts';
import { evaluate, type Task } from '#usecases/evaluate.ts';
import { eventOfDetail } from '#usecases/relay.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { setting, table as tableOf } from '../edge/clients.ts';
import { env } from '../edge/env.ts';
import { log } from '../edge/log.ts';
import { budgetUsedUp } from '../edge/metric.ts';
import { queueHandler } from '../edge/queue.ts';

const table = tableOf();
const dependencies = { table, catalogues: linkedCatalogues(table), now: Date.now, random: randomBytes, onUsedUp };

/** Queue of bus events in; one transaction for each customer out. A record that fails goes back; the rest stand. */
export const handler = queueHandler(EvaluateRecord, (records) =>
  evaluate(
    dependencies,
    records.map(({ id, value }) => taskOf(id, value)),
  ),
);

/** Somebody was refused a voucher: it stands in the log, and an alarm hears of it. */
function onUsedUp(journey: string, until: Instant): void {
  log('warn', 'the budget of a journey is used up', { journey, ...(until !== NEVER && { until: toIso(until) }) });
  budgetUsedUp(setting(env.stage));
}

function taskOf(id: string, { source, detail }: z.infer<typeof EvaluateRecord>): Task {
  return source === 'rekindle'
    ? { id, customer: detail.customer, event: eventOfDetail(detail) }
    : { id, customer: detail.customer };
}
