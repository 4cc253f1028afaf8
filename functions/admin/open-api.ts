import * as z from 'zod';
import { Problem } from '#schemas/admin-api.ts';
import type { AdminRoute } from './route.ts';

/** The OpenAPI 3.1 document of these routes, with schemas made from those that requests are checked by. */
export function openApi(routes: readonly AdminRoute[]): object {
  const components = new Map<string, object>();
  const schema = (of: z.ZodType, io: 'input' | 'output'): object => reference(of, io, components);
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = paths[route.path] ?? {};
    paths[route.path] = path;
    path[route.method.toLowerCase()] = operation(route, schema);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rekindle admin API',
      version: '1',
      description: 'Releases of the catalogue, customers and their timelines, keys.',
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A secret key, sk_…, with the scope that the operation names.' },
      },
      schemas: Object.fromEntries([...components].sort(([one], [other]) => (one < other ? -1 : 1))),
    },
  };
}

type SchemaOf = (of: z.ZodType, io: 'input' | 'output') => object;

function operation({ method, path, summary, scope, query, request, answers }: AdminRoute, schema: SchemaOf): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, of]) => ({
    name,
    in: 'query',
    required: false,
    schema: schema(of as z.ZodType, 'input'),
  }));
  const content = (type: string, of: z.ZodType, io: 'input' | 'output') => ({ content: { [type]: { schema: schema(of, io) } } });
  const refused = (description: string) => ({ description, ...content('application/problem+json', Problem, 'output') });
  return {
    operationId: operationId(method, path),
    summary,
    ...(scope === undefined ? { security: [] } : { description: `Needs the scope \`${scope}\`.` }),
    ...(inPath.length + inQuery.length > 0 && { parameters: [...inPath, ...inQuery] }),
    ...(request && { requestBody: { required: true, ...content('application/json', request, 'input') } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, { description, schema: of }]) => {
          if (Number(status) >= 400) return [status, refused(description)];
          return [status, { description, ...(of && content('application/json', of, 'output')) }];
        }),
      ),
      ...(scope !== undefined && { 401: refused('No key, or one that is not known.'), 403: refused('The key lacks the scope.') }),
    },
  };
}

/** `getCustomersIdTimeline` */
function operationId(method: string, path: string): string {
  const words = path.replace('/admin/v1', '').match(/[a-z]+/gi) ?? [];
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** A schema as JSON Schema; what has an id stands among the components, and is referred to. */
function reference(of: z.ZodType, io: 'input' | 'output', components: Map<string, object>): object {
  const { $defs = {}, $schema: _, ...own } = z.toJSONSchema(of, { io, unrepresentable: 'any', override: readable }) as Whole;
  for (const [name, definition] of Object.entries($defs)) components.set(name, relocated(definition));
  return relocated(own);
}

type Whole = { readonly $schema?: string; readonly $defs?: Readonly<Record<string, object>> };

/** A format says all that the pattern of three lines beside it does. */
function readable({ jsonSchema }: { jsonSchema: { format?: string; pattern?: string } }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
}

/** Points to where the definitions stand here. */
function relocated(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as object;
}
