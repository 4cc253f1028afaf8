/** The admin API over a table in memory, with keys, a catalogue, and Ann, who signed up and ordered. */

import type { TimelineEvent } from '#core/event.ts';
import { admin } from '#functions/admin/admin.ts';
import { httpHandler } from '#functions/edge/http.ts';
import type { Scope } from '#schemas/scopes.ts';
import { createKey, findAccess } from '#usecases/access.ts';
import { record } from '#usecases/evaluate.ts';
import type { Mail, Mailer } from '#usecases/ports.ts';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { memoryTable } from './memory-table.ts';
import { quietBus } from './quiet-bus.ts';
import { event } from './shop.ts';

export async function adminShop() {
  const table = memoryTable();
  let at = Date.parse('2026-03-02T08:00:00Z');
  let made = 0;
  const mails: Mail[] = [];
  const mailer: Pick<Mailer, 'hand'> = {
    hand: async (mail) => {
      mails.push(mail);
      return { outcome: 'sent', id: `ses-${mails.length}` };
    },
  };
  const dependencies = {
    table,
    mailer,
    publicUrl: 'https://go.example.com',
    catalogues: linkedCatalogues(table),
    ...quietBus,
    rules: { replace: async () => {} },
    // Each look at the clock is a millisecond later, so that no two things happen at once.
    now: () => {
      at += 1;
      return at;
    },
    random: (bytes: number): Uint8Array => {
      made += 1;
      return new Uint8Array(bytes).fill(made);
    },
  };
  const handler = httpHandler(admin(dependencies, (key) => findAccess(table, key)));
  const keyWith = async (...scopes: Scope[]): Promise<string> =>
    (await createKey(dependencies, { kind: 'secret', label: `key for ${scopes}`, scopes })).key;
  const take = (...events: readonly TimelineEvent[]): Promise<void> => record(dependencies, events);
  return {
    ...dependencies,
    /** What went to SES. */
    mails,
    handler,
    keyWith,
    take,
    key: await keyWith('*'),
    publishable: (await createKey(dependencies, { kind: 'publishable', label: 'page' })).key,
  };
}

export const annSignsUp = () => [
  event('Subscribed', '2026-03-01T08:00:00Z', { list_id: 'newsletter' }, { kind: 'consent' }),
  event('Signed Up', '2026-03-01T09:00:00Z', {}, { traits: { firstName: 'Ann' } }),
];
