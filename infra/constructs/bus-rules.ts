import { Duration, Stack } from 'aws-cdk-lib';
import { EventBus, type EventPattern, type IEventBusRef, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { alwaysEvaluated } from '#core/event.ts';
import type { QueueName } from '#infra/function-settings.ts';
import type { WorkQueue } from './queue.ts';

export type BusRulesProps = {
  readonly stage: string;
  readonly bus: EventBus;
  readonly configurationSetName: string;
  readonly queues: Readonly<Record<QueueName, WorkQueue>>;
};

/** Sources of events: what happened to customers, and what functions tell each other. */
const CUSTOMERS = 'rekindle';
const INTERNAL = 'rekindle.internal';

/** All that SES says about a mail; what it says about the account has no configuration set and no use here. */
const mailEvents = [
  'Email Sent',
  'Email Delivered',
  'Email Delivery Delayed',
  'Email Bounced',
  'Email Complaint Received',
  'Email Opened',
  'Email Clicked',
  'Email Rejected',
  'Email Rendering Failed',
  'Email Subscribed',
];

/** The rules that stand whatever the catalogue says. `admin` adds one or more for the names that a release mentions. */
export class BusRules extends Construct {
  readonly catalogue: { readonly prefix: string; readonly ruleArns: string };

  constructor(scope: Construct, id: string, props: BusRulesProps) {
    super(scope, id);
    const { bus, queues, stage } = props;
    const internal = (detailType: string): EventPattern => ({ source: [INTERNAL], detailType: [detailType] });
    const always = { source: [CUSTOMERS], detailType: [...alwaysEvaluated] };
    this.addRule('AlwaysEvaluated', `rekindle-${stage}-always-evaluated`, bus, always, queues.evaluate);
    this.addRule('WakeDue', `rekindle-${stage}-wake-due`, bus, internal('Wake Due'), queues.evaluate);
    this.addRule('MessageQueued', `rekindle-${stage}-message-queued`, bus, internal('Message Queued'), queues.send);
    this.addRule('CallQueued', `rekindle-${stage}-call-queued`, bus, internal('Call Queued'), queues.deliver);
    const mail = {
      source: ['aws.ses'],
      detailType: mailEvents,
      detail: { mail: { tags: { 'ses:configuration-set': [props.configurationSetName] } } },
    };
    const defaultBus = EventBus.fromEventBusName(this, 'DefaultBus', 'default');
    this.addRule('MailEvents', `rekindle-${stage}-mail-events`, defaultBus, mail, queues.feedback);

    const prefix = `rekindle-${stage}-catalogue-`;
    const ruleArns = Stack.of(this).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${bus.eventBusName}/${prefix}*`,
    });
    this.catalogue = { prefix, ruleArns };
    admitCatalogueRules(queues.evaluate, ruleArns);
  }

  private addRule(id: string, ruleName: string, eventBus: IEventBusRef, eventPattern: EventPattern, to: WorkQueue): void {
    const target = new SqsQueue(to.queue, {
      deadLetterQueue: to.deadLetters,
      maxEventAge: Duration.hours(24),
      retryAttempts: 185,
    });
    new Rule(this, id, { ruleName, eventBus, eventPattern, targets: [target] });
  }
}

/** Rules that are made at publish are not in this stack, so CDK cannot admit them to the queues one by one. */
function admitCatalogueRules(to: WorkQueue, ruleArns: string): void {
  for (const queue of [to.queue, to.deadLetters]) {
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CatalogueRules',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': ruleArns } },
      }),
    );
  }
}
