/** Steps inside steps. */
import type { Step } from '../catalogue.ts';

/** All steps, those inside others too, in the order in which they are written. */
export function steps(list: readonly Step[]): Step[] {
  return list.flatMap((step) => [step, ...Object.values(nested(step)).flatMap((inner) => steps(inner))]);
}

/** The lists of steps inside a step, by the name of the branch. */
export function nested(step: Step): Record<string, readonly Step[]> {
  switch (step.type) {
    case 'wait_for_event':
      return {
        ...Object.fromEntries(step.events.map((event, index) => [`event ${index}`, event.steps ?? []])),
        timeout: step.onTimeout ?? [],
      };
    case 'condition':
      return { yes: step.yes ?? [], no: step.no ?? [] };
    case 'branch':
      return { ...Object.fromEntries(step.cases.map((one) => [`case ${one.name}`, one.steps])), default: step.default ?? [] };
    case 'random_split':
      return Object.fromEntries(step.branches.map((one) => [`branch ${one.name}`, one.steps]));
    case 'wait_until':
      return { met: step.onMet ?? [], timeout: step.onTimeout ?? [] };
    case 'repeat':
      return { round: step.steps };
    case 'issue_voucher':
      return { issued: step.onIssued ?? [], refused: step.onRefused ?? [] };
    default:
      return {};
  }
}
