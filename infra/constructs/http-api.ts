import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { ApiMapping, DomainName, HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import type { Settings } from '#infra/context.ts';
import type { RekindleFunction } from './function.ts';

/** Who answers where. Functions answer OPTIONS themselves: which origins may call depends on the form and on the key. */
const routes = {
  capture: [
    'ANY /v1/{proxy+}',
    'ANY /beacon/{proxy+}',
    'ANY /pixel/{proxy+}',
    'ANY /f/{form}',
    'ANY /rekindle.js',
    'GET /health',
  ],
  preferences: ['ANY /u/{token}', 'ANY /p/{token}', 'ANY /c/{token}', 'ANY /v/{token}'],
  admin: ['ANY /admin/v1/{proxy+}'],
} as const;

export type Routed = keyof typeof routes;

/** Neither paths nor addresses are logged: recipients' tokens stand in the one, and the other is personal data. */
const logged = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  error: '$context.integrationErrorMessage',
};

/** The HTTP API, served at the root of its own address and, where one is set, of the host for links. */
export class RekindleHttpApi extends Construct {
  readonly api: HttpApi;
  /** `https://…` without a slash at the end. */
  readonly publicUrl: string;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: `rekindle-${settings.stage}`,
      description: 'Forms, events, preferences of recipients, and administration',
      createDefaultStage: false,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 2000, burstLimit: 1000 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLogs(settings)),
        format: AccessLogFormat.custom(JSON.stringify(logged)),
      },
    });
    this.publicUrl = settings.links === undefined ? this.api.apiEndpoint : `https://${settings.links.host}`;
    if (settings.links !== undefined) this.serveAt(settings.links, stage);
  }

  /** Routes the API's paths to the functions that answer them. */
  connect(functions: Readonly<Record<Routed, RekindleFunction>>): void {
    for (const routed of Object.keys(routes) as Routed[]) {
      const integration = new HttpLambdaIntegration(routed, functions[routed].lambda);
      const suppressions = [{ id: 'AwsSolutions-APIG4', reason: unauthorised[routed] }];
      for (const route of routes[routed]) {
        const [method = '', path = ''] = route.split(' ');
        const added = this.api.addRoutes({ path, methods: [method === 'GET' ? HttpMethod.GET : HttpMethod.ANY], integration });
        for (const one of added) NagSuppressions.addResourceSuppressions(one, suppressions);
      }
    }
  }

  private accessLogs(settings: Settings): LogGroup {
    return new LogGroup(this, 'AccessLogs', {
      logGroupName: `/rekindle/${settings.stage}/http`,
      retention: settings.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private serveAt(links: NonNullable<Settings['links']>, stage: HttpStage): void {
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', links.certificateArn);
    const domainName = new DomainName(this, 'Domain', { domainName: links.host, certificate });
    new ApiMapping(this, 'Mapping', { api: this.api, domainName, stage });
  }
}

const unauthorised: Readonly<Record<Routed, string>> = {
  capture:
    'Forms are open to everybody by nature; the function checks the write key of each Segment call against its hash in the table.',
  preferences: 'Recipients have no account: the signed token in the path is the authorisation, and the function verifies it.',
  admin:
    'The function checks a bearer key and its scopes against the hashes in the table, so that keys can be made and revoked at run time.',
};
