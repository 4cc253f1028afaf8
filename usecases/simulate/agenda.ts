import type { Instant } from '#core/instant.ts';

/** Whose time comes next: a heap, earliest first, at the same instant in the order of ids. */
export type Agenda<Id extends string> = {
  add(at: Instant, id: Id): void;
  /** Takes out the next one that is not after an instant. */
  next(until: Instant): { readonly at: Instant; readonly id: Id } | undefined;
};

type Entry<Id> = { readonly at: Instant; readonly id: Id };

export function agenda<Id extends string>(): Agenda<Id> {
  const heap: Entry<Id>[] = [];
  const isBefore = (one: Entry<Id>, other: Entry<Id>): boolean => one.at < other.at || (one.at === other.at && one.id < other.id);
  const swap = (one: number, other: number): void => {
    const [a, b] = [heap[one], heap[other]];
    if (a !== undefined && b !== undefined) [heap[one], heap[other]] = [b, a];
  };
  const isAhead = (one: number, other: number): boolean => {
    const [a, b] = [heap[one], heap[other]];
    return a !== undefined && b !== undefined && isBefore(a, b);
  };
  const sink = (from: number): void => {
    for (let place = from; ; ) {
      let least = place;
      for (const child of [2 * place + 1, 2 * place + 2]) if (isAhead(child, least)) least = child;
      if (least === place) return;
      swap(place, least);
      place = least;
    }
  };
  return {
    add: (at, id) => {
      heap.push({ at, id });
      for (let place = heap.length - 1; place > 0; ) {
        const parent = (place - 1) >> 1;
        if (!isAhead(place, parent)) return;
        swap(place, parent);
        place = parent;
      }
    },
    next: (until) => {
      const [first] = heap;
      if (first === undefined || first.at > until) return undefined;
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) {
        heap[0] = last;
        sink(0);
      }
      return first;
    },
  };
}
