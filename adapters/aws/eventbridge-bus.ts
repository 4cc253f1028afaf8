import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Bus, Published } from '#usecases/ports.ts';

/** Entries, and bytes of all of them, that one PutEvents call takes; the bytes with some room below AWS's limit of 1 MB. */
const ENTRIES_MAX = 10;
const BYTES_MAX = 900_000;

/** The bus on EventBridge. PutEvents answers 200 even where entries fail, so each entry's answer is looked at. */
export function eventbridgeBus(client: EventBridgeClient, busName: string): Bus {
  return {
    publish: async (published) => {
      const answers = await Promise.all(
        chunks(published.map((one) => entryOf(one, busName))).map(async ({ entries, from }) => {
          const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries: entries }));
          return results.flatMap(({ ErrorCode }, index) => (ErrorCode === undefined ? [] : [from + index]));
        }),
      );
      return answers.flat();
    },
  };
}

function entryOf({ source, type, at, detail }: Published, busName: string): PutEventsRequestEntry {
  return { EventBusName: busName, Source: source, DetailType: type, Time: new Date(at), Detail: JSON.stringify(detail) };
}

function chunks(entries: readonly PutEventsRequestEntry[]): { entries: PutEventsRequestEntry[]; from: number }[] {
  const all: { entries: PutEventsRequestEntry[]; from: number }[] = [];
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    const size = 14 + Buffer.byteLength(`${entry.Source}${entry.DetailType}${entry.Detail}`);
    const last = all.at(-1);
    if (last === undefined || last.entries.length === ENTRIES_MAX || bytes + size > BYTES_MAX) {
      all.push({ entries: [entry], from: index });
      bytes = size;
    } else {
      last.entries.push(entry);
      bytes += size;
    }
  }
  return all;
}
