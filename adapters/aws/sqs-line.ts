import type { Line } from '#usecases/ports.ts';
import { type Credentials, signed } from './signature.ts';

export type SqsSettings = {
  readonly queueUrl: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** The queue's own, unless told. */
  readonly endpoint?: string;
};

/** What SQS takes in one call. */
const ENTRIES_MAX = 10;
const ATTEMPTS_MAX = 4;
const TIMEOUT_MS = 5000;

type Entry = { readonly Id: string; readonly MessageBody: string; readonly DelaySeconds: number };
type Answer = { readonly Failed?: readonly { readonly Id: string; readonly Message?: string }[] };

/**
 * A queue behind the `Line` port. It is one operation of one protocol (AWS JSON 1.0), so it is written out here: the client of
 * the SDK would be a sixth of what `send` loads at a cold start. Throws where SQS does not take all entries after some attempts.
 */
export function sqsLine(settings: SqsSettings): Line {
  return {
    add: async (entries) => {
      for (let from = 0; from < entries.length; from += ENTRIES_MAX) {
        const batch = entries.slice(from, from + ENTRIES_MAX).map(
          ({ body, delaySeconds }, index): Entry => ({
            Id: String(index),
            MessageBody: JSON.stringify(body),
            DelaySeconds: delaySeconds,
          }),
        );
        await addBatch(settings, batch);
      }
    },
  };
}

/** An entry that was taken though its answer was lost is there twice; whoever reads the queue must bear that anyway. */
async function addBatch(settings: SqsSettings, entries: readonly Entry[]): Promise<void> {
  let open = entries;
  let reason = '';
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt));
    const { failed, why } = await ask(settings, open);
    open = open.filter(({ Id }) => failed.has(Id));
    reason = why;
    if (open.length === 0) return;
  }
  throw new Error(`SQS did not take ${open.length} of ${entries.length} messages: ${reason}`);
}

async function ask(settings: SqsSettings, entries: readonly Entry[]): Promise<{ failed: ReadonlySet<string>; why: string }> {
  const { queueUrl, region, credentials, endpoint = queueUrl } = settings;
  const url = new URL('/', endpoint);
  const body = JSON.stringify({ QueueUrl: queueUrl, Entries: entries });
  const plain = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessageBatch' };
  const scope = { region, service: 'sqs', credentials, at: new Date() };
  const { host: _, ...headers } = signed({ method: 'POST', url, headers: plain, body }, scope);
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await answer.text();
    if (!answer.ok) return { failed: all(entries), why: `${answer.status} ${text.slice(0, 300)}` };
    const { Failed = [] } = JSON.parse(text) as Answer;
    return { failed: new Set(Failed.map(({ Id }) => Id)), why: Failed[0]?.Message ?? '' };
  } catch (cause) {
    return { failed: all(entries), why: String(cause) };
  }
}

const all = (entries: readonly Entry[]): ReadonlySet<string> => new Set(entries.map(({ Id }) => Id));
