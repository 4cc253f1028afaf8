import { devNull } from 'node:os';
import { env } from '#functions/edge/env.ts';

/** What the stack and Lambda give to functions, with made-up credentials; endpoints come on top. */
export const functionVariables: Readonly<Record<string, string>> = {
  [env.stage]: 'bench',
  [env.table]: 'rekindle-bench',
  [env.bus]: 'rekindle-bench',
  [env.rulePrefix]: 'rekindle-bench-catalogue-',
  [env.evaluateQueueArn]: 'arn:aws:sqs:eu-west-1:000000000000:rekindle-bench-evaluate',
  [env.sendQueueUrl]: 'http://127.0.0.1:9/000000000000/rekindle-bench-send',
  [env.feedbackQueueUrl]: 'http://127.0.0.1:9/000000000000/rekindle-bench-feedback',
  [env.configurationSet]: 'rekindle-bench',
  [env.sender]: 'hello@example.com',
  [env.publicUrl]: 'https://abcdef1234.execute-api.eu-west-1.amazonaws.com',
  [env.allowedOrigins]: '*',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'rekindle-bench',
};
