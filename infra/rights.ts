import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type NagPackSuppression, NagSuppressions } from 'cdk-nag';
import type { RekindleFunction } from './constructs/function.ts';
import type { Mail } from './constructs/mail.ts';
import { wakeIndex } from './constructs/table.ts';
import type { FunctionName } from './function-settings.ts';

export type Rights = {
  readonly table: Table;
  readonly bus: EventBus;
  readonly mail: Mail;
  /** Matches the rules that `admin` makes at publish, and no others. */
  readonly catalogueRuleArns: string;
  readonly evaluateQueueArn: string;
  readonly sendQueueArn: string;
  readonly feedbackQueueArn: string;
};

/** What functions may do beyond the table, the stream and their queues. */
export function grantRights(functions: Readonly<Record<FunctionName, RekindleFunction>>, rights: Rights): void {
  const { bus, mail, table } = rights;
  functions.relay.allow(['events:PutEvents'], [bus.eventBusArn]);
  functions.wake.allow(['events:PutEvents'], [bus.eventBusArn]);
  functions.admin.allow(['events:PutEvents'], [bus.eventBusArn]);
  functions.learn.allow(['events:PutEvents'], [bus.eventBusArn]);
  functions.report.allow(['events:PutEvents'], [bus.eventBusArn]);
  functions.report.allow(['dynamodb:Query'], [`${table.tableArn}/index/${wakeIndex}`]);
  functions.learn.allow(['dynamodb:Query'], [`${table.tableArn}/index/${wakeIndex}`]);
  functions.wake.allow(['dynamodb:Query'], [`${table.tableArn}/index/${wakeIndex}`]);
  // Reports go through all customers.
  functions.admin.allow(['dynamodb:Query'], [`${table.tableArn}/index/${wakeIndex}`]);
  functions.send.allow(['ses:SendEmail'], mail.resourceArns);
  functions.send.allow(['sqs:SendMessage'], [rights.sendQueueArn]);
  functions.feedback.allow(['sqs:SendMessage'], [rights.feedbackQueueArn]);
  grantLimits(functions.send);
  // Test mails.
  functions.admin.allow(['ses:SendEmail'], mail.resourceArns);
  grantCatalogueRules(functions.admin, rights);
}

function grantLimits(send: RekindleFunction): void {
  send.allow(['ses:GetAccount'], ['*']);
  const reason = 'GetAccount knows no resource; it tells the rate and quota of the account, and changes nothing.';
  accountFor(send, [{ id: 'AwsSolutions-IAM5', reason, appliesTo: ['Resource::*'] }]);
}

function accountFor({ lambda, node }: RekindleFunction, suppressions: NagPackSuppression[]): void {
  const policy = lambda.role?.node.tryFindChild('DefaultPolicy');
  if (policy === undefined) throw new Error(`The role of ${node.id} has no policy to account for`);
  NagSuppressions.addResourceSuppressions(policy, suppressions);
}

function grantCatalogueRules(admin: RekindleFunction, { catalogueRuleArns, evaluateQueueArn }: Rights): void {
  admin.allow(
    ['events:PutRule', 'events:DeleteRule', 'events:DescribeRule', 'events:ListTargetsByRule', 'events:RemoveTargets'],
    [catalogueRuleArns],
  );
  admin.lambda.addToRolePolicy(
    new PolicyStatement({
      actions: ['events:PutTargets'],
      resources: [catalogueRuleArns],
      conditions: { 'ForAllValues:ArnEquals': { 'events:TargetArn': evaluateQueueArn } },
    }),
  );
  admin.allow(['events:ListRules'], ['*']);
  accountFor(admin, [
    {
      id: 'AwsSolutions-IAM5',
      reason: 'Rules are named by the release that makes them; their prefix keeps admin away from all others.',
      appliesTo: [{ regex: '/^Resource::.*:rule.*-catalogue-\\*$/' }],
    },
    {
      id: 'AwsSolutions-IAM5',
      reason: 'ListRules knows no resource; it tells names and patterns, and changes nothing.',
      appliesTo: ['Resource::*'],
    },
  ]);
}
