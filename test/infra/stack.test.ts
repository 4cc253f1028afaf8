import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { env } from '#functions/edge/env.ts';
import { functionNames, functionSettings, isHot } from '#infra/function-settings.ts';
import { arnOf, find, ofType, type Properties, synthesised } from './synthesised.ts';

const { stack, template, resources } = synthesised();
const names = (type: string, property: string) => ofType(resources, type).map(([, { Properties }]) => Properties[property]);

describe('the whole stack', () => {
  test('has no finding of cdk-nag, and no other error or warning', () => {
    const annotations = Annotations.fromStack(stack);
    const found = [...annotations.findError('*', Match.anyValue()), ...annotations.findWarning('*', Match.anyValue())];
    expect(found.map(({ id, entry }) => `${id}: ${String(entry.data)}`)).toEqual([]);
  });

  test('uses only intrinsics that the local cloud resolves, and no custom resource', () => {
    const used = new Set(JSON.stringify(template.toJSON()).match(/"Fn::\w+"/g));
    const known = ['"Fn::GetAtt"', '"Fn::Join"', '"Fn::Select"', '"Fn::Split"', '"Fn::Sub"'];
    expect([...used].filter((intrinsic) => !known.includes(intrinsic))).toEqual([]);
    const types = new Set(Object.values(resources).map(({ Type }) => Type));
    expect([...types].filter((type) => !type.startsWith('AWS::') || type.includes('CustomResource'))).toEqual([]);
  });

  test('tells the API, the table, the bus and the queues', () => {
    const outputs = Object.keys(template.toJSON().Outputs);
    expect(outputs).toEqual(
      expect.arrayContaining(['ApiUrl', 'TableName', 'BusName', 'EvaluateQueueName', 'EvaluateDeadLettersName']),
    );
  });
});

describe('the table', () => {
  const [, table] = find(resources, 'AWS::DynamoDB::Table', { TableName: 'rekindle-test' });

  test('streams new images, expires items, can be restored to any second and is encrypted', () => {
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
    });
  });

  test('has a sparse index of those who wait, with nothing but their keys', () => {
    expect(table.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: 'wake',
        KeySchema: [
          { AttributeName: 'wakeShard', KeyType: 'HASH' },
          { AttributeName: 'wakeAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
  });

  test('outlives the stack in production, and only there', () => {
    const production = synthesised({ stage: 'prod' });
    production.template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
    expect(production.stack.terminationProtection).toBe(true);
    template.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
    expect(stack.terminationProtection).toBe(false);
  });
});

describe('functions', () => {
  test('are those of the design, each with a log group of its name and a retention', () => {
    expect(names('AWS::Lambda::Function', 'FunctionName')).toEqual(functionNames.map((name) => `rekindle-test-${name}`));
    for (const name of functionNames)
      template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: `/rekindle/test/${name}` });
    expect(new Set(names('AWS::Logs::LogGroup', 'RetentionInDays'))).toEqual(new Set([30]));
  });

  test.each(functionNames)('%s runs on Node 24 on arm64 with the variables of its list, and no others', (name) => {
    const [, lambda] = find(resources, 'AWS::Lambda::Function', { FunctionName: `rekindle-test-${name}` });
    expect(lambda).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    const { Variables: variables } = lambda.Environment as { Variables: Properties };
    const expected = functionSettings[name].variables.map((variable): string => env[variable]);
    expect(Object.keys(variables).sort()).toEqual([...expected, ...(isHot(name) ? [] : ['NODE_OPTIONS'])].sort());
  });

  test('every variable is given to some function', () => {
    const given = new Set(functionNames.flatMap((name) => functionSettings[name].variables));
    expect([...given].sort()).toEqual(Object.keys(env).sort());
  });

  test('have roles without managed policies', () => {
    expect(names('AWS::IAM::Role', 'ManagedPolicyArns').filter((arns) => arns !== undefined)).toEqual([]);
  });

  test('may touch nothing by a wildcard but the account’s limits, the rules that admin makes, and their list', () => {
    const wild = ofType(resources, 'AWS::IAM::Policy').flatMap(([id, { Properties }]) => {
      const { Statement } = Properties.PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] };
      return Statement.filter((one) => JSON.stringify([one.Action, one.Resource]).includes('*')).map(({ Action }) => ({
        id,
        Action,
      }));
    });
    expect(wild.map(({ id, Action }) => [id.replace(/Role.*/, ''), Action])).toEqual([
      ['Send', 'ses:GetAccount'],
      [
        'Admin',
        ['events:DeleteRule', 'events:DescribeRule', 'events:ListTargetsByRule', 'events:PutRule', 'events:RemoveTargets'],
      ],
      ['Admin', 'events:PutTargets'],
      ['Admin', 'events:ListRules'],
    ]);
  });

  test('admin may point rules at the evaluate queue, and at nothing else', () => {
    const [queue] = find(resources, 'AWS::SQS::Queue', { QueueName: 'rekindle-test-evaluate' });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'events:PutTargets',
            Condition: { 'ForAllValues:ArnEquals': { 'events:TargetArn': arnOf(queue) } },
          }),
        ]),
      },
    });
  });
});

describe('the nights', () => {
  test.each([
    ['learn', 'Learn Due'],
    ['report', 'Report Due'],
  ])('%s looks once a day whether something is due, and hears when it is asked', (name, due) => {
    const [, schedule] = find(resources, 'AWS::Scheduler::Schedule', { Name: `rekindle-test-${name}` });
    expect(schedule).toMatchObject({
      ScheduleExpression: 'cron(20 3 * * ? *)',
      State: 'ENABLED',
      Target: { DeadLetterConfig: { Arn: expect.anything() } },
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      Name: `rekindle-test-${name}-due`,
      EventPattern: { source: ['rekindle.internal'], 'detail-type': [due] },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `rekindle-test-${name[0]?.toUpperCase()}${name.slice(1)}DeadLetters`,
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `rekindle-test-${name[0]?.toUpperCase()}${name.slice(1)}Errors`,
    });
  });
});

describe('with every option', () => {
  const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/0f1e2d3c';
  const full = synthesised({ domain: 'example.com', alarmEmail: 'ops@example.com', linkHost: 'go.example.com', certificateArn });

  test('there is still no finding', () => {
    expect(Annotations.fromStack(full.stack).findError('*', Match.anyValue())).toEqual([]);
    expect(Annotations.fromStack(full.stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test('all alarms tell the address', () => {
    full.template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    full.template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [Match.anyValue()],
      OKActions: [Match.anyValue()],
    });
    full.template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Principal: { Service: 'cloudwatch.amazonaws.com' } })]) },
    });
  });

  test('the domain becomes an identity, and its DNS records are told', () => {
    full.template.hasResourceProperties('AWS::SES::EmailIdentity', { EmailIdentity: 'example.com' });
    expect(Object.keys(full.template.toJSON().Outputs).filter((id) => id.includes('Dkim'))).toHaveLength(3);
  });

  test('links lead to the host that the API answers at', () => {
    full.template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'go.example.com' });
    full.template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'rekindle-test-send',
      Environment: { Variables: Match.objectLike({ [env.publicUrl]: 'https://go.example.com' }) },
    });
  });
});
