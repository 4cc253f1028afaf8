import { Duration, Stack } from 'aws-cdk-lib';
import { type EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue } from './queue.ts';

export type LearnScheduleProps = { readonly stage: string; readonly learn: LambdaFunction; readonly bus: EventBus };

/** Starts `learn` once a week, early on Monday, and whenever somebody asks for it. */
export class LearnSchedule extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { stage, learn, bus }: LearnScheduleProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', { name: `rekindle-${stage}-learn`, filledBy: 'the Scheduler' });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: `Lets the schedule of rekindle-${stage} start learn`,
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [learn.functionArn] }));
    this.deadLetters.grantSendMessages(role);
    const schedule = new CfnSchedule(this, 'Schedule', {
      name: `rekindle-${stage}-learn`,
      description: 'Every week: forecasts are learnt anew',
      scheduleExpression: 'cron(20 3 ? * MON *)',
      flexibleTimeWindow: { mode: 'OFF' },
      state: 'ENABLED',
      target: {
        arn: learn.functionArn,
        roleArn: role.roleArn,
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 2 },
      },
    });
    schedule.node.addDependency(role);
    const target = new LambdaTarget(learn, {
      deadLetterQueue: this.deadLetters,
      retryAttempts: 3,
      maxEventAge: Duration.hours(1),
    });
    const eventPattern = { source: ['rekindle.internal'], detailType: ['Learn Due'] };
    new Rule(this, 'LearnDue', { ruleName: `rekindle-${stage}-learn-due`, eventBus: bus, eventPattern, targets: [target] });
    learn.configureAsyncInvoke({ retryAttempts: 1, maxEventAge: Duration.hours(1) });
  }
}
