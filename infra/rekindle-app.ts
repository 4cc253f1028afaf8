import { App, Aspects } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { parseSettings } from './context.ts';
import { type BundleFolders, RekindleStack } from './stack.ts';

export type RekindleAppProps = {
  readonly context: Readonly<Record<string, unknown>>;
  readonly bundles: BundleFolders;
  /** Folder of the assembly; a temporary one when absent. */
  readonly outdir?: string;
};

/** The CDK app with its one stack, watched by cdk-nag. Throws where a value of the context is wrong. */
export function rekindleApp({ context, bundles, outdir }: RekindleAppProps): { app: App; stack: RekindleStack } {
  const app = new App({
    context: { ...metadata, ...context },
    analyticsReporting: false,
    ...(outdir === undefined ? {} : { outdir }),
  });
  // What `-c key=value` says reaches the app by itself, and wins over the file.
  const settings = parseSettings((key) => app.node.tryGetContext(key));
  const stack = new RekindleStack(app, settings, bundles);
  Aspects.of(app).add(new AwsSolutionsChecks());
  return { app, stack };
}

/** What the CDK command asks for, so that a bare run writes the same template: paths of constructs, and folders of code. */
const metadata = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };
