import type { Found, FoundResource } from './find.ts';
import { nameInArn } from './names.ts';
import { flag, list, number, record, text } from './template.ts';

export type RoutePlan = {
  /** `GET /f/{form}`, `ANY /admin/{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly function: string;
  readonly timeoutMs: number;
};

export type CorsPlan = {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds?: number;
  readonly credentials: boolean;
};

export type ApiPlan = { readonly id: string; readonly routes: readonly RoutePlan[]; readonly cors?: CorsPlan };

/** The one HTTP API of the stack; without one there are no routes. */
export function planApi(found: Found): ApiPlan {
  const [api, ...others] = found.of('AWS::ApiGatewayV2::Api');
  if (others.length > 0) throw new Error('The local cloud serves one HTTP API; the template holds several.');
  if (api === undefined) return { id: 'local', routes: [] };
  const integrations = new Map(found.of('AWS::ApiGatewayV2::Integration').map((integration) => [integration.name, integration]));
  const routes = found.of('AWS::ApiGatewayV2::Route').map((route) => planRoute(route, integrations));
  const cors = api.properties.CorsConfiguration;
  return cors === undefined ? { id: api.name, routes } : { id: api.name, routes, cors: planCors(record(cors)) };
}

/** An HTTP API waits so long for an integration and not longer. */
const INTEGRATION_TIMEOUT_MS = 30_000;

function planRoute({ logicalId, properties }: FoundResource, integrations: ReadonlyMap<string, FoundResource>): RoutePlan {
  if ((text(properties.AuthorizationType) ?? 'NONE') !== 'NONE')
    throw new Error(`${logicalId}: authorizers of routes are not run here.`);
  const integration = integrations.get((text(properties.Target) ?? '').replace(/^integrations\//, ''));
  const uri = text(integration?.properties.IntegrationUri) ?? '';
  if (integration === undefined || !uri.includes(':function:')) throw new Error(`${logicalId}: a route must lead to a function.`);
  if (text(integration.properties.PayloadFormatVersion) !== '2.0')
    throw new Error(`${logicalId}: only payload format 2.0 is spoken.`);
  return {
    routeKey: text(properties.RouteKey) ?? '$default',
    function: nameInArn(functionArn(uri)),
    timeoutMs: number(integration.properties.TimeoutInMillis) ?? INTEGRATION_TIMEOUT_MS,
  };
}

/** The long form is `arn:aws:apigateway:…:lambda:path/2015-03-31/functions/<function's ARN>/invocations`. */
function functionArn(uri: string): string {
  return /functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri;
}

function planCors(cors: Readonly<Record<string, unknown>>): CorsPlan {
  const maxAgeSeconds = number(cors.MaxAge);
  return {
    origins: list(cors.AllowOrigins).map(String),
    methods: list(cors.AllowMethods).map(String),
    headers: list(cors.AllowHeaders).map(String),
    exposed: list(cors.ExposeHeaders).map(String),
    credentials: flag(cors.AllowCredentials),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  };
}
