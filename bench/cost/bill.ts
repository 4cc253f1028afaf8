import { type FunctionName, functionSettings } from '#infra/function-settings.ts';
import type { Spent, Usage } from '../functions/usage.ts';
import { type Priced, prices } from '../prices.ts';

/** A processor of its own is what Lambda gives at this size; less memory is as much less of it. */
const PROCESSOR_MB = 1769;

/** How long AWS takes to answer inside a region: assumed, since here everything answers from the same machine. */
const ANSWER_MS: Readonly<Record<string, number>> = { TransactWriteItems: 15, PutEvents: 15, SendEmail: 60 };
const ANSWER_OTHERS_MS = 5;

/** SQS hands over and deletes up to ten messages with one request. */
const MESSAGES_IN_REQUEST = 10;

export const assumptions = [
  `Lambda is billed for measured processor time, stretched to the share of a processor that the function's memory gives (${PROCESSOR_MB} MB is a whole one), plus the time that AWS takes to answer: ${ANSWER_MS.TransactWriteItems} ms for a transaction, ${ANSWER_MS.PutEvents} ms for the bus, ${ANSWER_MS.SendEmail} ms for SES, ${ANSWER_OTHERS_MS} ms for any other call; processor time is that of this machine, without TLS`,
  `SQS: one request to send each message, one to receive and one to delete every ${MESSAGES_IN_REQUEST}`,
  'capacity units are what the local engine answers to ReturnConsumedCapacity: transactional writes count twice, and so do the writes of the index that they cause',
  'not counted: storage, backups, logs, alarms, cold starts, data transfer, and the polling of queues that are empty (about $1 a month in all)',
] as const;

export type Bill = Readonly<Record<Priced, number>>;

/** What the usage costs in dollars, by what is billed. `requests` are those to the HTTP API. */
export function bill({ functions, busEvents, queued, batches }: Usage, requests: number): Bill {
  const all = [...functions];
  const sum = (of: (spent: Spent) => number): number => all.reduce((total, [, spent]) => total + of(spent), 0);
  const quantities: Bill = {
    dynamodbWriteUnit: sum(({ writeUnits }) => writeUnits),
    dynamodbReadUnit: sum(({ readUnits }) => readUnits),
    busEvent: busEvents,
    queueRequest: queued + 2 * Math.max(batches, Math.ceil(queued / MESSAGES_IN_REQUEST)),
    lambdaRequest: sum(({ invocations }) => invocations),
    lambdaGbSecond: all.reduce((total, [name, spent]) => total + gbSeconds(name as FunctionName, spent), 0),
    httpRequest: requests,
  };
  return Object.fromEntries(
    Object.entries(quantities).map(([name, quantity]) => [name, quantity * prices[name as Priced].usd]),
  ) as Bill;
}

export function total(one: Bill): number {
  return Object.values(one).reduce((sum, usd) => sum + usd, 0);
}

/** Records of a batch wait at the same time, so a batch waits for each kind of call as often as one record makes it. */
function gbSeconds(name: FunctionName, { invocations, records, cpuUs, calls }: Spent): number {
  const { memoryMb } = functionSettings[name];
  const share = Math.min(1, memoryMb / PROCESSOR_MB);
  const waitMs = [...calls].reduce(
    (ms, [operation, count]) => ms + Math.ceil(count / records) * (ANSWER_MS[operation] ?? ANSWER_OTHERS_MS),
    0,
  );
  const billedMs = cpuUs / 1000 / share + invocations * waitMs;
  return (billedMs / 1000) * (memoryMb / 1024);
}
