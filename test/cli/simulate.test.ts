import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { catalogueFiles } from '../support/catalogue-files.ts';
import { commandLine } from '../support/command-line.ts';

let shell: ReturnType<typeof commandLine>;

const signedUp = (who: string, timestamp: string): string =>
  JSON.stringify({ type: 'track', event: 'Signed Up', context: { traits: { email: who } }, timestamp });
const consents = (who: string): string =>
  JSON.stringify({
    type: 'track',
    event: 'Subscribed',
    properties: { list_id: 'newsletter' },
    context: { traits: { email: who } },
    timestamp: '2026-01-01T08:00:00Z',
  });
const history = (...lines: string[]): Record<string, string> => ({ 'history.ndjson': `${lines.join('\n')}\n` });

beforeEach(() => {
  shell = commandLine();
  shell.write(catalogueFiles());
  shell.write(
    history(
      consents('ann@x.pt'),
      signedUp('ann@x.pt', '2026-01-01T10:00:00Z'),
      'not json',
      signedUp('bo@x.pt', '2026-01-05T10:00:00Z'),
    ),
  );
});
afterEach(() => shell.remove());

test('shows journeys, mails with reasons, days, bad lines, and what a replay cannot know', async () => {
  const { code, out } = await shell.run('simulate --history history.ndjson');
  expect(code).toBe(0);
  expect(out).toMatch(/^3 messages of history\.ndjson .* 2 customers, 2 runs, 1 mail sent, 1 skipped\.$/m);
  expect(out).toMatch(/^ {2}welcome +2 +0 +2 +0 +0/m);
  expect(out).toMatch(/^ {2}1 +welcome\/hello +welcome +skipped +no consent to the topic “Newsletter”$/m);
  expect(out).toMatch(/^ {2}2026-01-02 {2}█+ 1$/m);
  expect(out).toMatch(/^ {2}2026-01-06 {2}0 \(1 skipped\)$/m);
  expect(out).toContain('history.ndjson:3  is not a JSON object');
  expect(out).toContain('A replay cannot know how people would have reacted');
});

test('shows what journeys give away of their budgets, and how many people get nothing', async () => {
  const gift = {
    id: 'gift',
    name: 'Gift',
    trigger: { type: 'event', event: 'Signed Up' },
    offerBudget: { max: 1, value: { amount: 50, currency: 'EUR' }, per: 'P1M' },
    steps: [{ id: 'code', type: 'issue_voucher', pool: 'five' }],
  };
  const five = { id: 'five', name: 'Five', description: '€5', codes: 'generated', value: { amount: 5, currency: 'EUR' } };
  shell.write(catalogueFiles({ 'catalogue/journeys/gift.json': gift, 'catalogue/vouchers.json': { pools: [five] } }));
  const { out } = await shell.run('simulate --history history.ndjson');
  expect(out).toMatch(/^ {2}JOURNEY +FROM +UNTIL +VOUCHERS +WORTH +REFUSED$/m);
  expect(out).toMatch(/^ {2}gift +2026-01-01 +2026-02-01 +1 +5 +1$/m);
  expect(out).toContain('The budget of gift was used up in one period: once there was no voucher.');
});

test('answers data for programs', async () => {
  const { code, out } = await shell.run('simulate . --history history.ndjson --json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    runs: [
      {
        journey: 'welcome',
        customer: 'ann@x.pt',
        enteredAt: '2026-01-01T10:00:00.000Z',
        endedAt: '2026-01-02T10:00:00.000Z',
        outcome: 'completed',
        steps: [{ id: 'pause', at: '2026-01-01T10:00:00.000Z', outcome: 'the wait is over' }, { id: 'hello' }],
      },
      { customer: 'bo@x.pt' },
    ],
    messages: [
      {
        customer: 'ann@x.pt',
        journey: 'welcome',
        step: 'hello',
        template: 'welcome',
        at: '2026-01-02T10:00:00.000Z',
        status: 'sent',
        reason: null,
      },
      { customer: 'bo@x.pt', status: 'skipped', reason: 'no consent to the topic “Newsletter”' },
    ],
    totals: { customers: 2, sent: 1, skipped: 1, journeys: { welcome: { entered: 2, completed: 2 } } },
    history: { messages: 3, badLinesCount: 1, badLines: [{ line: 3 }] },
  });
});

test('takes the period and the assumptions from its options', async () => {
  const { out } = await shell.run(
    'simulate --history history.ndjson --from 2026-01-03 --until 2026-01-05T12:00:00Z --assume-opens 30% --assume-clicks 0.1 --json',
  );
  const { runs, notes, until } = JSON.parse(out);
  expect(runs).toMatchObject([{ customer: 'bo@x.pt', outcome: 'active', endedAt: null }]);
  expect(until).toBe('2026-01-05T12:00:00.000Z');
  expect(notes.join(' ')).toContain('30 % opened, 10 % clicked');
});

describe('ends with 1', () => {
  test('where a line cannot be read and that is asked for', async () => {
    expect((await shell.run('simulate --history history.ndjson --strict')).code).toBe(1);
    shell.write(history(signedUp('ann@x.pt', '2026-01-01T10:00:00Z')));
    expect((await shell.run('simulate --history history.ndjson --strict')).code).toBe(0);
  });

  test('where no line can be read, and says why', async () => {
    shell.write(history('a', 'b'));
    const { code, out, complaints } = await shell.run('simulate --history history.ndjson');
    expect([code, complaints]).toEqual([1, 'rekindle: none of the 2 lines of history.ndjson can be read']);
    expect(out).toContain('history.ndjson:1  is not a JSON object');
  });

  test('where the file is empty, or not there', async () => {
    shell.write({ 'empty.ndjson': '\n\n' });
    expect(await shell.run('simulate --history empty.ndjson')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('is empty'),
    });
    expect(await shell.run('simulate --history nowhere')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('cannot be read'),
    });
  });

  test('where the catalogue has errors, which are shown', async () => {
    shell.write({ 'catalogue/topics.json': '{' });
    const { code, out } = await shell.run('simulate --history history.ndjson');
    expect(code).toBe(1);
    expect(out).toMatch(/^catalogue\/topics\.json:1:\d+ {2}error/);
  });
});

test.each([
  ['simulate', '--history is missing'],
  ['simulate --history h --from soon', '--from soon is not a time'],
  ['simulate --history h --from 2026-02-01 --until 2026-01-01', '--until is not after --from'],
  ['simulate --history h --assume-opens 30', 'is not a share: write 0.3 or 30%'],
  ['simulate --history h --assume-clicks some', 'is not a share'],
])('does not understand “%s”', async (line, why) => {
  expect(await shell.run(line)).toMatchObject({ code: 2, complaints: expect.stringContaining(why) });
});
