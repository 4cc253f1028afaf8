import type { Hours, Journey } from '#core/catalogue.ts';
import type { Problem } from '#schemas/problem.ts';
import type { Source, Sources } from './sources.ts';
import { stepsOf } from './walk.ts';

/** Time windows that lie wholly inside the quiet hours that hold the journey's mail back. */
export function checkHours({ journeys, policy, topics }: Sources): Problem[] {
  const service = new Set(topics?.value.topics.filter(({ type }) => type === 'transactional').map(({ id }) => id));
  return journeys.flatMap((source) => {
    const { quietHours = policy?.value.quietHours, steps } = source.value;
    const mails = stepsOf(steps).some(({ step }) => step.type === 'send_email' && !service.has(step.topic));
    return quietHours === undefined || quietHours === false || !mails ? [] : windows(source, quietHours);
  });
}

function windows(source: Source<Journey>, quiet: Hours): Problem[] {
  return stepsOf(source.value.steps).flatMap(({ step, path }) => {
    if (step.type !== 'time_window' || quiet.days !== undefined || !inside(step, quiet)) return [];
    const hours = `${quiet.from} to ${quiet.to}`;
    return [
      source.report(path, 'always-quiet', `the window from ${step.from} to ${step.to} lies within the quiet hours from ${hours}`),
    ];
  });
}

function inside(window: Hours, quiet: Hours): boolean {
  const from = minutesAfter(quiet.from, window.from);
  return (
    from < minutesAfter(quiet.from, quiet.to) && from + minutesAfter(window.from, window.to) <= minutesAfter(quiet.from, quiet.to)
  );
}

/** Minutes from one time of the day to the next time that it is another. */
function minutesAfter(from: string, to: string): number {
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return (minutes(to) - minutes(from) + 1440) % 1440;
}
