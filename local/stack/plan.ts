import type { QueueOptions } from '../ports.ts';
import type { Assembly } from './assembly.ts';
import { type Found, findResources } from './find.ts';
import { planFunctions } from './functions.ts';
import { nameInArn, type Places } from './names.ts';
import { type ApiPlan, planApi } from './routes.ts';
import { planQueues, planRules, planTables, type RulePlan, type TablePlan } from './services.ts';
import { record, text } from './template.ts';
import { planMappings, planSchedules, type QueueSourcePlan, type SchedulePlan, type StreamSourcePlan } from './triggers.ts';

export type FunctionPlan = {
  readonly name: string;
  readonly arn: string;
  readonly codeFolder: string;
  /** `file.export`, the file relative to the code folder and without its extension. */
  readonly handler: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly concurrencyMax?: number;
  /** For invocations that nobody waits for: rules, schedules. */
  readonly retriesMax: number;
  readonly deadLetterQueue?: string;
};

/** What the synthesised stack consists of, with all references resolved. */
export type StackPlan = {
  readonly tables: readonly TablePlan[];
  readonly queues: readonly QueueOptions[];
  readonly buses: readonly string[];
  readonly rules: readonly RulePlan[];
  readonly functions: readonly FunctionPlan[];
  readonly streamSources: readonly StreamSourcePlan[];
  readonly queueSources: readonly QueueSourcePlan[];
  readonly schedules: readonly SchedulePlan[];
  readonly api: ApiPlan;
  /** Queues that take what others gave up on. */
  readonly deadLetterQueues: readonly string[];
  /** What stands in the template and is not run here, one line each. */
  readonly notes: readonly string[];
};

/** Reads the whole plan. Throws where something that would be run cannot be understood. */
export function planStack(assembly: Assembly, places: Places): StackPlan {
  const found = findResources(assembly, places);
  const plan = {
    tables: planTables(found),
    queues: planQueues(found),
    buses: found.of('AWS::Events::EventBus').map(({ name }) => name),
    rules: planRules(found),
    functions: planFunctions(found, assembly),
    ...planMappings(found),
    schedules: planSchedules(found),
    api: planApi(found),
    notes: notes(found),
  };
  return { ...plan, deadLetterQueues: deadLetterQueues(plan) };
}

function deadLetterQueues(plan: Omit<StackPlan, 'deadLetterQueues'>): string[] {
  const arns = [...plan.rules.flatMap(({ targets }) => targets), ...plan.schedules.map(({ target }) => target)];
  const named = [
    ...plan.queues.map(({ redrive }) => redrive?.deadLetterQueue),
    ...plan.streamSources.map(({ deadLetterQueue }) => deadLetterQueue),
    ...plan.functions.map(({ deadLetterQueue }) => deadLetterQueue),
    ...arns
      .map((target) => text(record(target.DeadLetterConfig).Arn))
      .map((arn) => (arn === undefined ? undefined : nameInArn(arn))),
  ];
  return [...new Set(named.filter((name) => name !== undefined))].sort();
}

/** Run here. */
const RUN = new Set([
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::SQS::Queue',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::Lambda::Function',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Scheduler::Schedule',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Integration',
]);

/** Permissions, watching and addresses: they mean nothing on one machine. */
const WITHOUT_MEANING = new RegExp(
  `^(?:${[
    'AWS::IAM::.*',
    'AWS::CloudWatch::.*',
    'AWS::Logs::.*',
    'AWS::CDK::Metadata',
    'AWS::SNS::.*',
    'AWS::KMS::.*',
    'AWS::SES::.*',
    'AWS::Route53::.*',
    'AWS::CertificateManager::.*',
    'AWS::Budgets::.*',
    'AWS::SQS::QueuePolicy',
    'AWS::Events::EventBusPolicy',
    'AWS::Lambda::(?:Permission|Version|Alias)',
    'AWS::Scheduler::ScheduleGroup',
    'AWS::ApiGatewayV2::(?:Stage|Deployment|DomainName|ApiMapping)',
  ].join('|')})$`,
);

function notes(found: Found): string[] {
  const others = found.all.filter(({ type }) => !RUN.has(type) && !WITHOUT_MEANING.test(type));
  const scheduled = found.of('AWS::Events::Rule').filter(({ properties }) => properties.ScheduleExpression !== undefined);
  return [
    ...others.map(({ logicalId, type }) => `${logicalId} (${type}) is not run by the local cloud.`),
    ...scheduled.map(({ logicalId }) => `${logicalId}: a rule's ScheduleExpression is not run; use AWS::Scheduler::Schedule.`),
  ];
}
