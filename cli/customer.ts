import type { CustomerView } from '#usecases/read-customer.ts';
import { apiOf, part } from './api.ts';
import { suppressionText } from './block.ts';
import { type Command, json, only, remote } from './command.ts';
import { scoreSections, stageLines, touchLines } from './customer/lead.ts';
import { plain, show, table, time } from './show.ts';

export const customer: Command = {
  name: 'customer',
  usage: 'ID|EMAIL',
  summary: 'Show a customer: consent, segments, journeys, points, score',
  details: ['By customer id, e-mail address, user id or anonymous id.'],
  options: { ...remote, ...json },
  examples: ['rekindle customer ann@example.com'],
  run: async (context) => {
    const { body } = await apiOf(context).call('GET', `/admin/v1/customers/${part(only(context, 'ID|EMAIL'))}`);
    show(context, body, () => lines(body as CustomerView));
    return 0;
  },
};

function lines(one: CustomerView): string[] {
  const { loyalty, suppressions } = one;
  return [
    ...facts({
      Customer: one.id,
      'E-mail': one.email,
      'User id': one.userId,
      'Known since': time(one.createdAt),
      ...(suppressions.length > 0 && { Suppressed: suppressions.map(suppressionText).join('; ') }),
      ...(loyalty && {
        Points: String(loyalty.points),
        Spend: `${loyalty.spend} ${loyalty.currency ?? ''}`.trim(),
        Tier: loyalty.tier?.name,
        'Next tier': loyalty.nextTier && `${loyalty.nextTier.name}, ${loyalty.nextTier.missing} ${loyalty.currency ?? ''} to go`,
      }),
      'Next change': one.wakeAt === null ? undefined : time(one.wakeAt),
    }),
    ...section(
      'Attributes',
      facts(
        Object.fromEntries(
          Object.entries(one.attributes).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        ),
      ),
    ),
    ...section(
      'Consent',
      table(
        ['TOPIC', 'STATUS', 'SINCE (UTC)', 'BY'],
        Object.entries(one.consents).flatMap(([topic, { history, ...now }]) => [
          [topic, now.status, time(now.at), plain(now.source)],
          ...history.map(({ status, at, source }) => ['', `(${status})`, time(at), plain(source)]),
        ]),
      ),
    ),
    ...section(
      'Segments',
      table(
        ['SEGMENT', 'SINCE (UTC)', 'NAME'],
        one.segments.map(({ id, since, name }) => [id, time(since), plain(name)]),
      ),
    ),
    ...section('Forecasts', forecastLines(one.forecasts)),
    ...scoreSections(one.scores).flatMap(({ head, lines: body }) => section(head, body)),
    ...section('Stages', stageLines(one.stage)),
    ...section('Came from', touchLines(one.touches)),
    ...section(
      'Journeys',
      table(
        ['JOURNEY', 'AT STEP', 'SINCE (UTC)', 'UNTIL (UTC)'],
        one.runs.map(({ journey, step, since, until }) => [journey, step, time(since), until === null ? '' : time(until)]),
      ),
    ),
  ];
}

function facts(values: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[plain(name), plain(value)]]));
  return table(['', ''], known).slice(1);
}

/** A head with what stands below it; nothing where there is nothing. A table of a head alone is nothing. */
function section(head: string, body: readonly string[]): string[] {
  const isEmpty = body.length === 0 || (body.length === 1 && /UTC/.test(body[0] ?? ''));
  return isEmpty ? [] : ['', head, ...body.map((line) => `  ${line}`)];
}

/** Numbers to three digits: more is not known. */
function forecastLines(forecasts: CustomerView['forecasts'] = {}): string[] {
  return Object.entries(forecasts).map(
    ([name, value]) => `${name}: ${typeof value === 'number' ? Number(value.toPrecision(3)) : String(value)}`,
  );
}
