import { describe, expect, test } from 'vitest';
import { resumeFill } from '#usecases/fill.ts';
import type { Published, Table } from '#usecases/ports.ts';
import { type PublishDependencies, publish, rollback } from '#usecases/publish.ts';
import { listReleases } from '#usecases/releases.ts';
import { type LinkedCatalogues, linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { catalogueFiles, welcome } from '../support/catalogue-files.ts';
import { memoryTable } from '../support/memory-table.ts';
import { quietBus } from '../support/quiet-bus.ts';

type World = PublishDependencies & {
  readonly catalogues: LinkedCatalogues;
  readonly rulesSet: string[][];
  readonly pass: (ms: number) => void;
  /** What stood at the pointer each time that the rules were set. */
  readonly currentThen: (string | undefined)[];
};

function world(table: Table = memoryTable(), start = '2026-03-01T08:00:00Z'): World {
  let at = Date.parse(start);
  const rulesSet: string[][] = [];
  const currentThen: (string | undefined)[] = [];
  const known = linkedCatalogues(table);
  return {
    table,
    catalogues: known,
    ...quietBus,
    now: () => at,
    rules: {
      replace: async (names) => {
        rulesSet.push([...names]);
        currentThen.push(await known.current());
      },
    },
    rulesSet,
    currentThen,
    pass: (ms) => {
      at += ms;
    },
  };
}

const draft = (changes: Parameters<typeof catalogueFiles>[0] = {}, more: { note?: string; base?: string } = {}) => ({
  files: catalogueFiles(changes),
  author: 'ann',
  ...more,
});

const waitsFor = (event: string) => ({
  ...welcome,
  steps: [{ id: 'wait', type: 'wait_for_event', events: [{ event }], timeout: 'P7D' }, ...welcome.steps],
});

async function published(to: World, changes: Parameters<typeof catalogueFiles>[0] = {}): Promise<string> {
  const result = await publish(to, draft(changes));
  if (result.outcome !== 'published') throw new Error(`not published: ${JSON.stringify(result)}`);
  to.pass(60_000);
  return result.release.id;
}

describe('publishing', () => {
  test('has succeeded also where the bus refuses to say so: the next minute asks again', async () => {
    const asked: Published[] = [];
    const here = world();
    const deaf = { publish: async (entries: readonly Published[]) => entries.map((_, place) => place) };
    expect(await publish({ ...here, bus: deaf }, draft())).toMatchObject({ outcome: 'published' });
    here.pass(3 * 60_000);
    const publishing = async (entries: readonly Published[]): Promise<number[]> => {
      asked.push(...entries);
      return [];
    };
    await resumeFill({ ...here, bus: { publish: publishing } });
    expect(asked).toMatchObject([{ type: 'Fill Due', detail: { release: await here.catalogues.current() } }]);
  });

  test('makes the files the current release, which can be read with its journeys and templates', async () => {
    const here = world();
    const id = await published(here);
    expect(await here.catalogues.current()).toBe(id);
    const linked = await here.catalogues.linked(id);
    const [version] = linked.versions.keys();
    expect(linked.release.journeys.map((journey) => journey.id)).toEqual(['welcome']);
    expect(await here.table.get({ pk: `JOURNEY#${version}`, sk: 'JOURNEY' })).toBeDefined();
    const template = linked.release.templates[0];
    expect(await here.catalogues.template(template?.version ?? '', 'en')).toMatchObject({
      subject: expect.stringContaining('Welcome'),
    });
  });

  test('files with an error is refused with what is wrong where, and nothing changes', async () => {
    const table = memoryTable();
    const here = world(table);
    const id = await published(here);
    const before = JSON.stringify([...table.items]);
    here.rulesSet.length = 0;
    const broken = { ...welcome, steps: [{ id: 'hello', type: 'send_email', template: 'wellcome', topic: 'newsletter' }] };
    const result = await publish(here, draft({ 'catalogue/journeys/welcome.json': broken }));
    expect(result).toMatchObject({
      outcome: 'refused',
      problems: [{ file: 'catalogue/journeys/welcome.json', path: 'steps[0].template', severity: 'error' }],
    });
    expect(JSON.stringify([...table.items])).toBe(before);
    expect(here.rulesSet).toEqual([]);
    expect(await here.catalogues.current()).toBe(id);
  });

  test('the same files again changes nothing, but puts the rules right', async () => {
    const table = memoryTable();
    const here = world(table);
    const id = await published(here);
    const before = JSON.stringify([...table.items]);
    here.rulesSet.length = 0;
    expect(await publish(here, draft())).toMatchObject({ outcome: 'unchanged', id });
    expect(JSON.stringify([...table.items])).toBe(before);
    expect(here.rulesSet).toEqual([['Order Completed', 'Signed Up']]);
  });

  test('lets the rules grow before the pointer moves, and trims them only afterwards', async () => {
    const here = world();
    const first = await published(here);
    here.rulesSet.length = 0;
    here.currentThen.length = 0;
    const second = await published(here, {
      'catalogue/journeys/welcome.json': { ...welcome, trigger: { type: 'event', event: 'Account Opened' } },
    });
    expect(here.rulesSet).toEqual([
      ['Account Opened', 'Order Completed', 'Signed Up'],
      ['Account Opened', 'Order Completed'],
    ]);
    expect(here.currentThen).toEqual([first, second]);
  });

  test('keeps the rules of events that people inside older journeys wait for, until nobody can be inside any more', async () => {
    const here = world();
    await published(here, { 'catalogue/journeys/welcome.json': waitsFor('Quiz Finished') });
    await published(here);
    expect(here.rulesSet.at(-1)).toEqual(['Order Completed', 'Quiz Finished', 'Signed Up']);
    here.pass(400 * 86_400_000);
    await published(here, { 'catalogue/segments/big-spenders.json': undefined });
    expect(here.rulesSet.at(-1)).toEqual(['Order Completed', 'Signed Up']);
  });

  test('from an outdated base is a conflict that names the current release', async () => {
    const here = world();
    const first = await published(here);
    const second = await published(here, { 'catalogue/segments/big-spenders.json': undefined });
    expect(await publish(here, draft({}, { base: first }))).toMatchObject({ outcome: 'conflict', current: second });
    expect(await here.catalogues.current()).toBe(second);
    expect(await publish(here, draft({}, { base: second }))).toMatchObject({ outcome: 'published' });
  });

  test('twice at the same time publishes one; the other is a conflict, and leaves the rules alone', async () => {
    const here = world();
    await published(here);
    here.rulesSet.length = 0;
    const results = await Promise.all([
      publish(here, draft({ 'catalogue/journeys/welcome.json': waitsFor('A') })),
      publish(here, draft({ 'catalogue/journeys/welcome.json': waitsFor('B') })),
    ]);
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['conflict', 'published']);
    expect(here.rulesSet).toHaveLength(2);
  });

  test('goes on a minute after somebody was cut off in the midst of it', async () => {
    const here = world();
    const cut: PublishDependencies = {
      ...here,
      rules: { replace: async () => Promise.reject(new Error('cut off')) },
      table: {
        ...here.table,
        write: async (write) => ('delete' in write ? Promise.reject(new Error('cut off')) : here.table.write(write)),
      },
    };
    await expect(publish(cut, draft())).rejects.toThrow('cut off');
    expect(await publish(here, draft())).toMatchObject({ outcome: 'conflict', current: undefined });
    here.pass(61_000);
    expect(await publish(here, draft())).toMatchObject({ outcome: 'published' });
  });

  test('stands in the list with who, when, why and how much, newest first', async () => {
    const here = world();
    await published(here);
    await publish(here, draft({ 'catalogue/segments/big-spenders.json': undefined }, { note: 'no segments' }));
    const { items, cursor } = await listReleases(here.table, { limit: 1 });
    expect(items).toMatchObject([
      {
        author: 'ann',
        note: 'no segments',
        at: Date.parse('2026-03-01T08:01:00Z'),
        counts: { journeys: 1, segments: 0, templates: 1, topics: 3 },
      },
    ]);
    const next = await listReleases(here.table, { limit: 1, ...(cursor !== null && { cursor }) });
    expect(next.items).toMatchObject([{ at: Date.parse('2026-03-01T08:00:00Z') }]);
  });

  test('a release that is larger than an item can be read again', async () => {
    const here = world();
    const segments = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => {
        const id = `s${index}`;
        return [
          `catalogue/segments/${id}.json`,
          { id, name: id, description: 'x'.repeat(2000), when: { attribute: 'country', is: 'PT' } },
        ];
      }),
    );
    const id = await published(here, segments);
    const release = await linkedCatalogues(here.table).release(id);
    expect(release.segments).toHaveLength(301);
  });
});

describe('a rollback', () => {
  test('makes an earlier release current again, with its rules, and says so in the list', async () => {
    const here = world();
    const first = await published(here);
    await published(here, {
      'catalogue/journeys/welcome.json': { ...welcome, trigger: { type: 'event', event: 'Account Opened' } },
    });
    expect(await rollback(here, first, 'bob')).toMatchObject({ outcome: 'published', release: { id: first, author: 'bob' } });
    expect(await here.catalogues.current()).toBe(first);
    expect(here.rulesSet.at(-1)).toEqual(['Order Completed', 'Signed Up']);
    expect((await listReleases(here.table, { limit: 10 })).items.map(({ author }) => author)).toEqual(['bob', 'ann', 'ann']);
  });

  test('to the current release changes nothing, and to one that never was is unknown', async () => {
    const here = world();
    const id = await published(here);
    expect(await rollback(here, id, 'bob')).toEqual({ outcome: 'unchanged', id });
    expect(await rollback(here, 'rel_never', 'bob')).toEqual({ outcome: 'unknown' });
  });
});
