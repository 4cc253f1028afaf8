/** Learns from a crowd in a process of the size of the function, and tells what it took. */
import { DAY_MS, toIso } from '#core/instant.ts';
import { learnModel } from '#core/prediction/learn-model.ts';
import { gatherHistories } from '#usecases/learn/gather.ts';
import type { Table } from '#usecases/ports.ts';
import { crowdTable, UNTIL_DAY } from './crowd.ts';

const customers = Number(process.argv[2]);
const table = crowdTable(customers);
const begun = performance.now();
const gathered = await gatherHistories({ table: table as unknown as Table, now: () => 0 }, async () => {}, {
  customersMax: customers,
  readMs: Number.POSITIVE_INFINITY,
});
const readMs = performance.now() - begun - table.madeMs();
const readRss = process.resourceUsage().maxRSS;
const fitBegun = performance.now();
const model = learnModel({
  kind: 'mbgnbd',
  histories: gathered.histories,
  untilDay: UNTIL_DAY,
  fittedAt: toIso(UNTIL_DAY * DAY_MS),
});
if ('refused' in model) throw new Error(model.refused);
process.send?.({
  customers: gathered.customers,
  readMs,
  fitMs: performance.now() - fitBegun,
  readMb: readRss / 1024,
  peakMb: process.resourceUsage().maxRSS / 1024,
  params: model.params,
});
