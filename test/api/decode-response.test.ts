/** Successful responses that don't fit the contract. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeResponse } from '../../src/api/response.ts';
import type { EndpointName } from '../../src/api/contract.ts';
import type { HttpResponse } from '../../src/api/http.ts';
import { decompressed } from '../../src/api/body.ts';
import { startScriptedServer } from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { problemOf, testClient, thrownBy } from './support.ts';

function responseWith(
  text: string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json; charset=utf-8' },
): HttpResponse {
  return {
    kind: 'response',
    status: 200,
    headers: { 'x-request-id': 'req_7', ...headers },
    body: Buffer.from(text),
  };
}

test.each([
  ['nothing', responseWith('')],
  ['a page', responseWith('<h1>Log\nin</h1>', { 'content-type': 'text/html; charset=utf-8' })],
  ['half a document', responseWith('{"keys": [')],
  ['text without a type', responseWith('OK', {})],
  ['an error', responseWith('{"error":{"code":"maintenance","message":"Try tomorrow."}}')],
  [
    'an error without a full stop',
    responseWith('{"error":{"code":"maintenance","message":"Later"}}'),
  ],
  [
    'an error that ends with a question mark',
    responseWith('{"error":{"code":"maintenance","message":"Again?"}}'),
  ],
])('refuses %s with a success status', (_, response) => {
  const { kind, problem } = thrownBy(() => decodeResponse('listSecrets', 'GET /x', response));
  expect({ kind, ...problem }).toMatchSnapshot();
  expect([kind, problem.code, problem.status, problem.requestId]).toEqual([
    'unexpected_response',
    'unexpected_response',
    200,
    'req_7',
  ]);
});

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['identity, GZip', gzipSync],
  ['gzip, br', (text: string) => brotliCompressSync(gzipSync(text))],
] as const)('reads a body that a proxy compressed with %s', async (encoding, compress) => {
  const api = autoClose(
    await startScriptedServer(({ headers }, response) => {
      response.writeHead(200, { 'content-encoding': encoding });
      response.end(compress(JSON.stringify({ keys: [String(headers['accept-encoding'])] })));
    }),
  );
  expect(await autoClose(testClient(api.origin)).call('listSecrets', { id: 'e' })).toEqual({
    keys: ['identity'],
  });
});

test.each(['unknown, gzip', 'gzip, '.repeat(6), 'br'])(
  'leaves a body with the encoding "%s" unchanged',
  async (encoding) => {
    const body = gzipSync('{}');
    expect(await decompressed(body, encoding, 1000)).toBe(body);
  },
);

test('refuses a body that expands to more than 32 MB', async () => {
  const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024, 32));
  const api = autoClose(
    await startScriptedServer((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    ),
  );
  const { kind, message } = await problemOf(
    autoClose(testClient(api.origin)).call('listSecrets', { id: 'e' }),
  );
  expect([kind, message.includes('32 MB')]).toEqual(['unexpected_response', true]);
});

test('names the request of a mismatching document', () => {
  expect(
    thrownBy(() => decodeResponse('listSecrets', 'GET /x', responseWith('{"keys": [7]}'))).message,
  ).toContain('GET /x');
});

test.each<[EndpointName, string, unknown]>([
  ['listSecrets', '{"keys":["A"],"new":null}', { keys: ['A'], new: null }],
  ['listSecrets', '{"keys":[],"versions":[{}]}', { keys: [], versions: [{}] }],
  [
    'getInstalls',
    '{"total":1,"active":1,"byVersion":{},"versions":[{"x":1},2]}',
    { total: 1, active: 1, byVersion: {}, versions: [{ x: 1 }, 2] },
  ],
  ['deleteSecret', '', undefined],
  ['deleteSecret', '{"deleted":true}', undefined],
])('%s: %j is read as %j', (name, text, expected) => {
  expect(decodeResponse(name, 'GET /x', responseWith(text))).toEqual(expected);
});
