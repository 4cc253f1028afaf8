import { Duration, Stack } from 'aws-cdk-lib';
import { type EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue } from './queue.ts';

export type DailyJobProps = {
  readonly stage: string;
  /** As the function is called. */
  readonly name: string;
  readonly job: LambdaFunction;
  readonly bus: EventBus;
  readonly description: string;
  /** The word on the bus that starts it beside the schedule. */
  readonly due: string;
};

/** The same instant for all of them: the virtual clock of the local cloud stops at each instant at which something falls due. */
const NIGHTLY = 'cron(20 3 * * ? *)';

/** Starts a function once a day, which looks whether something is due, and whenever somebody asks for it by the bus. */
export class DailyJob extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { stage, name, job, bus, description, due }: DailyJobProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', { name: `rekindle-${stage}-${name}`, filledBy: 'the Scheduler' });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: `Lets the schedule of rekindle-${stage} start ${name}`,
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [job.functionArn] }));
    this.deadLetters.grantSendMessages(role);
    const schedule = new CfnSchedule(this, 'Schedule', {
      name: `rekindle-${stage}-${name}`,
      description,
      scheduleExpression: NIGHTLY,
      flexibleTimeWindow: { mode: 'OFF' },
      state: 'ENABLED',
      target: {
        arn: job.functionArn,
        roleArn: role.roleArn,
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 2 },
      },
    });
    schedule.node.addDependency(role);
    const target = new LambdaTarget(job, {
      deadLetterQueue: this.deadLetters,
      retryAttempts: 3,
      maxEventAge: Duration.hours(1),
    });
    const eventPattern = { source: ['rekindle.internal'], detailType: [due] };
    new Rule(this, 'Due', { ruleName: `rekindle-${stage}-${name}-due`, eventBus: bus, eventPattern, targets: [target] });
    job.configureAsyncInvoke({ retryAttempts: 1, maxEventAge: Duration.hours(1) });
  }
}
