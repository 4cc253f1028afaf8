/**
 * AWS as the functions see it, in the process of the benchmark: the local DynamoDB engine behind a counter of calls and
 * capacity units, a bus and a mail system that take everything.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What functions asked of AWS. Units are DynamoDB's; `writeUnits` include those of the index, which `indexUnits` tell apart. */
export type Asked = { readonly calls: Map<string, number>; readUnits: number; writeUnits: number; indexUnits: number };

export type BusEntry = { readonly Source: string; readonly DetailType: string; readonly Time?: number; readonly Detail: string };
export type SentMail = {
  readonly Destination: { readonly ToAddresses: readonly string[] };
  readonly EmailTags: readonly { readonly Name: string; readonly Value: string }[];
  readonly Content: { readonly Simple: { readonly Subject: { readonly Data: string } } };
};

export type Aws = {
  readonly url: string;
  /** What was asked since the last call of this. */
  takeAsked(): Asked;
  takeEntries(): BusEntry[];
  takeMails(): SentMail[];
  /** Bodies that functions put into queues, whatever their delay. */
  takeQueued(): object[];
  close(): void;
};

type State = { asked: Asked; entries: BusEntry[]; mails: SentMail[]; queued: object[]; readonly dynamodb: string };

const nothing = (): Asked => ({ calls: new Map(), readUnits: 0, writeUnits: 0, indexUnits: 0 });

export async function startAws(dynamodb: string): Promise<Aws> {
  const state: State = { asked: nothing(), entries: [], mails: [], queued: [], dynamodb };
  const server = createServer((request, response) => void answer(state, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeAsked: () => taken(state, 'asked', nothing()),
    takeEntries: () => taken(state, 'entries', []),
    takeMails: () => taken(state, 'mails', []),
    takeQueued: () => taken(state, 'queued', []),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function taken<Name extends 'asked' | 'entries' | 'mails' | 'queued'>(state: State, name: Name, fresh: State[Name]): State[Name] {
  const value = state[name];
  state[name] = fresh;
  return value;
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Record<string, unknown>;
  const rest = request.method === 'GET' ? 'GetAccount' : 'SendEmail';
  const [service = '', operation = rest] = String(request.headers['x-amz-target'] ?? '').split('.');
  state.asked.calls.set(operation, (state.asked.calls.get(operation) ?? 0) + 1);
  try {
    const { status, text } = service.startsWith('DynamoDB')
      ? await askDynamodb(state, operation, request, body)
      : accepted(state, operation, body);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  } catch (cause) {
    response.writeHead(500).end(String(cause));
  }
}

function accepted(state: State, operation: string, body: Record<string, unknown>): { status: number; text: string } {
  if (operation === 'PutEvents') {
    const entries = body.Entries as BusEntry[];
    state.entries.push(...entries);
    return {
      status: 200,
      text: JSON.stringify({ FailedEntryCount: 0, Entries: entries.map((_, index) => ({ EventId: `event-${index}` })) }),
    };
  }
  if (operation === 'SendMessageBatch') {
    const batch = body.Entries as { readonly Id: string; readonly MessageBody: string }[];
    state.queued.push(...batch.map(({ MessageBody }) => JSON.parse(MessageBody) as object));
    return { status: 200, text: JSON.stringify({ Successful: batch.map(({ Id }) => ({ Id })) }) };
  }
  // A rate that holds nobody up: what sending costs is measured here, not what waiting does.
  if (operation === 'GetAccount') {
    const SendQuota = { MaxSendRate: 1_000_000, Max24HourSend: -1, SentLast24Hours: 0 };
    return { status: 200, text: JSON.stringify({ SendQuota }) };
  }
  state.mails.push(body as unknown as SentMail);
  return { status: 200, text: JSON.stringify({ MessageId: `0102018f-${String(Math.random()).slice(2)}-000000` }) };
}

type Units = { readonly CapacityUnits?: number };
type Capacity = Units & { readonly GlobalSecondaryIndexes?: Readonly<Record<string, Units>> };

/** Asks the engine the same, and in addition what it consumes; the answer goes back as the function expects it. */
async function askDynamodb(
  { asked, dynamodb }: State,
  operation: string,
  { headers }: IncomingMessage,
  body: Record<string, unknown>,
): Promise<{ status: number; text: string }> {
  const answered = await fetch(dynamodb, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': String(headers['x-amz-target']),
      authorization: String(headers.authorization),
      'x-amz-date': String(headers['x-amz-date']),
    },
    body: JSON.stringify({ ...body, ReturnConsumedCapacity: 'INDEXES' }),
  });
  const { ConsumedCapacity: consumed, ...rest } = (await answered.json()) as {
    ConsumedCapacity?: Capacity | readonly Capacity[];
  };
  const capacities = [consumed ?? []].flat();
  const units = sum(capacities);
  if (/^(?:GetItem|BatchGetItem|Query)$/.test(operation)) asked.readUnits += units;
  else asked.writeUnits += units;
  asked.indexUnits += sum(capacities.flatMap(({ GlobalSecondaryIndexes = {} }) => Object.values(GlobalSecondaryIndexes)));
  // A condition that does not hold costs one write at least, which the error does not say.
  if (!answered.ok && operation !== 'GetItem') asked.writeUnits += 1;
  return { status: answered.status, text: JSON.stringify(rest) };
}

function sum(all: readonly Units[]): number {
  return all.reduce((total, { CapacityUnits = 0 }) => total + CapacityUnits, 0);
}
