import type { Effect, JourneyEffect, WayChange } from '#usecases/plan-release/effect.ts';
import { count, plain, table, time } from '../show.ts';
import { budgetLines } from '../simulate/budget-lines.ts';
import { section } from './lines.ts';

/** What a draft would have done over the history, for people. */
export function effectLines({ budgets, cost, events, from, journeys, mails, peak, skipped, until }: Effect): string[] {
  const span = `${from === null ? 'never' : time(from).slice(0, 10)} to ${until === null ? 'never' : time(until).slice(0, 10)}`;
  const rows = journeys.map((one) => [one.id, ...both(one.people), ...both(one.mails)]);
  const head = ['JOURNEY', 'PEOPLE', '', 'MAILS', ''];
  return [
    ...section(`Over the history, ${span}`, table(head, [...rows, ['all', '', '', ...both(mails)]])),
    ...section('People', journeys.flatMap(peopleLines)),
    ...section('Budgets of vouchers', budgetLines(budgets)),
    ...section('Mails a day and costs', [
      `not sent: ${both(skipped).join('  ').trim()}`,
      `busiest day: ${peakText(peak.before)} → ${peakText(peak.after)}`,
      `events evaluated: ${both(events).join('  ').trim()}`,
      `cost: $${dollars(cost.before)} → $${dollars(cost.after)}, by list prices:`,
      ...cost.sources.map((source) => `  ${source}`),
    ]),
  ].map(plain);
}

const both = ({ before, after }: { readonly before: number; readonly after: number }): [string, string] => [
  before === after ? String(after) : `${before} → ${after}`,
  before === after ? '' : `${after > before ? '+' : ''}${after - before}`,
];

const peakText = (peak: Effect['peak']['before']): string =>
  peak === null ? 'no mails' : `${count(peak.mails, 'mail')} on ${peak.day}`;

const dollars = (usd: number): string => usd.toFixed(usd >= 1 ? 2 : 4);

function peopleLines({ id, inside, newlyIn, noLongerIn, ways }: JourneyEffect): string[] {
  const waiting = Object.entries(inside).map(([step, people]) => `${people} at ${step}`);
  return [
    ...(newlyIn.length === 0 ? [] : [`${id}: ${people(newlyIn)} newly in`]),
    ...(noLongerIn.length === 0 ? [] : [`${id}: ${people(noLongerIn)} no longer in`]),
    ...ways.map((way) => `${id}: ${people(way.people)} ${wayText(way)}`),
    ...(waiting.length === 0 ? [] : [`${id}: inside at the end of the history: ${waiting.join(', ')}`]),
  ];
}

function wayText({ at, before, after }: WayChange): string {
  const from = at === null ? 'from the entry' : `from ${at}`;
  const to = (step: string | null): string => (step === null ? 'to the end' : `to ${step}`);
  return `go another way ${from}: ${to(after)}, no longer ${to(before)}`;
}

const NAMED_MAX = 3;

function people(list: readonly string[]): string {
  const more = list.length > NAMED_MAX ? ` and ${list.length - NAMED_MAX} more` : '';
  return `${list.length} (${list.slice(0, NAMED_MAX).join(', ')}${more})`;
}
