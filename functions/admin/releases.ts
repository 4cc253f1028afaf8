import { toIso } from '#core/instant.ts';
import { PageQuery } from '#schemas/admin-api.ts';
import { Published, PublishRequest, ReleaseContent, Releases } from '#schemas/release-api.ts';
import { captchaNotices } from '#usecases/captcha-secrets.ts';
import { type Conflict, type PublishDependencies, publish, rollback } from '#usecases/publish.ts';
import { readRelease } from '#usecases/read-release.ts';
import { listReleases, type ReleaseNote } from '#usecases/releases.ts';
import { readJson } from '../edge/body.ts';
import type { Reply, Request } from '../edge/http.ts';
import { problem, problemReply, withMembers } from '../edge/problem.ts';
import { badCursor } from './customers.ts';
import { type AdminRoute, checked } from './route.ts';

/** API Gateway hands over at most 6 MB, and packed bodies are unpacked here. */
const BODY_BYTES_MAX = 8 * 1024 * 1024;

const conflict = { 409: { description: 'Another release is current by now, or is being published.' } };

export function releaseRoutes(dependencies: PublishDependencies): AdminRoute[] {
  return [
    {
      method: 'POST',
      path: '/admin/v1/releases',
      summary: 'Checks a catalogue and makes it the current release: all of it, or nothing',
      scope: 'releases:write',
      request: PublishRequest,
      answers: {
        201: { description: 'It is the current release.', schema: Published },
        200: { description: 'It is the same as the current release: nothing changed.', schema: Published },
        400: { description: 'The body cannot be used.' },
        413: { description: 'The body is too large.' },
        422: { description: 'The catalogue has errors: nothing changed.' },
        ...conflict,
      },
      handle: async (request, { name }) => published(dependencies, request, name),
    },
    {
      method: 'GET',
      path: '/admin/v1/releases',
      summary: 'The releases that were published, newest first',
      scope: 'releases:read',
      query: PageQuery,
      answers: {
        200: { description: 'One page.', schema: Releases },
        400: { description: 'The limit or the cursor cannot be used.' },
      },
      handle: async ({ query }) => {
        const page = await listReleases(dependencies.table, checked(PageQuery, query)).catch(badCursor);
        const current = await dependencies.catalogues.current();
        return { status: 200, body: { items: page.items.map((note) => shown(note, current)), cursor: page.cursor } };
      },
    },
    {
      method: 'GET',
      path: '/admin/v1/releases/{id}',
      summary:
        'What a release says: journeys, segments, forms, topics, policy, loyalty, scoring, templates; "current" is the one in force',
      scope: 'releases:read',
      answers: {
        200: { description: 'The release.', schema: ReleaseContent },
        404: { description: 'No such release, or none is published yet.' },
      },
      handle: async ({ params: { id = '' } }) => {
        const release = await readRelease(dependencies, id);
        if (release === undefined) throw unknownRelease(id);
        return { status: 200, body: release };
      },
    },
    {
      method: 'POST',
      path: '/admin/v1/releases/{id}/rollback',
      summary: 'Makes an earlier release the current one again',
      scope: 'releases:write',
      answers: {
        201: { description: 'It is the current release.', schema: Published },
        200: { description: 'It is the current release already.', schema: Published },
        404: { description: 'No such release.' },
        ...conflict,
      },
      handle: async ({ params: { id = '' } }, { name }) => rolledBack(dependencies, id, name),
    },
  ];
}

async function published(dependencies: PublishDependencies, request: Request, author: string): Promise<Reply> {
  const draft = checked(PublishRequest, readJson(request, { bytesMax: BODY_BYTES_MAX }));
  const result = await publish(dependencies, { ...draft, author });
  switch (result.outcome) {
    case 'published':
      return {
        status: 201,
        body: {
          id: result.release.id,
          unchanged: false,
          release: shown(result.release, result.release.id),
          problems: result.problems,
          notices: await noticesOf(dependencies, result.release.id),
        },
      };
    case 'unchanged':
      return {
        status: 200,
        body: {
          id: result.id,
          unchanged: true,
          problems: result.problems,
          notices: await noticesOf(dependencies, result.id),
        },
      };
    case 'refused': {
      const errors = result.problems.filter(({ severity }) => severity === 'error').length;
      const refusal = problem(422, 'The catalogue has errors', {
        detail: `${errors} of ${result.problems.length} problems are errors. Nothing was published.`,
      });
      return withMembers(problemReply(refusal), { problems: result.problems });
    }
    case 'conflict':
      return overtaken(result);
  }
}

/** What a release needs that its files cannot hold. */
async function noticesOf({ catalogues, table }: PublishDependencies, id: string): Promise<string[]> {
  return captchaNotices(table, (await catalogues.release(id)).forms);
}

async function rolledBack(dependencies: PublishDependencies, id: string, author: string): Promise<Reply> {
  const result = await rollback(dependencies, id, author);
  switch (result.outcome) {
    case 'published':
      return {
        status: 201,
        body: {
          id,
          unchanged: false,
          release: shown(result.release, id),
          problems: [],
          notices: await noticesOf(dependencies, id),
        },
      };
    case 'unchanged':
      return { status: 200, body: { id, unchanged: true, problems: [], notices: await noticesOf(dependencies, id) } };
    case 'unknown':
      throw unknownRelease(id);
    case 'conflict':
      return overtaken(result);
  }
}

function unknownRelease(id: string): Error {
  if (id === 'current') return problem(404, 'No release', { detail: 'Nothing is published yet.' });
  return problem(404, 'No such release', { detail: 'GET /admin/v1/releases lists those that there are.' });
}

function overtaken({ current, reason }: Conflict): Reply {
  return withMembers(problemReply(problem(409, 'Conflict', { detail: reason })), { current: current ?? null });
}

function shown({ awaits: _, at, ...note }: ReleaseNote, current: string | undefined): object {
  return { ...note, at: toIso(at), current: note.id === current };
}
