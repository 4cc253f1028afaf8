/** `node infra/app.ts` writes the template and the functions' bundles to `cdk.out`; the CDK command deploys what stands there. */
import { bundleFunctions } from './bundle.ts';
import { readContext } from './context.ts';
import { bundleFolders } from './function-settings.ts';
import { rekindleApp } from './rekindle-app.ts';

const bundles = bundleFolders(await bundleFunctions());
const { app } = rekindleApp({ context: readContext(), bundles, outdir: process.env.CDK_OUTDIR ?? 'cdk.out' });

const errors = app.synth().stacks.flatMap(({ messages }) => messages.filter(({ level }) => level === 'error'));
if (errors.length > 0) throw new Error(errors.map(({ id, entry }) => `${id}: ${String(entry.data)}`).join('\n'));
