/** Which reactions to a mail count: a program that opens or clicks is not a person who does. */
import type { Condition } from './condition.ts';

/** The property by which feedback marks what no person did. */
export const MACHINE = 'machine';

/** Events that may be the work of a machine. */
const REACTIONS: readonly string[] = ['Email Opened', 'Email Link Clicked'];

/** A condition on an event, which leaves machines out unless it speaks of them itself. */
export function ofPeople(event: string, where: Condition | undefined): Condition | undefined {
  if (!REACTIONS.includes(event) || (where !== undefined && speaksOfMachines(where))) return where;
  return where === undefined ? NOT_MACHINE : { all: [NOT_MACHINE, where] };
}

const NOT_MACHINE: Condition = { property: MACHINE, isNot: true };

function speaksOfMachines(where: Condition): boolean {
  if ('all' in where) return where.all.some(speaksOfMachines);
  if ('any' in where) return where.any.some(speaksOfMachines);
  if ('not' in where) return speaksOfMachines(where.not);
  return 'property' in where && where.property === MACHINE;
}
