import { Duration, Stack } from 'aws-cdk-lib';
import { type EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue } from './queue.ts';

export type WakeScheduleProps = { readonly stage: string; readonly wake: LambdaFunction; readonly bus: EventBus };

/** Starts `wake` every minute. A run that failed is not repeated: the next minute's does its work. */
export class WakeSchedule extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WakeScheduleProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', { name: `rekindle-${props.stage}-wake`, filledBy: 'the Scheduler' });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: `Lets the schedule of rekindle-${props.stage} start wake`,
    });
    // Not grantInvoke: that would add all versions of the function by a wildcard.
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [props.wake.functionArn] }));
    this.deadLetters.grantSendMessages(role);
    const schedule = new CfnSchedule(this, 'Schedule', {
      name: `rekindle-${props.stage}-wake`,
      description: 'Every minute: customers whose time has come',
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      state: 'ENABLED',
      target: {
        arn: props.wake.functionArn,
        roleArn: role.roleArn,
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 2 },
      },
    });
    schedule.node.addDependency(role);
    this.goOn(props);
    props.wake.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  }

  /**
   * A publication, and each page after it, asks for the next page of customers; an erasure for its next step. What is lost,
   * the next minutes go on with.
   */
  private goOn({ bus, stage, wake }: WakeScheduleProps): void {
    const target = new LambdaTarget(wake, {
      deadLetterQueue: this.deadLetters,
      retryAttempts: 3,
      maxEventAge: Duration.minutes(5),
    });
    const eventPattern = { source: ['rekindle.internal'], detailType: ['Fill Due', 'Erasure Due'] };
    new Rule(this, 'FillDue', { ruleName: `rekindle-${stage}-fill-due`, eventBus: bus, eventPattern, targets: [target] });
  }
}
