import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { endpoints } from '../../src/api/contract.ts';
import { openApiDocument } from '../../src/api/openapi.ts';
import { apiKey, at, start } from './start.ts';

const document = openApiDocument('https://api.example/developer/v1');

test('a public validator finds nothing wrong with it', async () => {
  expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
});

test.each(Object.entries(endpoints))(
  '%s is an operation with its success and its errors',
  (name, { method, path, response }) => {
    const operation = at(
      document,
      'paths',
      path.replaceAll(/:(\w+)/g, '{$1}'),
      method.toLowerCase(),
    );
    expect(operation).toMatchObject({
      operationId: name,
      responses: { [response.status]: {}, 401: {}, 403: {}, 500: {} },
    });
  },
);

test('a 429 has Retry-After, and the upload is a multipart form with a binary bundle', () => {
  expect(
    at(
      document,
      'components',
      'responses',
      'rate_limited',
      'headers',
      'Retry-After',
      'schema',
      'type',
    ),
  ).toBe('integer');
  const form = at(
    document,
    'paths',
    '/extensions/{id}/versions',
    'post',
    'requestBody',
    'content',
    'multipart/form-data',
    'schema',
  );
  expect(form).toMatchObject({
    required: ['version', 'bundle'],
    properties: { bundle: { format: 'binary' }, changelog: { type: 'string' } },
  });
});

test('every reference leads somewhere', () => {
  for (const [, reference = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    expect(at(document, ...reference.split('/')), reference).toBeDefined();
  }
});

test.each(['', '/developer/v1'])(
  'the sandbox serves it under %s/openapi.json without a key, naming itself',
  async (prefix) => {
    const { sandbox } = await start();
    const answer = await fetch(`http://127.0.0.1:${sandbox.port}${prefix}/openapi.json`);
    const served: unknown = await answer.json();
    expect(at(served, 'servers', 0, 'url')).toBe(sandbox.url);
    expect(JSON.stringify(served)).not.toContain(apiKey);
  },
);
