/** given(customer, catalogue).when(events).until(time): what was decided, as short lines. */
import { advance } from '#core/advance.ts';
import { type Customer, wakeAt } from '#core/customer.ts';
import type { Decision, Effect, Message } from '#core/decision.ts';
import type { TimelineEvent } from '#core/event.ts';
import type { Catalogue } from '#core/linked.ts';
import { instant } from './shop.ts';

export type Story = {
  readonly customer: Customer;
  readonly effects: readonly Effect[];
  readonly decisions: readonly Decision[];
  /** Events happen, each evaluated when it happened, and whatever falls due before it is woken in time. */
  when(...events: readonly TimelineEvent[]): Story;
  /** Events arrive all at once, at an instant. */
  arriving(at: string, ...events: readonly TimelineEvent[]): Story;
  /** Time passes; every wake comes when it is due. */
  until(at: string): Story;
  /** `2026-01-04T10:00 hello queued`, one line for each mail. */
  readonly mails: readonly string[];
  /** What was noted of a kind: `entered welcome`. */
  noted(...what: readonly Decision['notes'][number]['what'][]): readonly string[];
};

export function given(customer: Customer, catalogue: Catalogue): Story {
  return story({ customer, effects: [], decisions: [] }, catalogue);
}

type State = { readonly customer: Customer; readonly effects: readonly Effect[]; readonly decisions: readonly Decision[] };

function story(state: State, catalogue: Catalogue): Story {
  const step = (from: State, events: readonly TimelineEvent[], now: number): State => {
    const next = advance(from.customer, events, catalogue, now);
    return {
      customer: next.customer,
      effects: [...from.effects, ...next.effects],
      decisions: [...from.decisions, ...next.decisions],
    };
  };
  const pass = (from: State, until: number): State => {
    let at = from;
    for (let wakes = 0; wakeAt(at.customer) <= until; wakes += 1) {
      if (wakes === 1000) throw new Error('a thousand wakes: nothing comes to rest');
      at = step(at, [], wakeAt(at.customer));
    }
    return at;
  };
  return {
    ...state,
    when: (...events) =>
      story(
        events.reduce((from, event) => step(pass(from, event.at), [event], event.at), state),
        catalogue,
      ),
    arriving: (at, ...events) => story(step(pass(state, instant(at)), events, instant(at)), catalogue),
    until: (at) => story(pass(state, instant(at)), catalogue),
    get mails() {
      return state.effects.flatMap((effect) => (effect.type === 'message' ? [line(effect.message)] : []));
    },
    noted: (...what) =>
      state.decisions.flatMap(({ notes }) =>
        notes
          .filter((note) => what.includes(note.what))
          .map((note) => [note.what, note.journey ?? note.segment ?? note.topic, note.why].filter(Boolean).join(' ')),
      ),
  };
}

function line({ at, template, status, reason }: Message): string {
  return [new Date(at).toISOString().slice(0, 16), template, status, ...(reason ? [`(${reason})`] : [])].join(' ');
}
