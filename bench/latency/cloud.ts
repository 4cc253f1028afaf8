/** Runs the local cloud as `npm start` does, in a process of its own, and answers the parent when it is idle. */
import { startLocal } from '#local/start.ts';
import { project } from '../project.ts';

export type FromCloud = { readonly url: string } | 'idle';

const [folder = ''] = process.argv.slice(2);
const local = await startLocal({ folder, port: 0, project, progress: (line) => process.stderr.write(`  ${line}\n`) });
local.cloud.warm();

process.on('message', async () => {
  await local.cloud.idle();
  process.send?.('idle' satisfies FromCloud);
});
process.once('disconnect', async () => {
  await local.cloud.close();
  process.exit(0);
});
process.send?.({ url: local.cloud.url } satisfies FromCloud);
