import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { env } from '#functions/edge/env.ts';
import { type FunctionName, functionSettings, isHot } from '#infra/function-settings.ts';

type Variable = keyof typeof env;

export type RekindleFunctionProps = {
  readonly name: FunctionName;
  readonly stage: string;
  /** Folder of the bundle. */
  readonly bundle: string;
  /** Values of all variables; the function gets those that its settings name. */
  readonly variables: Readonly<Record<Variable, string>>;
  readonly table: Table;
  readonly retention: RetentionDays;
};

/** A Lambda function with a log group and a role of its own, which may do what is listed and nothing else. */
export class RekindleFunction extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: RekindleFunctionProps) {
    super(scope, id);
    const settings = functionSettings[props.name];
    // Node reads the source map of what it loads at once, which costs a fifth of a cold start.
    const hot = isHot(props.name);
    const logs = new LogGroup(this, 'Logs', {
      logGroupName: `/rekindle/${props.stage}/${props.name}`,
      retention: props.retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role made here, and not by the construct of the function, has no managed policy that opens all log groups.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What the function ${props.name} of rekindle-${props.stage} may do`,
    });
    logs.grantWrite(role);
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: `rekindle-${props.stage}-${props.name}`,
      description: settings.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.bundle, { exclude: hot ? ['*.map'] : [] }),
      memorySize: settings.memoryMb,
      timeout: Duration.seconds(settings.timeoutSeconds),
      environment: {
        ...pick(props.variables, settings.variables),
        ...(hot ? {} : { NODE_OPTIONS: '--enable-source-maps' }),
      },
      logGroup: logs,
      loggingFormat: LoggingFormat.JSON,
      role,
    });
    const actions = settings.tableActions.map((action) => `dynamodb:${action}`);
    if (actions.length > 0) this.allow(actions, [props.table.tableArn]);
  }

  allow(actions: readonly string[], resources: readonly string[]): void {
    this.lambda.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }
}

function pick(values: Readonly<Record<Variable, string>>, names: readonly Variable[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [env[name], values[name]]));
}
