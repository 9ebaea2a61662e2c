import { connect } from 'node:net';
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { apiKey, at, exampleId, start } from './start.ts';

const extension = `/extensions/${exampleId}`;

test.each([
  ['GET', '/nope', undefined, 404, 'not_found', 'no /developer/v1/nope here'],
  ['GET', '/extensions/', undefined, 404, 'not_found', ''],
  ['DELETE', `${extension}/secrets/%zz`, undefined, 404, 'not_found', ''],
  ['DELETE', '/extensions', undefined, 405, 'method_not_allowed', 'only GET, POST'],
  ['GET', '/extensions/ext_abc123', undefined, 404, 'extension_not_found', 'Extension ext_abc123 does not exist or you do not have access to it.'],
  ['PATCH', '/extensions/ext_abc123', { name: 'x' }, 404, 'extension_not_found', ''],
  ['DELETE', '/extensions/ext_abc123', undefined, 404, 'extension_not_found', ''],
  ['GET', '/extensions/ext_abc123/versions', undefined, 404, 'extension_not_found', ''],
  ['POST', '/extensions/ext_abc123/versions', undefined, 404, 'extension_not_found', ''],
  ['GET', '/extensions/ext_abc123/installs', undefined, 404, 'extension_not_found', ''],
  ['GET', '/extensions/ext_abc123/secrets', undefined, 404, 'extension_not_found', ''],
  ['PUT', '/extensions/ext_abc123/secrets/A', { value: 'x' }, 404, 'extension_not_found', ''],
  ['DELETE', `${extension}/secrets/NOPE`, undefined, 404, 'not_found', 'has no secret NOPE'],
  ['DELETE', extension, undefined, 403, 'forbidden', 'publicly listed'],
  ['POST', '/extensions', {}, 422, 'validation_error', 'name: is required'],
  ['POST', '/extensions', { name: ' ' }, 422, 'validation_error', 'name: must not be empty'],
  ['POST', '/extensions', 'text', 422, 'validation_error', 'body: must be object'],
  ['PATCH', extension, { name: 5 }, 422, 'validation_error', 'name: must be string'],
  ['PATCH', extension, { description: null }, 422, 'validation_error', 'description: must be'],
  ['PATCH', extension, { visibility: 'secret' }, 422, 'validation_error', 'visibility: must be one of'],
  ['PATCH', extension, { pricing: { type: 'gift' } }, 422, 'validation_error', 'pricing.type: must be one of'],
  ['PATCH', extension, { pricing: { type: 'one_time', amount: 0.99, currency: 'EUR' } }, 422, 'validation_error', 'pricing.amount: must be at least 1.00'],
  ['PATCH', extension, { pricing: { type: 'one_time', amount: 1.999, currency: 'EUR' } }, 422, 'validation_error', 'pricing.amount: must have at most two'],
  ['PATCH', extension, { pricing: { type: 'subscription', amount: 5, currency: 'EUR' } }, 422, 'validation_error', 'pricing.interval'],
  ['PUT', `${extension}/secrets/A`, { value: 12_345 }, 422, 'validation_error', 'value: must be string'],
  ['PUT', `${extension}/secrets/A`, {}, 422, 'validation_error', 'value: is required'],
  ['PUT', `${extension}/secrets/A%00`, { value: 'x' }, 422, 'validation_error', 'key: must not have control characters'],
] as const)('%s %s %j is %i %s', async (method, path, body, status, code, words) => {
  const { call } = await start();
  const reply = await call(method, path, body);
  expect(reply.status).toBe(status);
  expect(reply.body).toEqual({ error: { code, message: expect.stringContaining(words), status } });
  expect(reply.headers.get('x-request-id')).toMatch(/^req_\w{16}$/);
});

test.each([
  ['PATCH', extension, { name: 'x'.repeat(256) }, 422, 'name: must have at most 255 characters'],
  ['PATCH', extension, { short_description: 'x'.repeat(1001) }, 422, 'short_description: must have at most 1000 characters'],
  ['PUT', `${extension}/secrets/A`, { value: 'x'.repeat(2 ** 20) }, 413, 'The body is larger than 1048576 bytes.'],
] as const)('too much: %s %s', async (method, path, body, status, message) => {
  const { call } = await start();
  expect((await call(method, path, body)).body).toMatchObject({ error: { message, status } });
});

test('a 405 says what is allowed, and an error never repeats a value that was sent', async () => {
  const { call } = await start();
  expect((await call('PUT', extension)).headers.get('allow')).toBe('GET, PATCH, DELETE');
  const { body } = await call('PUT', `${extension}/secrets/A`, { value: ['hush'] });
  expect(JSON.stringify(body)).not.toContain('hush');
});

interface RawReply {
  readonly status: number | undefined;
  readonly code: unknown;
}

function raw(url: string, options: { method?: string; headers: Record<string, string>; body?: string | Buffer }): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: options.method ?? 'GET', headers: options.headers }, async (answer) => {
      const chunks = await answer.toArray();
      resolve({ status: answer.statusCode, code: at(JSON.parse(Buffer.concat(chunks).toString()), 'error', 'code') });
    });
    sent.on('error', reject).end(options.body);
  });
}

const authorization = `Bearer ${apiKey}`;

test.each([
  ['no key', {}, 401, 'unauthorized'],
  ['a wrong key', { authorization: 'Bearer lm_dev_other' }, 401, 'unauthorized'],
  ['another scheme', { authorization: `Basic ${apiKey}` }, 401, 'unauthorized'],
  ['the host name of a rebinding page', { authorization, host: 'evil.example' }, 403, 'forbidden'],
  ['a host name that begins like loopback', { authorization, host: '127.0.0.1.evil.example:80' }, 403, 'forbidden'],
  ['an Origin', { authorization, origin: 'http://localhost:3000' }, 403, 'forbidden'],
  ['localhost as host', { authorization, host: 'localhost:1' }, 200, undefined],
  ['the scheme in lower case', { authorization: `bearer ${apiKey}` }, 200, undefined],
])('%s', async (_what, headers, status, code) => {
  const { sandbox } = await start();
  expect(await raw(`${sandbox.url}/extensions`, { headers })).toEqual({ status, code });
});

test.each([
  ['another content type', { 'content-type': 'text/plain' }, '{"value":"x"}'],
  ['no JSON', { 'content-type': 'application/json' }, '{"value":'],
  ['no UTF-8', { 'content-type': 'application/json' }, Buffer.from([0x22, 0xff, 0x22])],
  ['no body', { 'content-type': 'application/json' }, ''],
])('a secret with %s is 422', async (_what, headers, body) => {
  const { sandbox } = await start();
  const reply = await raw(`${sandbox.url}${extension}/secrets/A`, { method: 'PUT', headers: { authorization, ...headers }, body });
  expect(reply).toEqual({ status: 422, code: 'validation_error' });
});

test('what is not HTTP is answered in the envelope too', async () => {
  const { sandbox } = await start();
  const socket = connect(sandbox.port, '127.0.0.1');
  socket.write('nonsense\r\n\r\n');
  const answer = Buffer.concat(await socket.toArray()).toString();
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"code":"bad_request"');
});
