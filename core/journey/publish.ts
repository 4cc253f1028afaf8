/** What becomes of people in flight when a new release is there. */
import { type Draft, type DraftRun, note } from '../draft.ts';
import type { Instant } from '../instant.ts';
import type { LinkedJourney } from './linked.ts';
import { end, isPaused, proceed } from './run.ts';

/**
 * `finish` leaves a run on the version that it entered, `exit` ends it, `migrate` moves it to the new version at the same
 * step, and ends it where that step is gone. Archived journeys let nobody go on. Who was held by a pause goes on.
 */
export function followRelease(draft: Draft, at: Instant): void {
  for (const run of [...draft.customer.runs]) {
    const current = draft.catalogue.current.get(run.journey);
    if (current !== undefined && current.version !== run.version) adopt(draft, run, current, at);
    if (!draft.customer.runs.includes(run)) continue;
    if (current?.journey.status === 'archived') end(draft, run, 'exited', at, 'the journey was archived');
    else if (run.held !== undefined && !isPaused(draft, run)) resume(draft, run, at);
  }
}

function adopt(draft: Draft, run: DraftRun, current: LinkedJourney, at: Instant): void {
  switch (current.journey.onPublish ?? 'finish') {
    case 'finish':
      return;
    case 'exit':
      return end(draft, run, 'exited', at, 'a new version of the journey was published');
    case 'migrate':
      return migrate(draft, run, current, at);
  }
}

function migrate(draft: Draft, run: DraftRun, current: LinkedJourney, at: Instant): void {
  const before = draft.catalogue.versions.get(run.version)?.nodes.get(run.step);
  const after = current.nodes.get(run.step);
  if (after === undefined) return end(draft, run, 'exited', at, `the new version has no step ${run.step}`);
  run.version = current.version;
  note(draft, at, 'migrated', `stands at ${run.step} of the new version`, { journey: run.journey, run: run.id, step: run.step });
  // A wait of the same kind keeps the time that it has; a step of another kind is entered anew.
  if (before?.step.type !== after.step.type && run.held === undefined) proceed(draft, run, run.step, at);
}

function resume(draft: Draft, run: DraftRun, at: Instant): void {
  const to = run.held?.to;
  delete run.held;
  note(draft, at, 'step', 'the journey is active again', { journey: run.journey, run: run.id });
  proceed(draft, run, to, at);
}
