/** What a secret key may be allowed to do; `*` is everything. */
export const scopes = [
  'events:write',
  'customers:read',
  'customers:write',
  'customers:erase',
  'loyalty:read',
  'loyalty:write',
  'releases:read',
  'releases:write',
  'mails:test',
  'reports:read',
  'costs:write',
  'keys:write',
  '*',
] as const;
export type Scope = (typeof scopes)[number];
