/**
 * Locks on single items. They are taken in the order of their names, so that requests that need several cannot block
 * each other for ever.
 */
export type Locks = {
  /** Waits for all of them; the answer releases them. */
  acquire(names: readonly string[]): Promise<Release>;
  /** For a transaction. Where another transaction is under way on some of the names, takes nothing and says which. */
  acquireForTransaction(names: readonly string[]): Promise<Release> | { readonly conflicts: ReadonlySet<string> };
};
type Release = () => void;

export function createLocks(): Locks {
  const held = new Map<string, (() => void)[]>();
  const inTransactions = new Set<string>();

  async function acquire(names: readonly string[]): Promise<Release> {
    const ordered = [...new Set(names)].sort();
    for (const name of ordered) {
      const waiting = held.get(name);
      if (waiting === undefined) held.set(name, []);
      else await new Promise<void>((resolve) => waiting.push(resolve));
    }
    return () => ordered.forEach(release);
  }

  /** Hands the lock to whoever waits longest, without an instant in between at which it is free. */
  function release(name: string): void {
    const next = held.get(name)?.shift();
    if (next === undefined) held.delete(name);
    else next();
  }

  function acquireForTransaction(names: readonly string[]): ReturnType<Locks['acquireForTransaction']> {
    const conflicts = new Set(names.filter((name) => inTransactions.has(name)));
    if (conflicts.size > 0) return { conflicts };
    for (const name of names) inTransactions.add(name);
    return acquire(names).then((releaseLocks) => () => {
      for (const name of names) inTransactions.delete(name);
      releaseLocks();
    });
  }

  return { acquire, acquireForTransaction };
}
