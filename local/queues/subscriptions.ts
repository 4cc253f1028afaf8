type Subscriptions = { notify(queue: string): void; subscribe(queue: string, listener: () => void): () => void };

/**
 * Tells listeners that a queue has something new: once after the present task however much was sent in it, so that a listener
 * never runs inside the transaction of a sender.
 */
export function openSubscriptions(): Subscriptions {
  const listeners = new Map<string, Set<() => void>>();
  const due = new Set<string>();

  function tell(): void {
    const queues = [...due];
    due.clear();
    for (const queue of queues) for (const listener of listeners.get(queue) ?? []) listener();
  }

  return {
    notify(queue) {
      if (!listeners.has(queue)) return;
      if (due.size === 0) queueMicrotask(tell);
      due.add(queue);
    },
    subscribe(queue, listener) {
      const added = listeners.get(queue) ?? new Set();
      // A wrapper, so that one function can stand in two subscriptions.
      const entry = () => listener();
      listeners.set(queue, added.add(entry));
      return () => {
        added.delete(entry);
        if (added.size === 0 && listeners.get(queue) === added) listeners.delete(queue);
      };
    },
  };
}
