import { Refusal } from './refusal.ts';

/** What is to happen to the next calls of SendEmail, for tests of what its callers do then. */
export type Fault = ErrorFault | { readonly breakConnection: 'before_accepting' | 'after_accepting'; readonly times?: number };

export type ErrorFault = { readonly error: string; readonly message?: string; readonly status?: number; readonly times?: number };

export type Faults = {
  add(fault: Fault): void;
  /** The fault of this call, if one is due; faults come in the order in which they were added. */
  next(): Fault | undefined;
};

export function openFaults(): Faults {
  const due: Fault[] = [];
  return {
    add(fault) {
      for (let time = 0; time < (fault.times ?? 1); time += 1) due.push(fault);
    },
    next: () => due.shift(),
  };
}

export function refusalOf(fault: ErrorFault): Refusal {
  return new Refusal(fault.error, fault.message ?? `${fault.error} was asked for.`, fault.status);
}
