/** What stands between the functions: stream, bus, rules, queues, and what SES says about a mail. */
import { queueSettings } from '#infra/function-settings.ts';
import type { LocalDynamodb } from '#local/dynamodb/start.ts';
import type { Aws, BusEntry, SentMail } from './aws.ts';
import { framed, type SesEventType, sesEvent } from './ses-events.ts';
import type { Meter } from './usage.ts';

export type Between = {
  readonly aws: Aws;
  readonly meter: Meter;
  /** Names of events that reach `evaluate`. */
  readonly rules: ReadonlySet<string>;
  /** New records of the stream that are for the relay. */
  readonly news: () => readonly object[];
  readonly invoke: (name: string, event: object, records: number) => Promise<unknown>;
  /** One mail in ten is opened, and another one of ten is clicked. */
  readonly reactions: boolean;
};

/** As the stack has it. */
const RELAY_BATCH = 100;

/** Hands on whatever there is, in batches as large as it comes to, until nothing is left. */
export async function handOn(between: Between): Promise<void> {
  const { aws, meter, rules, invoke, reactions } = between;
  for (let news = between.news(); news.length > 0; news = between.news()) {
    for (const Records of chunks(news, RELAY_BATCH)) await invoke('relay', { Records }, Records.length);
    const entries = aws.takeEntries();
    meter.add({ busEvents: entries.length });
    const isForEvaluate = ({ Source, DetailType }: BusEntry): boolean =>
      Source === 'rekindle' ? rules.has(DetailType) : DetailType === 'Wake Due';
    await consume(between, 'evaluate', entries.filter(isForEvaluate).map(envelope));
    await consume(between, 'send', entries.filter(({ DetailType }) => DetailType === 'Message Queued').map(envelope));
    const mails = aws.takeMails();
    meter.add({ mails: mails.length });
    for (const type of reactions ? ALL : ALWAYS) {
      await consume(
        between,
        'feedback',
        mails.filter(happens(type)).map((mail) => sesEvent(mail, type)),
      );
      // Clicks, which wait for those around them.
      await consume(between, 'feedback', aws.takeQueued());
    }
  }
}

const ALWAYS = ['Send', 'Delivery'] as const;
const ALL = [...ALWAYS, 'Open', 'Click'] as const;

function happens(type: SesEventType): (mail: SentMail, index: number) => boolean {
  return (_, index) => (type === 'Open' ? index % 10 === 0 : type === 'Click' ? index % 10 === 5 : true);
}

/** What the stream has for the relay since it was last asked; filtered as the stack does it. */
export function newsOf({ streams }: LocalDynamodb, table: string): () => object[] {
  let after = 0;
  return () => {
    const records = streams.read(table, after, 1000);
    after = records.at(-1)?.sequence ?? after;
    return records.flatMap(({ record }) => {
      const kind = record.dynamodb?.Keys?.sk?.S?.slice(0, 2) ?? '';
      const isNew = record.eventName === 'INSERT' && ['E#', 'M#', 'X#'].includes(kind);
      const again = record.eventName === 'MODIFY' && kind === 'M#' && record.dynamodb?.NewImage?.status?.S === 'queued';
      return isNew || again ? [record] : [];
    });
  };
}

async function consume(
  { meter, invoke }: Between,
  name: 'evaluate' | 'send' | 'feedback',
  bodies: readonly object[],
): Promise<void> {
  for (const batch of chunks(bodies, queueSettings[name].batchSize)) {
    meter.add({ queued: batch.length, batches: 1 });
    const Records = batch.map((body, index) => ({
      messageId: `m-${index}`,
      receiptHandle: 'r',
      body: JSON.stringify(body),
      attributes: {},
      messageAttributes: {},
    }));
    const { batchItemFailures } = (await invoke(name, { Records }, Records.length)) as { batchItemFailures: unknown[] };
    if (batchItemFailures.length > 0) throw new Error(`${name} failed for ${batchItemFailures.length} records`);
  }
}

function envelope({ Source, DetailType, Time = 0, Detail }: BusEntry): object {
  return framed(Source, DetailType, new Date(Time * 1000).toISOString().replace('.000', ''), JSON.parse(Detail));
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
}
