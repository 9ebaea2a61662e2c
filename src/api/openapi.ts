/** The contract as an OpenAPI 3.1 document, for generators, validators and mock servers. The only importer of @valibot/to-json-schema. */
import { type JsonSchema, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import { type Endpoint, endpoints, errorCodes, rateGroups } from './contract.ts';
import * as schemas from './schemas.ts';

type Json = { readonly [key: string]: unknown };

/** What other schemas refer to by name. */
const definitions = {
  Error: schemas.ErrorEnvelope,
  Pricing: schemas.Pricing,
  Extension: schemas.Extension,
  ExtensionInput: schemas.ExtensionInput,
  Version: schemas.Version,
  InstallStats: schemas.InstallStats,
  SecretKeys: schemas.SecretKeys,
  SecretValue: schemas.SecretValue,
};
const conversion = {
  definitions,
  target: 'draft-2020-12',
  overrideRef: ({ referenceId }: { referenceId: string }) => `#/components/schemas/${referenceId}`,
} as const;

/** Errors that the page does not list and an HTTP service of this kind answers nevertheless. */
const furtherErrors = {
  payload_too_large: {
    status: 413,
    meaning: 'The bundle is larger than the limit (not on the API page)',
  },
} as const;
const errors = { ...errorCodes, ...furtherErrors };
type ErrorName = keyof typeof errors;

/**
 * The document.
 * @param serverUrl base URL of the API that it describes
 * @returns JSON by https://spec.openapis.org/oas/v3.1.1.html; operation ids are the names of the endpoint table
 */
export function openApiDocument(serverUrl: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lumio Developer REST API',
      version: '1',
      description: 'Manage extensions, versions, installs and secrets.',
    },
    servers: [{ url: serverUrl }],
    security: [{ apiKey: [] }],
    paths: paths(),
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'A developer API key, lm_dev_…' },
      },
      schemas: toJsonSchemaDefs(definitions, conversion),
      responses: Object.fromEntries(
        Object.entries(errors).map(([code, error]) => [code, errorResponse(code, error.meaning)]),
      ),
    },
  };
}

function paths(): Json {
  const byPath: Record<string, Record<string, Json>> = {};
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const item = (byPath[endpoint.path.replaceAll(/:(\w+)/gu, '{$1}')] ??= {});
    item[endpoint.method.toLowerCase()] = operation(name, endpoint);
  }
  return byPath;
}

function operation(operationId: string, endpoint: Endpoint): Json {
  const limit = endpoint.rateGroup === undefined ? undefined : rateGroups[endpoint.rateGroup];
  const parameters = [...endpoint.path.matchAll(/:(\w+)/gu)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    operationId,
    summary: endpoint.summary,
    description:
      limit === undefined
        ? 'No rate limit is named.'
        : `Rate limit: ${limit.limit} requests in ${limit.windowSeconds} seconds.`,
    tags: [endpoint.page.split(' › ')[0]],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(endpoint.body === undefined ? {} : { requestBody: requestBody(endpoint.body) }),
    responses: { [endpoint.response.status]: success(endpoint), ...failures(endpoint) },
  };
}

function requestBody({ type, schema, required = [] }: NonNullable<Endpoint['body']>): Json {
  const body = withoutDialect(toJsonSchema(schema, conversion));
  if (type === 'multipart') {
    const bundle = {
      type: 'string',
      format: 'binary',
      description: 'The compiled output directory as a .tar.gz archive',
    };
    return {
      required: true,
      content: {
        'multipart/form-data': {
          schema: { ...body, properties: { ...body.properties, bundle }, required },
        },
      },
    };
  }
  const narrowed = required.length === 0 ? body : { allOf: [body, { required }] };
  return { required: true, content: { 'application/json': { schema: narrowed } } };
}

function success({ response }: Endpoint): Json {
  if (response.status === 204) return { description: 'No Content' };
  const schema = withoutDialect(toJsonSchema(response.schema, conversion));
  return { description: 'Success', content: { 'application/json': { schema } } };
}

/** The errors that an endpoint can answer with, from what it has: a key check, a path parameter, a body, a limit. */
function failures(endpoint: Endpoint): Json {
  const names: ErrorName[] = ['unauthorized', 'forbidden', 'internal_error'];
  if (endpoint.path.includes(':')) names.push('not_found');
  if (endpoint.body !== undefined) names.push('validation_error', 'payload_too_large');
  if (endpoint.rateGroup !== undefined) names.push('rate_limited');
  return Object.fromEntries(
    names.map((name) => [errors[name].status, { $ref: `#/components/responses/${name}` }]),
  );
}

function errorResponse(code: string, description: string): Json {
  const wait = {
    'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer', minimum: 0 } },
  };
  return {
    description,
    ...(code === 'rate_limited' ? { headers: wait } : {}),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
}

/** An OpenAPI 3.1 schema is one of draft 2020-12 by default, and its definitions stand under components. */
function withoutDialect({
  $schema: _dialect,
  $defs: _definitions,
  ...schema
}: JsonSchema): Omit<JsonSchema, '$schema' | '$defs'> {
  return schema;
}
