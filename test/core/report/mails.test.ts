import { expect, test } from 'vitest';
import { added } from '#core/report/added.ts';
import { mailFigures, mailTally, noMails } from '#core/report/mail-tally.ts';

const statuses = [
  ...['queued', 'waiting', 'claimed', 'unknown'],
  ...['sent', 'delivered', 'opened', 'clicked', 'bounced', 'complained'],
  ...['skipped', 'failed'],
];

test('each mail stands in one of sent, skipped, failed and under way, whatever its status', () => {
  const mails = statuses.flatMap((status, index) =>
    Array.from({ length: index + 1 }, () => mailTally({ journey: 'j', topic: 't', at: 0, status, reason: `why ${status}` })),
  );
  const figures = mailFigures(mails.reduce(added, noMails));
  expect(figures).toEqual({
    decided: 78,
    underWay: 1 + 2 + 3 + 4,
    sent: 5 + 6 + 7 + 8 + 9 + 10,
    arrived: 6 + 7 + 8 + 10,
    opened: 7 + 8,
    clicked: 8,
    bounced: 9,
    complained: 10,
    skipped: 11,
    failed: 12,
    whySkipped: { 'why skipped': 11 },
    whyFailed: { 'why failed': 12 },
  });
});
