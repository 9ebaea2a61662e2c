import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { exampleId } from '../support/project.ts';
import { openSandbox, sandboxKey } from '../support/sandbox.ts';

const extension = `/extensions/${exampleId}`;

/** Status and code → requests that are refused with them, and words of the message. */
const refusals = {
  '404 not_found': [
    ['GET', '/nope', undefined, ''],
    ['GET', '/extensions/', undefined, ''],
    ['DELETE', `${extension}/secrets/%zz`, undefined, ''],
    ['DELETE', `${extension}/secrets/NOPE`, undefined, ''],
  ],
  '405 method_not_allowed': [['DELETE', '/extensions', undefined, 'only GET, POST']],
  '404 extension_not_found': [
    ['GET', '/extensions/ext_abc123', undefined, 'ext_abc123'],
    ['PATCH', '/extensions/ext_abc123', { name: 'x' }, ''],
    ['DELETE', '/extensions/ext_abc123', undefined, ''],
    ['GET', '/extensions/ext_abc123/versions', undefined, ''],
    ['POST', '/extensions/ext_abc123/versions', undefined, ''],
    ['GET', '/extensions/ext_abc123/installs', undefined, ''],
    ['GET', '/extensions/ext_abc123/secrets', undefined, ''],
    ['PUT', '/extensions/ext_abc123/secrets/A', { value: 'x' }, ''],
  ],
  '403 forbidden': [['DELETE', extension, undefined, '']],
  '422 validation_error': [
    ['POST', '/extensions', {}, 'name: '],
    ['POST', '/extensions', { name: ' ' }, 'name: '],
    ['POST', '/extensions', 'text', 'body: '],
    ['PATCH', extension, [], 'body: '],
    ['PUT', `${extension}/secrets/A`, ['value'], 'body: '],
    ['PATCH', extension, { name: 5 }, 'name: '],
    ['PATCH', extension, { description: null }, 'description: '],
    ['PATCH', extension, { visibility: 'secret' }, 'visibility: '],
    ['PATCH', extension, { pricing: { type: 'gift' } }, 'pricing.type: '],
    [
      'PATCH',
      extension,
      { pricing: { type: 'one_time', amount: 0.99, currency: 'EUR' } },
      'pricing.amount: ',
    ],
    [
      'PATCH',
      extension,
      { pricing: { type: 'one_time', amount: 1.999, currency: 'EUR' } },
      'pricing.amount: ',
    ],
    [
      'PATCH',
      extension,
      { pricing: { type: 'subscription', amount: 5, currency: 'EUR' } },
      'pricing.interval',
    ],
    ['PUT', `${extension}/secrets/A`, { value: 12_345 }, 'value: '],
    ['PUT', `${extension}/secrets/A`, {}, 'value: '],
    ['PUT', `${extension}/secrets/A%00`, { value: 'x' }, 'key: '],
  ],
} as const;
const cases = Object.entries(refusals).flatMap(([expected, requests]) =>
  requests.map((sent) => ({ expected, sent })),
);

test.each(cases)('$expected: $sent', async ({ expected, sent: [method, path, body, words] }) => {
  const { call } = await openSandbox();
  const [status = '', code = ''] = expected.split(' ');
  const reply = await call(method, path, body);
  expect(reply.status).toBe(Number(status));
  expect(reply.body).toEqual({
    error: { code, message: expect.stringContaining(words), status: Number(status) },
  });
  expect(reply.headers.get('x-request-id')).toMatch(/^req_\w{16}$/);
});

test('does not repeat a body that is not JSON, which may contain a secret', async () => {
  const { url } = await openSandbox();
  const reply = await fetch(`${url}${extension}/secrets/A`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${sandboxKey}`, 'content-type': 'application/json' },
    body: '{"value":hunter2}',
  });
  expect(reply.status).toBe(422);
  expect(await reply.text()).not.toContain('hunt');
});

test.each([
  ['PATCH', extension, { name: 'x'.repeat(256) }, 'name: must have at most 255 characters'],
  [
    'PATCH',
    extension,
    { short_description: 'x'.repeat(1001) },
    'short_description: must have at most 1000 characters',
  ],
  [
    'PUT',
    `${extension}/secrets/A`,
    { value: 'x'.repeat(2 ** 23) },
    'body: is larger than the limit of 8388608 bytes (8 MiB).',
  ],
] as const)('too much: %s %s', async (method, path, body, message) => {
  const { call } = await openSandbox();
  expect((await call(method, path, body)).body).toMatchObject({
    error: { message, status: method === 'PUT' ? 413 : 422 },
  });
});

test('lists allowed methods in a 405, and never repeats a value', async () => {
  const { call } = await openSandbox();
  expect((await call('PUT', extension)).headers.get('allow')).toBe('GET, PATCH, DELETE');
  const { body } = await call('PUT', `${extension}/secrets/A`, { value: ['hush'] });
  expect(JSON.stringify(body)).not.toContain('hush');
});

interface RawReply {
  readonly status: number | undefined;
  readonly code: unknown;
}

function raw(
  url: string,
  options: { method?: string; headers: Record<string, string>; body?: string | Buffer },
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: options.method ?? 'GET', headers: options.headers },
      (response) => {
        const read = json(response).then((body) =>
          resolve({ status: response.statusCode, code: at(body, 'error', 'code') }),
        );
        read.catch(reject);
      },
    );
    sent.on('error', reject).end(options.body);
  });
}

const authorization = `Bearer ${sandboxKey}`;

test.each([
  ['no key', {}, 401, 'unauthorized'],
  ['a wrong key', { authorization: 'Bearer lm_dev_other' }, 401, 'unauthorized'],
  ['another scheme', { authorization: `Basic ${sandboxKey}` }, 401, 'unauthorized'],
  ['the host name of a rebinding page', { authorization, host: 'evil.example' }, 403, 'forbidden'],
  [
    'a host name that begins like loopback',
    { authorization, host: '127.0.0.1.evil.example:80' },
    403,
    'forbidden',
  ],
  ['an Origin', { authorization, origin: 'http://localhost:3000' }, 403, 'forbidden'],
  ['localhost as host', { authorization, host: 'localhost:1' }, 200, undefined],
  ['the scheme in lower case', { authorization: `bearer ${sandboxKey}` }, 200, undefined],
])('%s', async (_what, headers, status, code) => {
  const { url } = await openSandbox();
  expect(await raw(`${url}/extensions`, { headers })).toEqual({ status, code });
});

test.each([
  ['another content type', { 'content-type': 'text/plain' }, '{"value":"x"}'],
  ['no JSON', { 'content-type': 'application/json' }, '{"value":'],
  ['no UTF-8', { 'content-type': 'application/json' }, Buffer.from([0x22, 0xff, 0x22])],
  ['no body', { 'content-type': 'application/json' }, ''],
])('a secret with %s is 422', async (_what, headers, body) => {
  const { url } = await openSandbox();
  const reply = await raw(`${url}${extension}/secrets/A`, {
    method: 'PUT',
    headers: { authorization, ...headers },
    body,
  });
  expect(reply).toEqual({ status: 422, code: 'validation_error' });
});

test.each([
  ['4.990', 200],
  ['499e-2', 200],
  ['4.99000000000000000001', 422],
  ['1e400', 422],
  ['['.repeat(6000) + ']'.repeat(6000), 422],
])('loses no digit of an amount: %s', async (amount, status) => {
  const { url } = await openSandbox();
  const reply = await raw(`${url}${extension}`, {
    method: 'PATCH',
    headers: { authorization, 'content-type': 'application/json' },
    body: `{"pricing":{"type":"one_time","amount":${amount},"currency":"EUR"}}`,
  });
  expect(reply.status).toBe(status);
});

test('listens on loopback addresses only', async () => {
  const { port } = await openSandbox();
  const addresses = Object.values(networkInterfaces())
    .flat()
    .flatMap((entry) =>
      entry?.internal === false && entry.family === 'IPv4' ? [entry.address] : [],
    );
  // An own address on which nothing but 0.0.0.0 would listen.
  for (const address of [...addresses, '127.0.0.2']) {
    const socket = connect({ port, host: address, timeout: 2000 });
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => 'connected'),
      once(socket, 'timeout').then(() => 'silent'),
    ]).catch(() => 'refused');
    socket.destroy();
    expect([address, outcome]).not.toEqual([address, 'connected']);
  }
});

test.each([
  ['no host', 'Connection: close', 403],
  ['an expectation', 'Host: localhost\r\nExpect: 200-ok\r\nConnection: close', 401],
])('responds to %s with the error envelope', async (_what, headers, status) => {
  const { port } = await openSandbox();
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET /developer/v1/extensions HTTP/1.1\r\n${headers}\r\n\r\n`);
  const response = Buffer.concat(await socket.toArray()).toString();
  expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(JSON.parse(response.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { status } });
});

test('responds to invalid HTTP with the error envelope', async () => {
  const { port } = await openSandbox();
  const socket = connect(port, '127.0.0.1');
  socket.write('nonsense\r\n\r\n');
  const response = Buffer.concat(await socket.toArray()).toString();
  expect(response).toMatch(/^HTTP\/1\.1 400 /);
  expect(response).toContain('"code":"bad_request"');
});
