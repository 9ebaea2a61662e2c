/**
 * The contract as an OpenAPI 3.1 document. It describes what the API page promises; only our decoder
 * accepts more.
 */
import type * as v from 'valibot';
import { type Endpoint, endpoints, errorCodes, rateGroups, sections } from './contract.ts';
import {
  type ConversionConfig,
  type JsonSchema,
  jsonSchemaOf,
  jsonSchemasOf,
} from './json-schema.ts';
import { errorExample, pageExamples } from './page-examples.ts';
import * as schemas from './schemas.ts';

type Json = { readonly [key: string]: unknown };

/** Schemas that others refer to by name. */
const definitions = Object.fromEntries(
  Object.entries<object>(schemas).filter(
    // A Set also has `entries`.
    (entry): entry is [string, v.GenericSchema] => 'kind' in entry[1] && 'entries' in entry[1],
  ),
);
/** Fields that are in every example on the page. */
const alwaysShown = new Map<v.GenericSchema, string[]>([
  [schemas.ErrorDetails, ['code', 'message', 'status']],
  [schemas.Extension, ['id', 'slug', 'name', 'status', 'createdAt']],
  [schemas.Version, ['id', 'version', 'status', 'submittedAt']],
]);

const conversion: ConversionConfig = {
  definitions,
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  overrideSchema({ valibotSchema, jsonSchema: { propertyNames: _string, ...json } }) {
    if (valibotSchema === schemas.count) return { type: 'integer', minimum: 0 };
    if (valibotSchema === schemas.isoTime) return { type: 'string', format: 'date-time' };
    if (valibotSchema.type === 'blob')
      return { type: 'string', format: 'binary', description: 'A .tar.gz of the built directory' };
    // The page never shows null.
    if (valibotSchema.type === 'nullish') return json.anyOf?.find(isNotNull);
    const required = alwaysShown.get(valibotSchema) ?? json.required;
    return { ...json, ...(required === undefined ? {} : { required }) };
  },
};

const pathParameters = {
  id: pathParameter('id', 'ID of the extension', 'ext_01j9k2m3n4p5q6r7'),
  key: pathParameter('key', 'Name of the secret', 'API_KEY'),
};

function pathParameter(name: string, description: string, example: string): Json {
  return { name, in: 'path', required: true, description, example, schema: { type: 'string' } };
}

/**
 * The document.
 * @param serverUrl base URL of the API that it describes
 * @returns JSON by https://spec.openapis.org/oas/v3.1.1.html; operation ids are the names of the
 * endpoint table
 */
export function openApiDocument(serverUrl: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lumio Developer REST API',
      version: '1',
      description: 'Manage extensions, versions, installs and secrets.',
      contact: { name: 'Lumio', url: 'https://lumio.vision' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    security: [{ apiKey: [] }],
    tags: Object.entries(sections).map(([name, description]) => ({ name, description })),
    paths: paths(),
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'A developer API key, lm_dev_…' },
      },
      parameters: pathParameters,
      schemas: jsonSchemasOf(definitions, conversion),
      responses: {
        ...Object.fromEntries(
          Object.entries(errorCodes).map(([code, { meaning }]) => [code, failure(meaning, code)]),
        ),
        other_error: failure('Any other error'),
      },
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

function operation(name: string, endpoint: Endpoint): Json {
  const limit = endpoint.rateGroup === undefined ? undefined : rateGroups[endpoint.rateGroup];
  const parameters = [...endpoint.path.matchAll(/:(\w+)/gu)].map(([, parameter]) => ({
    $ref: `#/components/parameters/${parameter}`,
  }));
  const examples = Object.entries(pageExamples).find(([key]) => key === name)?.[1];
  return {
    operationId: name,
    summary: endpoint.summary,
    description:
      limit === undefined
        ? 'No rate limit is documented.'
        : `Rate limit: ${limit.limit} requests in ${limit.windowSeconds} seconds.`,
    tags: [endpoint.page.split(' › ')[0]],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(endpoint.body === undefined
      ? {}
      : { requestBody: requestBody(endpoint.body, examples?.request) }),
    responses: {
      [endpoint.response.status]: success(endpoint, examples?.response),
      ...failures(endpoint),
    },
  };
}

function requestBody({ type, schema }: NonNullable<Endpoint['body']>, example?: Json): Json {
  const mediaType = type === 'multipart' ? 'multipart/form-data' : 'application/json';
  return { required: true, content: { [mediaType]: content(schema, example) } };
}

function success({ response }: Endpoint, example?: Json): Json {
  if (response.status === 204) return { description: 'No Content' };
  // Create extension shows an extension wrapped; the other endpoints are assumed to do the same.
  const schema =
    response.schema === schemas.OneExtension ? schemas.WrappedExtension : response.schema;
  return { description: 'Success', content: { 'application/json': content(schema, example) } };
}

function content(schema: v.GenericSchema, example?: Json): Json {
  return {
    schema: jsonSchemaOf(schema, conversion),
    ...(example === undefined ? {} : { example }),
  };
}

/** The errors of an endpoint, derived from its key check, path parameters, body and rate limit. */
function failures(endpoint: Endpoint): Json {
  const names: (keyof typeof errorCodes)[] = ['unauthorized', 'forbidden', 'internal_error'];
  if (endpoint.path.includes(':')) names.push('not_found');
  if (endpoint.body !== undefined) names.push('validation_error');
  if (endpoint.rateGroup !== undefined) names.push('rate_limited');
  return {
    ...Object.fromEntries(names.map((name) => [errorCodes[name].status, reference(name)])),
    default: reference('other_error'),
  };
}

function reference(response: string): Json {
  return { $ref: `#/components/responses/${response}` };
}

function failure(description: string, code?: string): Json {
  const wait = {
    'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer', minimum: 0 } },
  };
  return {
    description,
    ...(code === 'rate_limited' ? { headers: wait } : {}),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/ErrorEnvelope' },
        ...(code === 'not_found' ? { example: errorExample } : {}),
      },
    },
  };
}

function isNotNull(schema: JsonSchema | boolean): schema is JsonSchema {
  return typeof schema === 'object' && schema.type !== 'null';
}
