import type { Queues } from './ports.ts';

type DeadLetter = {
  readonly id: string;
  readonly sentAt: string;
  readonly cause: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
};

export type DeadLetters = { readonly queue: string; readonly count: number; readonly messages: readonly DeadLetter[] };

/** What stands in the dead-letter queues, newest first, `limit` of each. Empty queues are shown too. */
export function listDeadLetters(queues: Queues, names: readonly string[], limit: number): DeadLetters[] {
  return names.map((queue) => {
    const { visible, hidden } = queues.depth(queue);
    const messages = queues.peek(queue, limit).map(({ id, sentAt, body, attributes, cause }) => ({
      id,
      sentAt: new Date(sentAt).toISOString(),
      // Queues keep the cause beside the message; Lambda and EventBridge write it into an attribute.
      cause: cause ?? attributes.ErrorMessage ?? attributes.ERROR_MESSAGE ?? '',
      body,
      attributes,
    }));
    return { queue, count: visible + hidden, messages };
  });
}
