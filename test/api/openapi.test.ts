/** The OpenAPI document: what the contract and the API page promise. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { type Endpoint, endpoints, errorCodes, rateGroups } from '../../src/api/contract.ts';
import { openApiDocument } from '../../src/api/openapi.ts';
import { at } from '../support/document.ts';

const document = openApiDocument('https://api.lumio.vision/developer/v1');
const schemas = at(document, 'components', 'schemas');

function operation({ method, path }: Endpoint, ...keys: readonly (string | number)[]): unknown {
  const template = path.replaceAll(/:(\w+)/g, '{$1}');
  return at(document, 'paths', template, method.toLowerCase(), ...keys);
}

test('a validator accepts it, and every reference resolves', async () => {
  expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
  for (const [, path = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g))
    expect(at(document, ...path.split('/')), path).toBeDefined();
});

test('each of its schemas describes an object of the API', () => {
  const types = Object.values(Object(schemas)).map((schema) => at(schema, 'type'));
  expect(new Set(types)).toEqual(new Set(['object']));
});

test('has the URL of the API and a key in the Authorization header', () => {
  expect(document).toMatchObject({
    openapi: '3.1.0',
    servers: [{ url: 'https://api.lumio.vision/developer/v1' }],
    security: [{ apiKey: [] }],
    components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
  });
});

test('has the endpoints of the contract and no others', () => {
  const all = Object.values(Object(document['paths'])).flatMap((item) =>
    Object.keys(Object(item)).map((method) => at(item, method, 'operationId')),
  );
  expect(all.toSorted()).toEqual(Object.keys(endpoints).toSorted());
});

describe.each(Object.entries<Endpoint>(endpoints))('%s', (name, endpoint) => {
  const { path, body, response, rateGroup, page } = endpoint;

  test('has its page section, parameters and rate limit', () => {
    const tags = Object.values(Object(document['tags'])).map((tag) => at(tag, 'name'));
    expect(tags).toContain(page.split(' › ')[0]);
    expect(operation(endpoint)).toMatchObject({
      operationId: name,
      tags: [page.split(' › ')[0]],
      description: expect.stringContaining(
        rateGroup === undefined ? 'No rate limit' : `${rateGroups[rateGroup].limit} requests`,
      ),
    });
    expect(operation(endpoint, 'parameters')).toEqual(
      path.includes(':')
        ? [...path.matchAll(/:(\w+)/g)].map(([, key]) => ({
            $ref: `#/components/parameters/${key}`,
          }))
        : undefined,
    );
    expect(operation(endpoint, 'requestBody') === undefined).toBe(body === undefined);
  });

  test('has one success response, the documented errors and a default', () => {
    const statuses = [
      response.status,
      errorCodes.unauthorized.status,
      errorCodes.forbidden.status,
      errorCodes.internal_error.status,
      ...(path.includes(':') ? [errorCodes.not_found.status] : []),
      ...(body === undefined ? [] : [errorCodes.validation_error.status]),
      ...(rateGroup === undefined ? [] : [errorCodes.rate_limited.status]),
    ];
    expect(Object.keys(Object(operation(endpoint, 'responses'))).toSorted()).toEqual(
      [...statuses.map(String), 'default'].toSorted(),
    );
    const success = operation(endpoint, 'responses', response.status, 'content');
    expect(success === undefined).toBe(response.status === 204);
    expect(JSON.stringify(success ?? null)).not.toMatch(/anyOf|oneOf|allOf/);
  });
});

test('a 429 has Retry-After, and all errors share the envelope', () => {
  const responses = Object.entries<unknown>(Object(at(document, 'components', 'responses')));
  expect(responses.map(([code]) => code)).toEqual([...Object.keys(errorCodes), 'other_error']);
  for (const [code, response] of responses) {
    expect(at(response, 'headers', 'Retry-After', 'schema', 'type')).toBe(
      code === 'rate_limited' ? 'integer' : undefined,
    );
    expect(at(response, 'content', 'application/json', 'schema')).toEqual({
      $ref: '#/components/schemas/ErrorEnvelope',
    });
  }
});

describe('the schema', () => {
  test.each([
    ['ErrorDetails', 'code message status'],
    ['Extension', 'id slug name status createdAt'],
    ['ExtensionCreate', 'name'],
    ['ExtensionInput', ''],
    ['Version', 'id version status submittedAt'],
    ['InstallStats', 'total active byVersion'],
    ['SecretKeys', 'keys'],
    ['SecretValue', 'value'],
  ])('%s requires what the page always shows', (name, required) => {
    expect(at(schemas, name, 'required')).toEqual(required.split(' ').filter(Boolean));
  });

  test('has integers and date-times, but no null', () => {
    expect(JSON.stringify(schemas)).not.toContain('null');
    expect(at(schemas, 'InstallStats', 'properties', 'byVersion', 'additionalProperties')).toEqual({
      type: 'integer',
      minimum: 0,
    });
    expect(at(schemas, 'Version', 'properties', 'submittedAt', 'format')).toBe('date-time');
    expect(at(schemas, 'ErrorDetails', 'properties', 'status', 'type')).toBe('integer');
  });
});

test('the upload is a form with a binary bundle', () => {
  expect(
    operation(endpoints.submitVersion, 'requestBody', 'content', 'multipart/form-data', 'schema'),
  ).toEqual({ $ref: '#/components/schemas/VersionForm' });
  expect(at(schemas, 'VersionForm')).toMatchObject({
    required: ['version', 'bundle'],
    properties: { bundle: { type: 'string', format: 'binary' }, changelog: { type: 'string' } },
  });
});
