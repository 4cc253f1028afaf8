import type { MemberDependencies } from '#usecases/loyalty/member.ts';
import { currentKey } from '#usecases/store/keys.ts';
import { findForm, type SubmitFormDependencies } from '#usecases/submit-form.ts';
import { type HttpFunction, httpHandler, type Request, type Routes } from '../edge/http.ts';
import { log } from '../edge/log.ts';
import { problem } from '../edge/problem.ts';
import { type CallDependencies, callRoutes } from './calls.ts';
import { formRoutes } from './forms.ts';
import { memberLoyalty } from './loyalty.ts';
import { snippet } from './snippet.ts';

export type CaptureFunctionDependencies = SubmitFormDependencies & CallDependencies & MemberDependencies;

/** The function behind `/v1`, `/f`, `/rekindle.js` and `/health`. */
export function captureHandler(dependencies: CaptureFunctionDependencies): HttpFunction {
  const routes: Routes = {
    ...callRoutes(dependencies),
    ...formRoutes(dependencies),
    'GET /v1/loyalty': memberLoyalty(dependencies),
    'GET /rekindle.js': snippet,
    'GET /health': async () => {
      await isReady(dependencies);
      return { status: 200, body: { status: 'ok' } };
    },
  };
  return httpHandler(routes, { cors: { origins: (request) => originsFor(dependencies, request) } });
}

/** A form that names its origins may be posted from these; all else from those that the stack allows. */
async function originsFor(
  { catalogues, origins }: CaptureFunctionDependencies,
  { path, headers }: Request,
): Promise<readonly string[]> {
  const [, id] = /^\/f\/([^/]+)\/?$/.exec(path) ?? [];
  if (id === undefined || headers.origin === undefined) return origins;
  try {
    return (await findForm(catalogues, id))?.allowedOrigins ?? origins;
  } catch (error) {
    log('warn', 'the origins of a form could not be read', { form: id, error });
    return origins;
  }
}

async function isReady({ table }: CaptureFunctionDependencies): Promise<void> {
  try {
    await table.get(currentKey);
  } catch (error) {
    log('error', 'the table does not answer', { error });
    throw problem(503, 'Service Unavailable', { detail: 'The table does not answer.', headers: { 'retry-after': '2' } });
  }
}
