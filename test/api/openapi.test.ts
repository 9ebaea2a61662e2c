/** The OpenAPI document, held against the API page. */
import { describe, expect, test } from 'vitest';
import { openApiDocument } from '../../src/api/openapi.ts';
import { at } from '../support/document.ts';

/** What stands at a place in the document. */
const inDocument = (...keys: readonly (string | number)[]): unknown =>
  at(openApiDocument('https://api.lumio.vision/developer/v1'), ...keys);
const schemaOf = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: unknown): object => ({ content: { 'application/json': { schema } } });
/** The schema of an object. */
const objectOf = (
  properties: Readonly<Record<string, unknown>>,
  required = Object.keys(properties),
): object => ({ type: 'object', properties, required });
const [text, number] = [{ type: 'string' }, { type: 'number' }];

/** Each endpoint of the page: where it stands, its parameters, its success, its limit (Rate limits section), and with which errors it can answer. */
const page = [
  {
    endpoint: 'GET /extensions',
    id: 'listExtensions',
    tag: 'Extensions',
    parameters: [],
    success: 200,
    limit: '120 requests in 60 seconds',
    errors: '401 403 429 500',
  },
  {
    endpoint: 'GET /extensions/{id}',
    id: 'getExtension',
    tag: 'Extensions',
    parameters: ['id'],
    success: 200,
    limit: '120 requests in 60 seconds',
    errors: '401 403 404 429 500',
  },
  {
    endpoint: 'POST /extensions',
    id: 'createExtension',
    tag: 'Extensions',
    parameters: [],
    success: 201,
    limit: '10 requests in 3600 seconds',
    errors: '401 403 413 422 429 500',
  },
  {
    endpoint: 'PATCH /extensions/{id}',
    id: 'updateExtension',
    tag: 'Extensions',
    parameters: ['id'],
    success: 200,
    limit: undefined,
    errors: '401 403 404 413 422 500',
  },
  {
    endpoint: 'DELETE /extensions/{id}',
    id: 'deleteExtension',
    tag: 'Extensions',
    parameters: ['id'],
    success: 204,
    limit: '30 requests in 60 seconds',
    errors: '401 403 404 429 500',
  },
  {
    endpoint: 'GET /extensions/{id}/versions',
    id: 'listVersions',
    tag: 'Versions',
    parameters: ['id'],
    success: 200,
    limit: '120 requests in 60 seconds',
    errors: '401 403 404 429 500',
  },
  {
    endpoint: 'POST /extensions/{id}/versions',
    id: 'submitVersion',
    tag: 'Versions',
    parameters: ['id'],
    success: 202,
    limit: '30 requests in 3600 seconds',
    errors: '401 403 404 413 422 429 500',
  },
  {
    endpoint: 'GET /extensions/{id}/installs',
    id: 'getInstalls',
    tag: 'Installs',
    parameters: ['id'],
    success: 200,
    limit: '120 requests in 60 seconds',
    errors: '401 403 404 429 500',
  },
  {
    endpoint: 'PUT /extensions/{id}/secrets/{key}',
    id: 'setSecret',
    tag: 'Secrets',
    parameters: ['id', 'key'],
    success: 204,
    limit: undefined,
    errors: '401 403 404 413 422 500',
  },
  {
    endpoint: 'DELETE /extensions/{id}/secrets/{key}',
    id: 'deleteSecret',
    tag: 'Secrets',
    parameters: ['id', 'key'],
    success: 204,
    limit: '30 requests in 60 seconds',
    errors: '401 403 404 429 500',
  },
  {
    endpoint: 'GET /extensions/{id}/secrets',
    id: 'listSecrets',
    tag: 'Secrets',
    parameters: ['id'],
    success: 200,
    limit: '120 requests in 60 seconds',
    errors: '401 403 404 429 500',
  },
] as const;

/** What stands in the document for `GET /extensions`. */
function operation(endpoint: string, ...keys: readonly (string | number)[]): unknown {
  const [method = '', path = ''] = endpoint.split(' ');
  return inDocument('paths', path, method.toLowerCase(), ...keys);
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

test('it describes the API at its address, for a key in the Authorization header', () => {
  expect(inDocument()).toMatchObject({
    openapi: '3.1.0',
    info: {
      title: 'Lumio Developer REST API',
      version: '1',
      description: 'Manage extensions, versions, installs and secrets.',
    },
    servers: [{ url: 'https://api.lumio.vision/developer/v1' }],
    security: [{ apiKey: [] }],
  });
  expect(inDocument('components', 'securitySchemes')).toEqual({
    apiKey: { type: 'http', scheme: 'bearer', description: 'A developer API key, lm_dev_…' },
  });
});

test('it has every endpoint of the page and no other', () => {
  const all = entriesOf(inDocument('paths')).flatMap(([path, item]) =>
    entriesOf(item).map(([method]) => `${method.toUpperCase()} ${path}`),
  );
  expect(all.sort()).toEqual(page.map(({ endpoint }) => endpoint).sort());
});

describe.each(page)('$endpoint', ({ endpoint, id, tag, parameters, success, limit, errors }) => {
  test('is named as in the library, stands in its section and says its limit', () => {
    const description = limit === undefined ? 'No rate limit is named.' : `Rate limit: ${limit}.`;
    expect(operation(endpoint)).toMatchObject({
      operationId: id,
      tags: [tag],
      description,
      summary: expect.stringMatching(/^[A-Z].*[^.]$/),
    });
  });

  test(`takes ${parameters.length === 0 ? 'no parameter' : parameters.join(' and ')} in its path`, () => {
    const all = parameters.map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }));
    expect(operation(endpoint, 'parameters')).toEqual(all.length === 0 ? undefined : all);
  });

  test(`answers ${success}, or one of ${errors}`, () => {
    expect(entriesOf(operation(endpoint, 'responses')).map(([status]) => status)).toEqual(
      [`${success}`, ...errors.split(' ')].sort(),
    );
  });
});

describe('the body', () => {
  test.each<[string, unknown]>([
    ['POST /extensions', { allOf: [schemaOf('ExtensionInput'), { required: ['name'] }] }],
    ['PATCH /extensions/{id}', schemaOf('ExtensionInput')],
    [
      'PUT /extensions/{id}/secrets/{key}',
      { allOf: [schemaOf('SecretValue'), { required: ['value'] }] },
    ],
  ])('of %s is JSON', (endpoint, schema) => {
    expect(operation(endpoint, 'requestBody')).toEqual({ required: true, ...json(schema) });
  });

  test('of POST /extensions/{id}/versions is a form with the version, its changelog and the archive', () => {
    const bundle = {
      type: 'string',
      format: 'binary',
      description: 'The compiled output directory as a .tar.gz archive',
    };
    const schema = objectOf({ version: text, changelog: text, bundle }, ['version', 'bundle']);
    expect(operation('POST /extensions/{id}/versions', 'requestBody')).toEqual({
      required: true,
      content: { 'multipart/form-data': { schema } },
    });
  });

  test.each(page.filter(({ endpoint }) => /^(?:GET|DELETE) /.test(endpoint)))(
    '$endpoint has none',
    ({ endpoint }) => {
      expect(operation(endpoint)).not.toHaveProperty('requestBody');
    },
  );
});

describe('the success', () => {
  const wrapped = objectOf({ extension: schemaOf('Extension') });
  const listed = (key: string, items: unknown): unknown =>
    objectOf({ [key]: { type: 'array', items } });
  test.each<[string, number, unknown]>([
    ['GET /extensions', 200, listed('extensions', schemaOf('Extension'))],
    ['GET /extensions/{id}', 200, { anyOf: [wrapped, schemaOf('Extension')] }],
    ['POST /extensions', 201, wrapped],
    ['PATCH /extensions/{id}', 200, { anyOf: [wrapped, schemaOf('Extension')] }],
    ['GET /extensions/{id}/versions', 200, listed('versions', schemaOf('Version'))],
    ['POST /extensions/{id}/versions', 202, objectOf({ version: schemaOf('Version') })],
    ['GET /extensions/{id}/installs', 200, schemaOf('InstallStats')],
    ['GET /extensions/{id}/secrets', 200, schemaOf('SecretKeys')],
  ])('of %s is %i and JSON', (endpoint, status, schema) => {
    expect(operation(endpoint, 'responses', status)).toEqual({
      description: 'Success',
      ...json(schema),
    });
  });

  test.each(page.filter(({ success }) => success === 204))(
    'of $endpoint has no content',
    ({ endpoint }) => {
      expect(operation(endpoint, 'responses', 204)).toEqual({ description: 'No Content' });
    },
  );
});

describe('an error', () => {
  test.each([
    ['unauthorized', 401, 'Missing or invalid API key'],
    ['forbidden', 403, 'Valid key but insufficient permissions'],
    ['not_found', 404, 'Resource does not exist'],
    ['payload_too_large', 413, 'The bundle is larger than the limit (not on the API page)'],
    ['validation_error', 422, 'Request body failed validation'],
    ['rate_limited', 429, 'Too many requests'],
    ['internal_error', 500, 'Unexpected server error'],
  ])('%s is a %i in the envelope of all errors', (code, status, description) => {
    expect(operation('POST /extensions/{id}/versions', 'responses', status)).toEqual({
      $ref: `#/components/responses/${code}`,
    });
    expect(inDocument('components', 'responses', code)).toMatchObject({
      description,
      ...json(schemaOf('Error')),
    });
  });

  test('says how long to wait in Retry-After where it is a 429, and only there', () => {
    const header = { description: 'Seconds to wait', schema: { type: 'integer', minimum: 0 } };
    const headers = entriesOf(inDocument('components', 'responses')).flatMap(([code, response]) =>
      at(response, 'headers') === undefined ? [] : [[code, at(response, 'headers')]],
    );
    expect(headers).toEqual([['rate_limited', { 'Retry-After': header }]]);
  });
});

describe('the schema', () => {
  const maybe = (schema: unknown): unknown => ({ anyOf: [schema, { type: 'null' }] });
  test.each<[string, unknown]>([
    [
      'Error',
      objectOf({
        error: objectOf({ code: text, message: text, status: number }, ['code', 'message']),
      }),
    ],
    [
      'Pricing',
      objectOf(
        { type: text, amount: maybe(number), currency: maybe(text), interval: maybe(text) },
        ['type'],
      ),
    ],
    [
      'ExtensionInput',
      objectOf(
        {
          name: text,
          short_description: text,
          description: text,
          pricing: schemaOf('Pricing'),
          visibility: text,
        },
        [],
      ),
    ],
    ['SecretKeys', objectOf({ keys: { type: 'array', items: text } })],
    [
      'InstallStats',
      objectOf({
        total: number,
        active: number,
        byVersion: { type: 'object', propertyNames: text, additionalProperties: number },
      }),
    ],
  ])('%s has the fields of the page', (name, schema) => {
    expect(inDocument('components', 'schemas', name)).toEqual(schema);
  });

  test.each([
    [
      'Extension',
      'id',
      'id slug name visibility status installCount ratingCount currentVersionId description pricing createdAt updatedAt',
    ],
    ['Version', 'id version status', 'id version status bundleSizeBytes submittedAt approvedAt'],
  ])('%s is sure of %s, and knows what the page shows beside it', (name, required, fields) => {
    const schema = inDocument('components', 'schemas', name);
    expect([
      at(schema, 'required'),
      entriesOf(at(schema, 'properties')).map(([field]) => field),
    ]).toEqual([required.split(' '), expect.arrayContaining(fields.split(' '))]);
  });

  test('SecretValue has a value and nothing else', () => {
    expect(inDocument('components', 'schemas', 'SecretValue')).toEqual({
      ...objectOf({ value: text }),
      additionalProperties: false,
    });
  });
});
