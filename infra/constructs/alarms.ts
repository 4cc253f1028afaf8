import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { heldMetric, lowPoolsMetric, uncheckedMetric, usedUpMetric } from '#functions/edge/env.ts';
import type { RekindleFunction } from './function.ts';
import type { RekindleHttpApi } from './http-api.ts';
import { wakeIndex } from './table.ts';

export type Watched = {
  readonly stage: string;
  readonly alarmEmail: string | undefined;
  readonly table: Table;
  readonly functions: readonly RekindleFunction[];
  readonly queues: readonly { readonly id: string; readonly queue: Queue }[];
  readonly deadLetters: readonly { readonly id: string; readonly queue: Queue }[];
  readonly http: RekindleHttpApi;
  readonly configurationSetName: string;
};

type Rule = {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly says: string;
  /** Minutes, or hours for reputation, in a row; 1 unless told. */
  readonly periods?: number;
};

const minute = Duration.minutes(1);

/** Tells somebody when something waits for a person, or soon will. */
export class Alarms extends Construct {
  private readonly stage: string;
  private readonly action: SnsAction | undefined;

  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    this.stage = watched.stage;
    this.action = watched.alarmEmail === undefined ? undefined : this.notify(watched.alarmEmail);
    for (const { id: name, queue } of watched.deadLetters) this.watchDeadLetters(name, queue);
    for (const { id: name, queue } of watched.queues) this.watchQueue(name, queue);
    for (const one of watched.functions) this.watchFunction(one);
    this.watchTable(watched.table);
    this.watchHttp(watched.http);
    this.watchReputation(watched.configurationSetName);
    this.watchSending();
    this.watchVouchers();
    this.watchBudgets();
    this.watchCaptcha();
  }

  private watchDeadLetters(name: string, queue: Queue): void {
    const metric = queue.metricApproximateNumberOfMessagesVisible({ period: minute, statistic: 'Maximum' });
    this.alarm(`${name}DeadLetters`, {
      metric,
      threshold: 1,
      says: `Messages of ${name} failed for good. Mend the cause, then redrive ${queue.queueName}.`,
    });
  }

  private watchQueue(name: string, queue: Queue): void {
    const metric = queue.metricApproximateAgeOfOldestMessage({ period: minute, statistic: 'Maximum' });
    this.alarm(`${name}Age`, {
      metric,
      threshold: 900,
      periods: 5,
      says: `The oldest message of ${name} has waited for 15 minutes.`,
    });
  }

  private watchFunction({ lambda, node }: RekindleFunction): void {
    const name = node.id;
    const errors = lambda.metricErrors({ period: Duration.minutes(5), statistic: 'Sum' });
    this.alarm(`${name}Errors`, { metric: errors, threshold: 1, says: `${name} failed. The cause stands in its log group.` });
    const throttles = lambda.metricThrottles({ period: minute, statistic: 'Sum' });
    this.alarm(`${name}Throttles`, {
      metric: throttles,
      threshold: 1,
      periods: 5,
      says: `${name} is throttled: raise the account's limit of concurrent executions.`,
    });
    if (name !== 'Relay') return;
    const age = lambda.metric('IteratorAge', { period: minute, statistic: 'Maximum' });
    this.alarm('RelayIteratorAge', {
      metric: age,
      threshold: 300_000,
      periods: 5,
      says: 'The relay is 5 minutes behind the table.',
    });
  }

  private watchTable(table: Table): void {
    const dimensionsMap = { TableName: table.tableName };
    for (const name of ['ReadThrottleEvents', 'WriteThrottleEvents']) {
      const metric = new Metric({ namespace: 'AWS/DynamoDB', metricName: name, dimensionsMap, period: minute, statistic: 'Sum' });
      this.alarm(`Table${name}`, {
        metric,
        threshold: 1,
        periods: 5,
        says: 'DynamoDB throttles the table: look for a partition that gets too much.',
      });
    }
    const dimensions = { ...dimensionsMap, GlobalSecondaryIndexName: wakeIndex };
    const index = new Metric({
      namespace: 'AWS/DynamoDB',
      metricName: 'WriteThrottleEvents',
      dimensionsMap: dimensions,
      period: minute,
      statistic: 'Sum',
    });
    this.alarm('WakeIndexThrottles', {
      metric: index,
      threshold: 1,
      periods: 5,
      says: 'DynamoDB throttles the index of due customers, and with it the table.',
    });
  }

  private watchHttp({ api }: RekindleHttpApi): void {
    const metric = api.metricServerError({ period: minute, statistic: 'Sum' });
    this.alarm('HttpServerErrors', { metric, threshold: 1, periods: 3, says: 'The HTTP API answered with 5xx for 3 minutes.' });
  }

  /** From 5 % bounces and 0.1 % complaints Amazon reviews the account, and may stop its sending. */
  private watchReputation(configurationSet: string): void {
    for (const [name, threshold] of [
      ['BounceRate', 0.05],
      ['ComplaintRate', 0.001],
    ] as const) {
      const metric = new Metric({
        namespace: 'AWS/SES',
        metricName: `Reputation.${name}`,
        dimensionsMap: { 'ses:configuration-set': configurationSet },
        period: Duration.hours(1),
        statistic: 'Maximum',
      });
      this.alarm(`Mail${name}`, {
        metric,
        threshold,
        says: `The ${name === 'BounceRate' ? 'bounce' : 'complaint'} rate is where Amazon reviews the account.`,
      });
    }
  }

  private watchSending(): void {
    const { namespace, name } = heldMetric;
    const dimensionsMap = { stage: this.stage };
    const metric = new Metric({ namespace, metricName: name, dimensionsMap, period: Duration.minutes(5), statistic: 'Sum' });
    const says = 'SES takes no mail of this account now, or its daily quota is used up. Mails wait; the log of send says why.';
    this.alarm('SendingHeld', { metric, threshold: 1, says });
  }

  private watchCaptcha(): void {
    const { namespace, name } = uncheckedMetric;
    const dimensionsMap = { stage: this.stage };
    const metric = new Metric({ namespace, metricName: name, dimensionsMap, period: Duration.minutes(5), statistic: 'Sum' });
    const says =
      'Form posts came in whose captcha could not be checked. The log of capture says why: a secret is missing, or the provider is down.';
    this.alarm('CaptchaUnchecked', { metric, threshold: 1, says });
  }

  private watchVouchers(): void {
    const { namespace, name } = lowPoolsMetric;
    const dimensionsMap = { stage: this.stage };
    const metric = new Metric({ namespace, metricName: name, dimensionsMap, period: Duration.hours(1), statistic: 'Maximum' });
    const says = 'A pool of imported voucher codes is nearly empty: see npx rekindle vouchers pools, and import more.';
    this.alarm('VoucherPoolsLow', { metric, threshold: 1, says });
  }

  private watchBudgets(): void {
    const { namespace, name } = usedUpMetric;
    const dimensionsMap = { stage: this.stage };
    const metric = new Metric({ namespace, metricName: name, dimensionsMap, period: Duration.hours(1), statistic: 'Maximum' });
    const says = 'A journey has given away its budget of vouchers, and people get none: see npx rekindle vouchers budgets.';
    this.alarm('OfferBudgetUsedUp', { metric, threshold: 1, says });
  }

  private alarm(id: string, { metric, threshold, says, periods = 1 }: Rule): void {
    const alarm = new Alarm(this, id, {
      alarmName: `rekindle-${this.stage}-${id}`,
      alarmDescription: says,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // No data means that nothing happened: a queue without messages, a function without calls.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.action === undefined) return;
    alarm.addAlarmAction(this.action);
    alarm.addOkAction(this.action);
  }

  private notify(address: string): SnsAction {
    const topic = new Topic(this, 'Topic', { topicName: `rekindle-${this.stage}-alarms`, enforceSSL: true });
    topic.addSubscription(new EmailSubscription(address));
    // The policy that demands TLS replaces the one that every topic starts with, and that let alarms of the account publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return new SnsAction(topic);
  }
}
