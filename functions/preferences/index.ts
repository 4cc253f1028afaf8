import { randomBytes } from 'node:crypto';
import { linkedCatalogues } from '#usecases/store/linked-catalogues.ts';
import { table as tableOf } from '../edge/clients.ts';
import { httpHandler } from '../edge/http.ts';
import { preferences } from './preferences.ts';

const table = tableOf();

/** Links in mails: unsubscribe, choose what to get, confirm an address, view in browser. The token is the authorisation. */
export const handler = httpHandler(
  preferences({ table, catalogues: linkedCatalogues(table), now: Date.now, random: randomBytes }),
);
