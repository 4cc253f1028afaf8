import type { Clock } from '../ports.ts';

/** Calls once at an instant of the virtual clock. A later `set` replaces the earlier one. */
export type Alarm = { set(at: number | undefined): void; at(): number | undefined };

/** Longer time-outs of Node end at once. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let due: number | undefined;

  function fire(): void {
    // The clock may have jumped, or the way was longer than one time-out: then this was not the moment.
    if (due !== undefined && clock.now() < due) return set(due);
    due = undefined;
    ring();
  }

  function set(at: number | undefined): void {
    clearTimeout(timer);
    due = at;
    // Nothing that waits keeps the process alive: the HTTP server does.
    if (at !== undefined) timer = setTimeout(fire, Math.min(Math.max(0, at - clock.now()), TIMEOUT_MAX_MS)).unref();
  }

  return { set, at: () => due };
}
