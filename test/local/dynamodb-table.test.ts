import { afterAll } from 'vitest';
import { localTables } from '../support/local-table.ts';
import { tableContract } from '../support/table-contract.ts';

const local = localTables();
afterAll(local.close);

tableContract('in DynamoDB', local.table);
