import { CfnOutput, DefaultStackSynthesizer, type IStackSynthesizer, Stack, Tags } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { Alarms, type Watched } from './constructs/alarms.ts';
import { BusRules } from './constructs/bus-rules.ts';
import { DailyJob } from './constructs/daily-job.ts';
import { Dashboard } from './constructs/dashboard.ts';
import { RekindleFunction } from './constructs/function.ts';
import { RekindleHttpApi } from './constructs/http-api.ts';
import { Mail } from './constructs/mail.ts';
import { WorkQueue } from './constructs/queue.ts';
import { StreamRelay } from './constructs/stream-relay.ts';
import { CustomerTable } from './constructs/table.ts';
import { WakeSchedule } from './constructs/wake-schedule.ts';
import type { Settings } from './context.ts';
import { type FunctionName, functionNames, type QueueName, queueNames } from './function-settings.ts';
import { grantRights } from './rights.ts';

/** Where each function's bundle is. */
export type BundleFolders = Readonly<Record<FunctionName, string>>;

/** The whole of Rekindle for one stage. */
export class RekindleStack extends Stack {
  constructor(scope: Construct, settings: Settings, bundles: BundleFolders) {
    const { stage } = settings;
    const production = stage === 'prod';
    super(scope, `rekindle-${stage}`, {
      description: 'Rekindle: serverless marketing automation',
      terminationProtection: production,
      // The CDK command checks the bootstrap version by itself; a rule in the template would only repeat it.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    });
    Tags.of(this).add('application', 'rekindle');
    Tags.of(this).add('stage', stage);

    const table = new CustomerTable(this, 'Table', { name: `rekindle-${stage}`, keep: production });
    const bus = new EventBus(this, 'Bus', {
      eventBusName: `rekindle-${stage}`,
      description: 'Events of customers, and what functions tell each other',
    });
    const mail = new Mail(this, 'Mail', settings);
    const http = new RekindleHttpApi(this, 'Http', settings);
    const queues = byName(queueNames, (name) => new WorkQueue(this, `${pascalCase(name)}Work`, { stage, name }));
    const { catalogue } = new BusRules(this, 'Rules', { stage, bus, configurationSetName: mail.configurationSetName, queues });
    const evaluateQueueArn = queues.evaluate.queue.queueArn;
    const variables = {
      stage,
      table: table.tableName,
      bus: bus.eventBusName,
      rulePrefix: catalogue.prefix,
      evaluateQueueArn,
      sendQueueUrl: queues.send.queue.queueUrl,
      feedbackQueueUrl: queues.feedback.queue.queueUrl,
      configurationSet: mail.configurationSetName,
      sender: settings.sender,
      publicUrl: http.publicUrl,
      allowedOrigins: settings.allowedOrigins.join(','),
    };
    const functions = byName(functionNames, (name) => {
      const props = { name, stage, bundle: bundles[name], variables, table, retention: settings.retentionDays };
      return new RekindleFunction(this, pascalCase(name), props);
    });
    grantRights(functions, {
      table,
      bus,
      mail,
      catalogueRuleArns: catalogue.ruleArns,
      evaluateQueueArn,
      sendQueueArn: queues.send.queue.queueArn,
      feedbackQueueArn: queues.feedback.queue.queueArn,
    });

    for (const name of queueNames) queues[name].feed(functions[name]);
    const relay = new StreamRelay(this, 'StreamRelay', { stage, table, relay: functions.relay });
    const schedule = new WakeSchedule(this, 'WakeSchedule', { stage, bus, wake: functions.wake.lambda });
    const learning = new DailyJob(this, 'LearnSchedule', {
      stage,
      bus,
      name: 'learn',
      job: functions.learn.lambda,
      description: 'Each day: whether forecasts are to be learnt anew (prediction.json, learnEvery)',
      due: 'Learn Due',
    });
    const reporting = new DailyJob(this, 'ReportSchedule', {
      stage,
      bus,
      name: 'report',
      job: functions.report.lambda,
      description: 'Each day: whether a report is to be gathered (policy.json, reports)',
      due: 'Report Due',
    });
    http.connect(functions);

    this.observe({
      stage,
      alarmEmail: settings.alarmEmail,
      table,
      functions: Object.values(functions),
      queues: queueNames.map((name) => ({ id: pascalCase(name), queue: queues[name].queue })),
      deadLetters: [
        ...queueNames.map((name) => ({ id: pascalCase(name), queue: queues[name].deadLetters })),
        { id: 'Relay', queue: relay.deadLetters },
        { id: 'Wake', queue: schedule.deadLetters },
        { id: 'Learn', queue: learning.deadLetters },
        { id: 'Report', queue: reporting.deadLetters },
      ],
      http,
      configurationSetName: mail.configurationSetName,
    });
    this.output('BusName', bus.eventBusName);
  }

  private observe(watched: Watched): void {
    new Alarms(this, 'Alarms', watched);
    new Dashboard(this, 'Dashboard', watched);
    this.output('ApiUrl', watched.http.publicUrl);
    this.output('TableName', watched.table.tableName);
    for (const { id, queue } of watched.queues) this.output(`${id}QueueName`, queue.queueName);
    for (const { id, queue } of watched.deadLetters) this.output(`${id}DeadLettersName`, queue.queueName);
  }

  private output(id: string, value: string): void {
    new CfnOutput(this, id, { value });
  }
}

function byName<Name extends FunctionName | QueueName, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Readonly<Record<Name, Value>> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}

function pascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
