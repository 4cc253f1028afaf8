/** Ten thousand requests, good and bad: what was answered with 2xx is stored once, all else is refused with the reason. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import type { TimelineEvent } from '#core/event.ts';
import type { LocalCloud } from './support/cloud.ts';
import { eventsOf } from './support/people.ts';
import type { Answer } from './support/request.ts';
import { test } from './support/test.ts';
import { type Told, traffic } from './support/traffic.ts';

const REQUESTS = 10_000;
/** At a time, as many as a busy website has. */
const CONCURRENT = 24;
const SEED = Number(process.env.SEED ?? 1);
/** They cost about 80 s of processor time, which a machine with much else to do takes long to find. */
const TIMEOUT_MS = 900_000;

test(`${REQUESTS} requests are accounted for exactly (SEED=${SEED})`, { timeout: TIMEOUT_MS }, async ({ cloud, annotate }) => {
  const told = traffic({ seed: SEED, count: REQUESTS, keys: cloud.keys });
  const wrong: unknown[] = [];
  const counts = new Map<string, number>();
  await inParallel(told, CONCURRENT, async (one) => {
    const answer = await patiently(cloud, one);
    counts.set(one.kind, (counts.get(one.kind) ?? 0) + 1);
    const reported = [answer.status, refusedPaths(answer)];
    if (JSON.stringify(reported) !== JSON.stringify([one.status, one.refused]))
      wrong.push({ kind: one.kind, reported, expected: [one.status, one.refused] });
  });
  expect(wrong.slice(0, 5)).toEqual([]);
  await annotate(
    [...counts]
      .map(([kind, count]) => `${kind}: ${count}`)
      .sort()
      .join(', '),
  );

  // Each event that was taken is in the table once, and nothing else is: sent again or not, alone or among bad ones.
  const expected = new Set(told.flatMap(({ accepted }) => accepted));
  const stored = await storedEvents(cloud);
  expect(stored.length).toBe(new Set(stored).size);
  expect(difference(stored, expected)).toEqual([]);
  expect(difference(expected, stored)).toEqual([]);
  expect(expected.size).toBeGreaterThan(REQUESTS / 2);

  // And on the timelines that people read; somebody of whom no rule has said anything yet has none.
  for (const person of ['person-0', 'person-1', 'person-2']) {
    const last = `${person}:last`;
    await cloud.call('identify', { userId: person, messageId: last });
    const own = [last, ...expected].filter((id) => id.startsWith(`${person}:`)).sort();
    expect((await eventsOf(cloud, person)).map(({ id }) => String(id)).sort()).toEqual(own);
  }
  for (const queue of ['evaluate', 'send', 'feedback', 'deliver'])
    expect(await cloud.deadLetters(`rekindle-dev-${queue}-dead`)).toEqual([]);
});

/** As clients do: what is refused for a time is sent again. */
async function patiently(cloud: LocalCloud, { path, method = 'POST', body, headers = {}, key }: Told): Promise<Answer> {
  for (let left = 5; ; left -= 1) {
    const answer = await cloud.request(method, path, {
      headers,
      ...(body !== undefined && { body }),
      ...(key !== undefined && { key }),
    });
    if (answer.status !== 503 || left === 0) return answer;
  }
}

/** The paths that an answer names, of a batch with the place in front. */
function refusedPaths({ body }: Answer): string[] {
  const { errors = [], rejected = [] } = (body ?? {}) as {
    errors?: readonly { path: string }[];
    rejected?: readonly { index: number; errors: readonly { path: string }[] }[];
  };
  return [
    ...errors.map(({ path }) => path),
    ...rejected.flatMap(({ index, errors: own }) => own.map(({ path }) => `${index}.${path}`)),
  ];
}

/** The events that came from outside, as the table holds them. */
async function storedEvents({ folder }: LocalCloud): Promise<string[]> {
  const env = parseEnv(readFileSync(join(folder, 'aws.env'), 'utf8'));
  const client = new DynamoDBClient({
    region: env.AWS_REGION ?? 'us-east-1',
    endpoint: env.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const ids: string[] = [];
  for await (const page of paginateScan({ client }, { TableName: 'rekindle-dev' })) {
    for (const { sk, body } of page.Items ?? []) {
      if (!sk?.S?.startsWith('E#')) continue;
      const { id, origin, identities, trust } = JSON.parse(body?.S ?? '{}') as TimelineEvent;
      if (origin === 'api') ids.push(id);
      if (origin === 'form') ids.push(`form:${identities.email}`);
      if (origin === 'api' && trust !== 'secret' && trust !== 'publishable') throw new Error(`${id} is trusted as ${trust}`);
    }
  }
  client.destroy();
  return ids;
}

function difference(one: Iterable<string>, other: Iterable<string>): string[] {
  const known = new Set(other);
  return [...one].filter((id) => !known.has(id)).slice(0, 5);
}

async function inParallel<T>(all: readonly T[], width: number, work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const one of left) await work(one);
    }),
  );
}
