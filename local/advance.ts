import type { ClockWish } from './http/clock-wish.ts';
import type { Clock } from './ports.ts';

/** What moving the clock needs to know of the cloud. */
export type Steering = {
  readonly clock: Clock;
  /** Waits until nothing is left to do at the present instant. */
  idle(): Promise<void>;
  isIdle(): boolean;
  /** Lets everything look for work at the present instant. */
  poke(): void;
  nextDueAt(): Promise<number | undefined>;
  /** Called at the end, also after a failure. */
  resume(): void;
};

export type Advanced = { readonly now: string; readonly steps: number };

/** Moving the clock took more steps than it may: something makes work for itself without end. */
export class TooManySteps extends Error {
  override readonly name = 'TooManySteps';
}

/**
 * Moves the clock to an instant as if that time had passed: stops at each instant at which something falls due, lets all of
 * that be done, and goes on. So what happens on the way happens in order and sees the time at which it is due.
 */
async function advance(steering: Steering, target: number, stepsMax: number): Promise<Advanced> {
  const { clock } = steering;
  let steps = 0;
  try {
    for (let due = await nextStop(steering); due !== undefined && due <= target; due = await nextStop(steering)) {
      if (steps === stepsMax)
        throw new TooManySteps(`The clock stands at ${iso(clock)} after ${steps} steps, and work still falls due.`);
      if (due > clock.now()) clock.set(due);
      steering.poke();
      steps += 1;
    }
    if (target > clock.now()) clock.set(target);
  } finally {
    steering.resume();
  }
  await steering.idle();
  return { now: iso(clock), steps };
}

/**
 * When something falls due next, once all that is due already is done. What began while this was worked out is waited for
 * too: a message in work, for one, must not reach the end of its visibility time-out because the clock is moved.
 */
async function nextStop(steering: Steering): Promise<number | undefined> {
  for (;;) {
    await steering.idle();
    const due = await steering.nextDueAt();
    if (steering.isIdle()) return due;
  }
}

/** Makes moves one after the other; a wish is worked out from the time at which its turn comes. */
export function clockMover(steering: Steering, stepsMax: number): (wish: ClockWish) => Promise<Advanced> {
  let last: Promise<unknown> = Promise.resolve();
  return (wish) => {
    const moved = last.then(() => advance(steering, wish.targetFrom(steering.clock.now()), stepsMax));
    last = moved.catch(() => {});
    return moved;
  };
}

function iso(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
