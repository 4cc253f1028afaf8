import { CreatedKey, CreateKeyRequest, Keys, WebhookSecret } from '#schemas/key-api.ts';
import { type AccessDependencies, createKey, listKeys, revokeKey } from '#usecases/access.ts';
import type { Random } from '#usecases/ports.ts';
import { webhookSecret } from '#usecases/webhook-secret.ts';
import { readJson } from '../edge/body.ts';
import type { Reply, Request } from '../edge/http.ts';
import { problem } from '../edge/problem.ts';
import type { Authorised } from './authorise.ts';
import { type AdminRoute, checked } from './route.ts';

export type KeyDependencies = AccessDependencies & { readonly random: Random };

const BODY_BYTES_MAX = 16 * 1024;

export function keyRoutes(dependencies: KeyDependencies): AdminRoute[] {
  const { random, table } = dependencies;
  return [
    {
      method: 'GET',
      path: '/admin/v1/keys',
      summary: 'All keys, also revoked ones, without what would let anybody use them',
      scope: 'keys:write',
      answers: { 200: { description: 'The keys, oldest first.', schema: Keys } },
      handle: async () => ({ status: 200, body: { items: await listKeys(table), cursor: null } }),
    },
    {
      method: 'POST',
      path: '/admin/v1/keys',
      summary: 'Makes a key. It is shown only in this answer',
      scope: 'keys:write',
      request: CreateKeyRequest,
      answers: { 201: { description: 'The key.', schema: CreatedKey }, 400: { description: 'The body cannot be used.' } },
      handle: async (request, who) => created(dependencies, request, who),
    },
    {
      method: 'DELETE',
      path: '/admin/v1/keys/{id}',
      summary: 'Revokes a key. Functions that know it already take it for up to a minute more',
      scope: 'keys:write',
      answers: { 204: { description: 'It is revoked.' }, 404: { description: 'No such key.' } },
      handle: async ({ params: { id = '' } }) => {
        if (!(await revokeKey(dependencies, id)))
          throw problem(404, 'No such key', { detail: 'GET /admin/v1/keys lists their ids.' });
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: '/admin/v1/webhook-secret',
      summary: 'What outgoing calls are signed with, for whoever is called to check them',
      scope: 'keys:write',
      answers: { 200: { description: 'The secret.', schema: WebhookSecret } },
      handle: async () => ({ status: 200, body: { secret: await webhookSecret(table, random) } }),
    },
  ];
}

/** Nobody hands on more than they have themselves. */
async function created(dependencies: KeyDependencies, request: Request, who: Authorised): Promise<Reply> {
  const { kind, label, scopes } = checked(CreateKeyRequest, readJson(request, { bytesMax: BODY_BYTES_MAX }));
  const wanted = kind === 'publishable' ? [] : (scopes ?? ['*']);
  const missing = who.scopes.includes('*') ? [] : wanted.filter((scope) => !who.scopes.includes(scope));
  if (missing.length > 0) {
    throw problem(403, 'Forbidden', {
      detail: `The key “${who.name}” cannot grant what it lacks itself: ${missing.join(', ')}.`,
    });
  }
  const { key, access } = await createKey(dependencies, { kind, label, ...(scopes && { scopes }) });
  return { status: 201, body: { ...access, key } };
}
