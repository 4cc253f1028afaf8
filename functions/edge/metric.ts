import { heldMetric } from './env.ts';

/**
 * Says that mails wait because SES takes none of this account, as a line in CloudWatch's embedded metric format: it costs
 * nothing until it is written. Not by `console`, which would wrap it, for the function logs in JSON.
 */
export function sendingHeld(stage: string): void {
  const Metrics = [{ Name: heldMetric.name, Unit: 'Count' }];
  const CloudWatchMetrics = [{ Namespace: heldMetric.namespace, Dimensions: [['stage']], Metrics }];
  process.stdout.write(
    `${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, stage, [heldMetric.name]: 1 })}\n`,
  );
}
