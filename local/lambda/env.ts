import { devNull } from 'node:os';
import { region } from '../stack/names.ts';
import type { FunctionPlan } from '../stack/plan.ts';

export type Endpoints = { readonly dynamodb: string; readonly eventbridge: string; readonly ses: string; readonly sqs: string };

/**
 * The variables with which any AWS SDK client reaches the local cloud, and never a real account: made-up credentials, and
 * no look into the shared configuration files of whoever runs it.
 */
export function clientEnv(endpoints: Endpoints): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventbridge,
    AWS_ENDPOINT_URL_SESV2: endpoints.ses,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
  };
}

/** All variables that a function sees: what the template gives, what Lambda sets by itself, nothing of the surroundings. */
export function functionEnv(plan: FunctionPlan, endpoints: Endpoints, instance: string): Record<string, string> {
  return {
    ...clientEnv(endpoints),
    ...plan.env,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: plan.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(plan.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${plan.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: instance,
    LAMBDA_TASK_ROOT: plan.codeFolder,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: plan.handler,
  };
}
