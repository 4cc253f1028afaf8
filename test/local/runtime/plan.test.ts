import { expect, test } from 'vitest';
import { planStack, type StackPlan } from '#local/stack/plan.ts';
import type { Template } from '#local/stack/template.ts';

test('names, ARNs and references of the template are worked out with one account and region', () => {
  const plan = planned({
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::GlobalTable',
        Properties: {
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        },
      },
      Fn: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Handler: 'index.handler',
          Code: { S3Key: 'code.zip' },
          Environment: {
            Variables: {
              TABLE: { Ref: 'Table' },
              STREAM: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
              QUEUE_URL: { Ref: 'Queue' },
              PICKED: { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] },
              CHOSEN: { 'Fn::If': ['Never', 'yes', { Ref: 'Stage' }] },
              MAPPED: { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'size'] },
              LEFT_OUT: { Ref: 'AWS::NoValue' },
            },
          },
        },
      },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': `jobs-\${Stage}` } } },
      Absent: { Type: 'AWS::SQS::Queue', Condition: 'Never' },
    },
    Parameters: { Stage: { Default: 'dev' } },
    Conditions: { Never: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
    Mappings: { Sizes: { 'us-east-1': { size: 'small' } } },
  });
  expect(plan.queues.map(({ name }) => name)).toEqual(['jobs-dev']);
  expect(plan.tables[0]).toMatchObject({ name: 'shop-Table', ttlAttribute: 'expiresAt' });
  expect(plan.functions[0]).toMatchObject({
    name: 'shop-Fn',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:shop-Fn',
    timeoutMs: 3000,
  });
  expect(plan.functions[0]?.env).toEqual({
    TABLE: 'shop-Table',
    STREAM: expect.stringMatching(/^arn:aws:dynamodb:us-east-1:000000000000:table\/shop-Table\/stream\//),
    QUEUE_URL: 'http://sqs.test/000000000000/jobs-dev',
    PICKED: 'b',
    CHOSEN: 'dev',
    MAPPED: 'small',
  });
});

test('what is not run is said, what has no meaning here is passed over', () => {
  const plan = planned({
    Resources: {
      Role: { Type: 'AWS::IAM::Role' },
      Alarm: { Type: 'AWS::CloudWatch::Alarm' },
      Bucket: { Type: 'AWS::S3::Bucket' },
      Nightly: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 day)' } },
    },
  });
  expect(plan.notes).toEqual([
    'Bucket (AWS::S3::Bucket) is not run by the local cloud.',
    "Nightly: a rule's ScheduleExpression is not run; use AWS::Scheduler::Schedule.",
  ]);
});

test.each<[string, NonNullable<Template['Resources']>, RegExp]>([
  [
    'a reference to nothing',
    { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Nobody' } } } },
    /refers to Nobody/,
  ],
  [
    'a function without its code',
    { Fn: { Type: 'AWS::Lambda::Function', Properties: { Handler: 'a.b', Code: {} } } },
    /Fn: its code/,
  ],
  ['a container image', { Fn: { Type: 'AWS::Lambda::Function', Properties: { Code: { ImageUri: 'x' } } } }, /without a Handler/],
  [
    'a source that is neither stream nor queue',
    {
      Map: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: 'arn:aws:kinesis:x:y:z', FunctionName: 'f' },
      },
    },
    /Map: only table streams and queues/,
  ],
  [
    'a route with an authorizer',
    {
      Api: { Type: 'AWS::ApiGatewayV2::Api' },
      Route: { Type: 'AWS::ApiGatewayV2::Route', Properties: { AuthorizationType: 'JWT' } },
    },
    /Route: authorizers/,
  ],
])('%s stops the start with the name of the resource', (_name, Resources, reason) => {
  expect(() => planned({ Resources })).toThrow(reason);
});

test('every queue that takes what others gave up on is known', () => {
  const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
  const plan = planned({
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { RedrivePolicy: { deadLetterTargetArn: arn('a'), maxReceiveCount: 2 } } },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['x'] },
          Targets: [{ Id: '1', Arn: arn('q'), DeadLetterConfig: { Arn: arn('b') } }],
        },
      },
      Schedule: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: { Target: { Arn: arn('q'), DeadLetterConfig: { Arn: arn('c') } } },
      },
    },
  });
  expect(plan.deadLetterQueues).toEqual(['a', 'b', 'c']);
});

function planned(template: Template): StackPlan {
  const assembly = { stacks: [{ name: 'shop', template }], assets: new Map([['code.zip', '/code']]) };
  return planStack(assembly, { url: 'http://127.0.0.1:3000', sqsUrl: 'http://sqs.test' });
}
