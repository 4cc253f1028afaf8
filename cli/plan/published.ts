import { contentOf, type ReleaseContent } from '#usecases/read-release.ts';
import { apiOf } from '../api.ts';
import { type Context, Failure, textOf } from '../command.ts';
import { filesOf } from '../files.ts';
import { summary } from '../problems.ts';

/** What a draft is compared with: the published release, or the catalogue in the folder of `--against`. Undefined: nothing yet. */
export async function publishedOr(context: Context): Promise<ReleaseContent | undefined> {
  const against = textOf(context, 'against');
  if (against !== undefined) {
    const { compileCatalogue } = await import('#usecases/compile-catalogue.ts');
    const { compiled, problems } = await compileCatalogue(filesOf({ ...context, args: [against] }));
    if (compiled === undefined) throw new Failure(`the catalogue in ${against} is not in order: ${summary(problems)}`);
    return contentOf(compiled);
  }
  const { status, body } = await apiOf(context).call('GET', '/admin/v1/releases/current', undefined, [404]);
  if (status !== 404) return body as ReleaseContent;
  if ((body as { title?: string }).title === 'No release') return undefined;
  throw new Failure('the system does not tell what is published: it is older than this command');
}
