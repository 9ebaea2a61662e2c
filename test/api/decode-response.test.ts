/** What is said of a status of success whose answer is none. */
import { expect, test } from 'vitest';
import { decodeResponse } from '../../src/api/decode-response.ts';
import type { EndpointName } from '../../src/api/contract.ts';
import type { HttpResponse } from '../../src/api/http.ts';
import { thrownBy } from './support.ts';

function answer(
  text: string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json; charset=utf-8' },
): HttpResponse {
  return {
    kind: 'answer',
    status: 200,
    headers: { 'x-request-id': 'req_7', ...headers },
    body: Buffer.from(text),
  };
}

const noProxy =
  'Check that --api-url points to the Lumio API and that no proxy answers in its place.';
const askOperators =
  'The status says success and the answer says failure: ask the operators of the API, or of a proxy before it.';
const said = 'GET /x was answered with status 200, but the answer';

test.each([
  ['nothing', answer(''), `${said} is empty.`, noProxy],
  [
    'a page',
    answer('<h1>Log\nin</h1>', { 'content-type': 'text/html; charset=utf-8' }),
    `${said} (text/html) is no complete JSON: "<h1>Log in</h1>".`,
    noProxy,
  ],
  [
    'half of it',
    answer('{"keys": ['),
    `${said} (application/json) is no complete JSON: "{"keys": [".`,
    noProxy,
  ],
  [
    'text of no type',
    answer('OK', {}),
    `${said} (no content type) is no complete JSON: "OK".`,
    noProxy,
  ],
  [
    'an error',
    answer('{"error":{"code":"maintenance","message":"Nothing was stored."}}'),
    `${said} is an error (maintenance): Nothing was stored.`,
    askOperators,
  ],
  [
    'an error without a full stop',
    answer('{"error":{"code":"maintenance","message":"Try later"}}'),
    `${said} is an error (maintenance): Try later.`,
    askOperators,
  ],
  [
    'an error that asks',
    answer('{"error":{"code":"maintenance","message":"Again?"}}'),
    `${said} is an error (maintenance): Again?`,
    askOperators,
  ],
])('%s', (_, given, message, hint) => {
  const { kind, problem } = thrownBy(() => decodeResponse('listSecrets', 'GET /x', given));
  expect({ kind, ...problem }).toEqual({
    kind: 'unexpected_response',
    code: 'unexpected_response',
    message,
    hint,
    status: 200,
    requestId: 'req_7',
  });
});

test('another document is named by the request that it answers', () => {
  expect(
    thrownBy(() => decodeResponse('listSecrets', 'GET /x', answer('{"keys": [7]}'))).message,
  ).toContain('The answer to GET /x');
});

test.each<[EndpointName, string, unknown]>([
  ['listSecrets', '{"keys":["A"],"new":null}', { keys: ['A'], new: null }],
  ['deleteSecret', '', undefined],
  ['deleteSecret', '{"deleted":true}', undefined],
])('%s: %j is read as %j', (name, text, expected) => {
  expect(decodeResponse(name, 'GET /x', answer(text))).toEqual(expected);
});
