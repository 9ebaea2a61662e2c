/** The sandbox and the OpenAPI document agree: every example and every response is valid by it. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { type Endpoint, endpoints } from '../../src/api/contract.ts';
import { openApiDocument } from '../../src/api/openapi.ts';
import { at } from '../support/document.ts';
import { exampleId } from '../support/project.ts';
import { openSandbox, sandboxKey } from '../support/sandbox.ts';
import { goodBundle } from './bundles.ts';

const document = openApiDocument('https://api.example/developer/v1');
const formats = { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/ };
const ajv = new Ajv2020({ strict: false, allErrors: true, formats }).addSchema(document, 'spec');

/** The JSON of an operation's body or response, with its schema. */
function json({ method, path }: Endpoint, ...place: readonly (string | number)[]) {
  const template = path.replaceAll(/:(\w+)/g, '{$1}');
  const keys = ['paths', template, method.toLowerCase(), ...place, 'content', 'application/json'];
  const pointer = [...keys, 'schema'].map((key) =>
    encodeURIComponent(String(key).replaceAll('/', '~1')),
  );
  return {
    example: at(document, ...keys, 'example'),
    problems: (value: unknown) => {
      const check = ajv.compile({ $ref: `spec#/${pointer.join('/')}` });
      return check(value) ? '' : ajv.errorsText(check.errors);
    },
  };
}

const bodies = {
  createExtension: { name: 'Clock', pricing: { type: 'free' } },
  updateExtension: { visibility: 'public' },
  setSecret: { value: 'sk_live_abc123' },
};

test.each(Object.entries<Endpoint>(endpoints))('%s', async (name, endpoint) => {
  const { call, submit } = await openSandbox();
  const created = await call('POST', '/extensions', { name: 'New' });
  const id = name === 'deleteExtension' ? String(at(created.body, 'extension', 'id')) : exampleId;
  const path = endpoint.path.replace(':id', id).replace(':key', 'API_KEY');
  const { status, body } =
    name === 'submitVersion'
      ? await submit({ version: '1.3.0', bundle: goodBundle })
      : await call(endpoint.method, path, Reflect.get(bodies, name));
  expect(status).toBe(endpoint.response.status);
  if (status !== 204) {
    const { example, problems } = json(endpoint, 'responses', status);
    expect([problems(body), example === undefined ? '' : problems(example)]).toEqual(['', '']);
  }
  if (endpoint.body?.type !== 'json') return;
  const { example, problems } = json(endpoint, 'requestBody');
  expect(problems(example)).toBe('');
});

test.each(['', '/developer/v1'])(
  'the sandbox serves it at %s/openapi.json without a key, with its own URL',
  async (prefix) => {
    const { url, port } = await openSandbox();
    const response = await fetch(`http://127.0.0.1:${port}${prefix}/openapi.json`);
    const served: unknown = await response.json();
    expect(at(served, 'servers', 0, 'url')).toBe(url);
    expect(JSON.stringify(served)).not.toContain(sandboxKey);
  },
);
