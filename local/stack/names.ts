export const account = '000000000000';
export const region = 'us-east-1';

/** Where the resources of a stack are reached on this machine. */
export type Places = {
  /** Of the HTTP API, without a slash at the end. */
  readonly url: string;
  readonly sqsUrl: string;
};

/** Property that names a resource of this type, and the name's part in its ARN. */
const kinds: Readonly<Record<string, { readonly nameKey: string; readonly arn: (name: string) => string }>> = {
  'AWS::DynamoDB::Table': { nameKey: 'TableName', arn: (name) => arn('dynamodb', `table/${name}`) },
  'AWS::DynamoDB::GlobalTable': { nameKey: 'TableName', arn: (name) => arn('dynamodb', `table/${name}`) },
  'AWS::SQS::Queue': { nameKey: 'QueueName', arn: (name) => arn('sqs', name) },
  'AWS::Events::EventBus': { nameKey: 'Name', arn: (name) => arn('events', `event-bus/${name}`) },
  'AWS::Events::Rule': { nameKey: 'Name', arn: (name) => arn('events', `rule/${name}`) },
  'AWS::Lambda::Function': { nameKey: 'FunctionName', arn: (name) => arn('lambda', `function:${name}`) },
  'AWS::Scheduler::Schedule': { nameKey: 'Name', arn: (name) => arn('scheduler', `schedule/default/${name}`) },
  'AWS::Scheduler::ScheduleGroup': { nameKey: 'Name', arn: (name) => arn('scheduler', `schedule-group/${name}`) },
  'AWS::Logs::LogGroup': { nameKey: 'LogGroupName', arn: (name) => arn('logs', `log-group:${name}`) },
  'AWS::IAM::Role': { nameKey: 'RoleName', arn: (name) => `arn:aws:iam::${account}:role/${name}` },
  'AWS::SNS::Topic': { nameKey: 'TopicName', arn: (name) => arn('sns', name) },
  'AWS::SES::ConfigurationSet': { nameKey: 'Name', arn: (name) => arn('ses', `configuration-set/${name}`) },
  'AWS::SES::EmailIdentity': { nameKey: 'EmailIdentity', arn: (name) => arn('ses', `identity/${name}`) },
};

export function nameKeyOf(type: string): string | undefined {
  return kinds[type]?.nameKey;
}

export function arnOf(type: string, name: string): string {
  return kinds[type]?.arn(name) ?? arn(type.split('::')[1]?.toLowerCase() ?? 'local', name);
}

/** What `Ref` gives for a resource. */
export function refOf(type: string, name: string, places: Places): string {
  if (type === 'AWS::SQS::Queue') return queueUrl(name, places);
  if (type === 'AWS::SNS::Topic') return arnOf(type, name);
  return name;
}

/** What `Fn::GetAtt` gives. An attribute that means nothing here is a text of its own, so that it can be recognised. */
export function attributeOf(type: string, name: string, attribute: string, places: Places): string {
  const known: Readonly<Record<string, string>> = {
    Arn: arnOf(type, name),
    TopicArn: arnOf(type, name),
    StreamArn: `${arnOf(type, name)}/stream/2026-01-01T00:00:00.000`,
    QueueUrl: queueUrl(name, places),
    QueueName: name,
    Name: name,
    ApiEndpoint: places.url,
    ApiId: name,
  };
  return (Object.hasOwn(known, attribute) ? known[attribute] : undefined) ?? `${name}.${attribute}`;
}

/** The resource's name at the end of a queue's, table's, bus's or function's ARN; a function's qualifier is left out. */
export function nameInArn(value: string): string {
  const [, , service, , , ...rest] = value.split(':');
  if (service === 'lambda') return rest[1] ?? value;
  if (service === 'dynamodb') return rest.join(':').split('/')[1] ?? value;
  return rest.join(':').split('/').at(-1) ?? value;
}

export function serviceOfArn(value: string): string {
  return value.split(':')[2] ?? '';
}

/** Addresses that a template puts together from the API's id instead of asking for its endpoint. */
export function localAddress(value: string, places: Places): string {
  return value.replace(/https:\/\/[A-Za-z0-9-]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com/g, places.url);
}

function queueUrl(name: string, places: Places): string {
  return `${places.sqsUrl}/${account}/${name}`;
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}
