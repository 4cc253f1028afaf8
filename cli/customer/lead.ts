/** Scores, stage and touches of a customer, in words. */
import type { CustomerView } from '#usecases/read-customer.ts';
import { plain, table, time } from '../show.ts';

type Score = NonNullable<CustomerView['scores']>[number];
type Rule = Score['rules'][number];

/** A table for each score: what each rule gives now, what it was worth, and which events gave it. */
export function scoreSections(scores: readonly Score[] = []): { readonly head: string; readonly lines: readonly string[] }[] {
  return scores.map(({ name, value, halfLife, rules }) => ({
    head: `${plain(name)}: ${value}${halfLife === undefined ? '' : ` (half of the points of events is gone after ${halfLife})`}`,
    lines: table(['POINTS', 'OF', 'WHEN (UTC)', 'FOR'], rules.flatMap(ruleRows)),
  }));
}

function ruleRows({ name, points, given, event, events, earlier }: Rule): string[][] {
  const said = plain(name);
  if (event === undefined) return [[signed(points), String(given), 'now', said]];
  const rest =
    earlier === undefined
      ? []
      : [[signed(earlier.points), '', '', `${said}: ${earlier.count} ${events.length > 0 ? 'earlier' : 'times'}`]];
  return [
    ...events.map((one) => [signed(one.points), String(one.given), time(one.at), `${said}: ${plain(event)} ${plain(one.id)}`]),
    ...rest,
  ];
}

const signed = (points: number): string => (points > 0 ? `+${points}` : String(points));

/** One line for each change of stage: by what, and how long the person waited for an answer then. */
export function stageLines(stage: CustomerView['stage']): string[] {
  return table(
    ['STAGE', 'SINCE (UTC)', 'BY', 'ANSWERED AFTER'],
    (stage?.history ?? []).map(({ name, at, by, responseMs }, index, all) => [
      plain(name ?? 'none'),
      time(at),
      plain(by),
      responseMs !== undefined ? period(responseMs) : index === all.length - 1 ? 'not yet' : 'not in this stage',
    ]),
  );
}

/** Where the person came from, first and last. */
export function touchLines(touches: CustomerView['touches']): string[] {
  const row = (name: string, { at, source, medium, campaign, form, page }: NonNullable<typeof touches>['first']): string[] => [
    name,
    time(at),
    plain(source),
    plain(medium ?? ''),
    plain(campaign ?? ''),
    plain([form === undefined ? '' : `form ${form}`, page ?? ''].filter(Boolean).join(', ')),
  ];
  const rows = touches === undefined ? [] : [row('first', touches.first), row('last', touches.last)];
  return table(['TOUCH', 'AT (UTC)', 'SOURCE', 'MEDIUM', 'CAMPAIGN', 'WHERE'], rows);
}

/** `2 d 3 h`, `4 min`, `0 min`: the two largest units. */
function period(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).slice(0, 2);
  return said.length === 0 ? '0 min' : said.map(([number, unit]) => `${number} ${unit}`).join(' ');
}
