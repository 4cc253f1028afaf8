import { apiOf, part } from './api.ts';
import { type Command, json, only, remote } from './command.ts';
import { plain, show } from './show.ts';

export const rollback: Command = {
  name: 'rollback',
  usage: 'RELEASE',
  summary: 'Make an earlier release the current one again',
  details: ['RELEASE is an id of "rekindle releases".'],
  options: { ...remote, ...json },
  examples: ['rekindle rollback rel_716facdade4dda5b'],
  run: async (context) => {
    const id = only(context, 'RELEASE');
    const { body } = await apiOf(context).call('POST', `/admin/v1/releases/${part(id)}/rollback`);
    const { unchanged, notices } = body as { unchanged: boolean; notices: readonly string[] };
    show(context, body, () => [
      unchanged ? `${id} is the current release already.` : `${id} is the current release again.`,
      ...notices.map(plain),
    ]);
    return 0;
  },
};
