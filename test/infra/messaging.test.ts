import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { alwaysEvaluated } from '#core/event.ts';
import { functionSettings, queueNames } from '#infra/function-settings.ts';
import { arnOf, find, ofType, synthesised } from './synthesised.ts';

const { template, resources } = synthesised();

describe('queues', () => {
  const policies = ofType(resources, 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => Properties);

  test('are encrypted and refuse what comes without TLS', () => {
    for (const [id, { Properties }] of ofType(resources, 'AWS::SQS::Queue')) {
      expect(Properties.SqsManagedSseEnabled, id).toBe(true);
      const policy = policies.find(({ Queues }) => JSON.stringify(Queues) === JSON.stringify([{ Ref: id }]));
      expect(JSON.stringify(policy), id).toContain('"aws:SecureTransport":"false"');
    }
  });

  test.each(queueNames)(
    '%s gives poison to its dead-letter queue, and hides a message for six times the time of its function',
    (name) => {
      const [id, queue] = find(resources, 'AWS::SQS::Queue', { QueueName: `rekindle-test-${name}` });
      const [dead, deadLetters] = find(resources, 'AWS::SQS::Queue', { QueueName: `rekindle-test-${name}-dead` });
      const [lambda] = find(resources, 'AWS::Lambda::Function', { FunctionName: `rekindle-test-${name}` });
      expect(queue.RedrivePolicy).toEqual({ deadLetterTargetArn: arnOf(dead), maxReceiveCount: 5 });
      expect(deadLetters.MessageRetentionPeriod).toBe(14 * 86_400);
      expect(queue.VisibilityTimeout).toBe(6 * functionSettings[name].timeoutSeconds);
      const [, mapping] = find(resources, 'AWS::Lambda::EventSourceMapping', { EventSourceArn: arnOf(id) });
      expect(mapping).toMatchObject({ FunctionName: { Ref: lambda }, FunctionResponseTypes: ['ReportBatchItemFailures'] });
      expect(mapping.ScalingConfig).toHaveProperty('MaximumConcurrency');
    },
  );

  test('evaluate takes 25 messages at once', () => {
    const [id] = find(resources, 'AWS::SQS::Queue', { QueueName: 'rekindle-test-evaluate' });
    const [, mapping] = find(resources, 'AWS::Lambda::EventSourceMapping', { EventSourceArn: arnOf(id) });
    expect(mapping).toMatchObject({ BatchSize: 25, MaximumBatchingWindowInSeconds: 1 });
  });

  test.each(['evaluate', 'evaluate-dead'])('%s admits rules that are made at publish', (name) => {
    const [id] = find(resources, 'AWS::SQS::Queue', { QueueName: `rekindle-test-${name}` });
    const policy = policies.find(({ Queues }) => JSON.stringify(Queues) === JSON.stringify([{ Ref: id }]));
    expect(JSON.stringify(policy)).toContain('/rekindle-test-catalogue-*');
  });
});

describe('what starts functions', () => {
  test('the relay gets new events, messages and calls, and messages that are queued again', () => {
    const [relay] = find(resources, 'AWS::Lambda::Function', { FunctionName: 'rekindle-test-relay' });
    const [, mapping] = find(resources, 'AWS::Lambda::EventSourceMapping', { FunctionName: { Ref: relay } });
    const { Filters } = mapping.FilterCriteria as { Filters: { Pattern: string }[] };
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'E#' }, { prefix: 'M#' }, { prefix: 'X#' }] } } } },
      { eventName: ['MODIFY'], dynamodb: { Keys: { sk: { S: [{ prefix: 'M#' }] } }, NewImage: { status: { S: ['queued'] } } } },
    ]);
  });

  test('the relay gives up after bounded tries, one record at a time, into its dead-letter queue', () => {
    const [dead] = find(resources, 'AWS::SQS::Queue', { QueueName: 'rekindle-test-relay-dead' });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 100,
      MaximumRecordAgeInSeconds: 21_600,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: arnOf(dead) } },
    });
  });

  test.each([
    ['always-evaluated', { source: ['rekindle'], 'detail-type': [...alwaysEvaluated] }, 'evaluate'],
    ['wake-due', { source: ['rekindle.internal'], 'detail-type': ['Wake Due'] }, 'evaluate'],
    ['message-queued', { source: ['rekindle.internal'], 'detail-type': ['Message Queued'] }, 'send'],
    ['call-queued', { source: ['rekindle.internal'], 'detail-type': ['Call Queued'] }, 'deliver'],
  ])('the rule %s of the bus feeds a queue, with a dead-letter queue for what it cannot hand over', (rule, pattern, queue) => {
    const [, properties] = find(resources, 'AWS::Events::Rule', { Name: `rekindle-test-${rule}` });
    const [bus] = find(resources, 'AWS::Events::EventBus', { Name: 'rekindle-test' });
    const [to] = find(resources, 'AWS::SQS::Queue', { QueueName: `rekindle-test-${queue}` });
    const [dead] = find(resources, 'AWS::SQS::Queue', { QueueName: `rekindle-test-${queue}-dead` });
    expect(properties).toMatchObject({ EventBusName: { Ref: bus }, EventPattern: pattern });
    expect(properties.Targets).toMatchObject([{ Arn: arnOf(to), DeadLetterConfig: { Arn: arnOf(dead) } }]);
  });

  test('what SES tells of our configuration set goes from the default bus to feedback', () => {
    const [to] = find(resources, 'AWS::SQS::Queue', { QueueName: 'rekindle-test-feedback' });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: 'default',
      EventPattern: { source: ['aws.ses'], detail: { mail: { tags: { 'ses:configuration-set': ['rekindle-test'] } } } },
      Targets: [Match.objectLike({ Arn: arnOf(to) })],
    });
    template.hasResourceProperties('AWS::SES::ConfigurationSet', {
      Name: 'rekindle-test',
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
      ReputationOptions: { ReputationMetricsEnabled: true },
      SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
  });

  test('wake runs every minute', () => {
    const [wake] = find(resources, 'AWS::Lambda::Function', { FunctionName: 'rekindle-test-wake' });
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 minute)',
      Target: { Arn: arnOf(wake), DeadLetterConfig: Match.anyValue() },
    });
  });

  test('the HTTP API routes each path to the function that answers it', () => {
    expect(
      ofType(resources, 'AWS::ApiGatewayV2::Route')
        .map(([, { Properties }]) => Properties.RouteKey)
        .sort(),
    ).toEqual([
      'ANY /admin/v1/{proxy+}',
      'ANY /beacon/{proxy+}',
      'ANY /c/{token}',
      'ANY /f/{form}',
      'ANY /p/{token}',
      'ANY /pixel/{proxy+}',
      'ANY /rekindle.js',
      'ANY /u/{token}',
      'ANY /v/{token}',
      'ANY /v1/{proxy+}',
      'GET /health',
    ]);
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: '$default', AccessLogSettings: Match.anyValue() });
  });

  test('the access log holds no path, which may be a token, and no address', () => {
    const [, stage] = find(resources, 'AWS::ApiGatewayV2::Stage', { StageName: '$default' });
    expect(JSON.stringify(stage.AccessLogSettings)).not.toMatch(/context\.(path|identity)|rawPath/);
  });
});

describe('alarms', () => {
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  const watches = (metric: string, dimension: unknown) =>
    alarms.some(
      ({ MetricName, Dimensions }) => MetricName === metric && JSON.stringify(Dimensions).includes(JSON.stringify(dimension)),
    );

  test('watch every dead-letter queue, and the age of the oldest message of every other', () => {
    for (const [id, { Properties }] of ofType(resources, 'AWS::SQS::Queue')) {
      const metric = String(Properties.QueueName).endsWith('-dead')
        ? 'ApproximateNumberOfMessagesVisible'
        : 'ApproximateAgeOfOldestMessage';
      expect(watches(metric, { 'Fn::GetAtt': [id, 'QueueName'] }), id).toBe(true);
    }
  });

  test('watch errors and throttles of every function, and the relay’s distance from the table', () => {
    for (const [id, { Properties }] of ofType(resources, 'AWS::Lambda::Function')) {
      expect(watches('Errors', { Ref: id }), id).toBe(true);
      expect(watches('Throttles', { Ref: id }), id).toBe(true);
      expect(watches('IteratorAge', { Ref: id }), id).toBe(Properties.FunctionName === 'rekindle-test-relay');
    }
  });

  test('watch throttles of the table, 5xx of the API, and the rates by which Amazon judges a sender', () => {
    const [api] = find(resources, 'AWS::ApiGatewayV2::Api', {});
    const [table] = find(resources, 'AWS::DynamoDB::Table', {});
    expect(watches('WriteThrottleEvents', { Ref: table })).toBe(true);
    expect(watches('5xx', { Ref: api })).toBe(true);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Reputation.BounceRate', Threshold: 0.05 });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Reputation.ComplaintRate', Threshold: 0.001 });
  });

  test('tell nobody unless an address is given, and then by mail', () => {
    expect(alarms.filter(({ AlarmActions }) => AlarmActions !== undefined)).toEqual([]);
  });
});
