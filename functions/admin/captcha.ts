import { CaptchaProvider, CaptchaSecret, CaptchaSecrets, StoreCaptchaSecretRequest } from '#schemas/key-api.ts';
import {
  type CaptchaSecretDependencies,
  listCaptchaSecrets,
  removeCaptchaSecret,
  storeCaptchaSecret,
} from '#usecases/captcha-secrets.ts';
import { readJson } from '../edge/body.ts';
import { problem } from '../edge/problem.ts';
import { type AdminRoute, checked } from './route.ts';

const BODY_BYTES_MAX = 16 * 1024;
const path = '/admin/v1/captcha-secrets';
const scope = 'keys:write';

export function captchaRoutes(dependencies: CaptchaSecretDependencies): AdminRoute[] {
  return [
    {
      method: 'GET',
      path,
      summary: 'For which captcha providers a secret is stored; the secrets themselves are never shown',
      scope,
      answers: { 200: { description: 'The providers.', schema: CaptchaSecrets } },
      handle: async () => ({ status: 200, body: { items: await listCaptchaSecrets(dependencies.table), cursor: null } }),
    },
    {
      method: 'POST',
      path,
      summary: 'Stores our secret at a captcha provider, in place of the one before',
      scope,
      request: StoreCaptchaSecretRequest,
      answers: {
        201: { description: 'It is stored; forms are checked with it within a minute.', schema: CaptchaSecret },
        400: { description: 'The body cannot be used.' },
      },
      handle: async (request, { name: author }) => {
        const asked = checked(StoreCaptchaSecretRequest, readJson(request, { bytesMax: BODY_BYTES_MAX }));
        return { status: 201, body: await storeCaptchaSecret(dependencies, { ...asked, author }) };
      },
    },
    {
      method: 'DELETE',
      path: `${path}/{provider}`,
      summary: 'Removes our secret at a captcha provider',
      scope,
      answers: { 204: { description: 'It is gone.' }, 404: { description: 'There is none.' } },
      handle: async ({ params: { provider = '' } }) => {
        const known = CaptchaProvider.safeParse(provider);
        if (!known.success || !(await removeCaptchaSecret(dependencies.table, known.data)))
          throw problem(404, 'No such secret', { detail: `GET ${path} lists those that there are.` });
        return { status: 204 };
      },
    },
  ];
}
