import { heldMetric, lowPoolsMetric, uncheckedMetric, usedUpMetric } from './env.ts';

/** Says that mails wait because SES takes none of this account. */
export function sendingHeld(stage: string): void {
  count(stage, heldMetric, 1);
}

/** Says that the captcha of a form post could not be checked. */
export function captchaUnchecked(stage: string): void {
  count(stage, uncheckedMetric, 1);
}

/** Says how many pools of vouchers are nearly empty. */
export function poolsLow(stage: string, pools: number): void {
  count(stage, lowPoolsMetric, pools);
}

/** Says that somebody was refused a voucher, for a journey has given away its budget. */
export function budgetUsedUp(stage: string): void {
  count(stage, usedUpMetric, 1);
}

/**
 * A line in CloudWatch's embedded metric format: it costs nothing until it is written. Not by `console`, which would wrap it,
 * for the function logs in JSON.
 */
function count(stage: string, { namespace, name }: { readonly namespace: string; readonly name: string }, value: number): void {
  const CloudWatchMetrics = [{ Namespace: namespace, Dimensions: [['stage']], Metrics: [{ Name: name, Unit: 'Count' }] }];
  process.stdout.write(`${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, stage, [name]: value })}\n`);
}
