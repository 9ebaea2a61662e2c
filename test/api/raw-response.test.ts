/** What `lumio api` prints of a response. */
import { describe, expect, test } from 'vitest';
import type { Method } from '../../src/api/contract.ts';
import {
  responseBytes,
  responseDocument,
  responseText,
  errorWithResponse,
  headLines,
  type RawResponse,
} from '../../src/api/response.ts';
import { LumioError } from '../../src/errors.ts';
import { thrownBy } from './support.ts';

function rawResponse(
  body: string | Uint8Array,
  { status = 200, headers = {} }: Partial<RawResponse> = {},
): RawResponse {
  return { status, headers, body: Buffer.from(body), error: undefined };
}

describe('prints the head as curl -i does', () => {
  test.each([
    [
      'the status line and a line per header',
      200,
      { 'content-type': 'application/json', etag: '"a: b"' },
      ['HTTP/1.1 200 OK', 'content-type: application/json', 'etag: "a: b"'],
    ],
    ['a status without headers', 404, {}, ['HTTP/1.1 404 Not Found']],
    ['a status that has no name', 299, {}, ['HTTP/1.1 299']],
  ])('%s', (_, status, headers, lines) => {
    expect(headLines(rawResponse('', { status, headers }))).toEqual(lines);
  });
});

describe('the document of --json', () => {
  test.each<[string, string, number, unknown]>([
    ['is that of the response', '{"b":null,"a":[1]}', 200, { b: null, a: [1] }],
    ['may be a value', 'null', 200, null],
    ['is the status of an empty response', '', 204, { status: 204 }],
  ])('%s', (_, body, status, document) => {
    expect(responseDocument(rawResponse(body, { status }), 'body', 'GET')).toEqual(document);
  });

  test.each<[string, string, number, unknown]>([
    ['beside the body', '{"a":1}', 200, { a: 1 }],
    ['without a body', '', 204, null],
  ])('with --include contains status and headers %s', (_, body, status, document) => {
    const headers = { etag: 'x' };
    expect(responseDocument(rawResponse(body, { status, headers }), 'all', 'GET')).toEqual({
      status,
      headers,
      body: document,
    });
  });

  test('is an error for a document that is nested too deeply', () => {
    const body = '['.repeat(6000) + ']'.repeat(6000);
    const { problem } = thrownBy(() => responseDocument(rawResponse(body), 'body', 'GET'));
    expect(problem.code).toBe('nested_too_deeply');
    expect(problem.message).toContain('1000');
  });

  test.each<[string, Method, RawResponse['headers']]>([
    ['a page', 'GET', { 'content-type': 'text/html' }],
    ['a body without a type', 'GET', {}],
    [
      'a page after a change, which may have taken effect',
      'DELETE',
      { 'content-type': 'text/html' },
    ],
  ])('is an error for %s', (_, method, headers) => {
    const { kind, problem } = thrownBy(() =>
      responseDocument(rawResponse('<html>', { headers }), 'body', method),
    );
    expect({ kind, ...problem }).toEqual({
      kind: 'unexpected_response',
      code: 'not_json',
      message: expect.stringContaining('200'),
      hint: expect.any(String),
      status: 200,
      ...(method === 'GET' ? {} : { mayHaveTakenEffect: true }),
    });
  });
});

test.each([
  ['JSON, indented', '{"a":[1],"b":null}', '{\n  "a": [\n    1\n  ],\n  "b": null\n}'],
  ['text, unchanged', 'Hello,\n  world', 'Hello,\n  world'],
  ['truncated JSON, unchanged', '{"a":', '{"a":'],
])('shows users %s', (_, body, text) => {
  expect(responseText(rawResponse(body))).toBe(text);
});

describe('the bytes of a response', () => {
  const masked = (text: string): string => text.replaceAll('s3cret', '***');
  test.each([
    ['are unchanged for text', Buffer.from('é\r\n'), Buffer.from('é\r\n')],
    [
      'are unchanged for binary data',
      Buffer.from([0, 255, 128, 10]),
      Buffer.from([0, 255, 128, 10]),
    ],
    ['have only secrets masked in text', Buffer.from('é s3cret 😀'), Buffer.from('é *** 😀')],
    [
      'have secrets masked in binary data',
      Buffer.concat([Buffer.from([255, 0]), Buffer.from('s3cret'), Buffer.from([128])]),
      Buffer.concat([Buffer.from([255, 0]), Buffer.from('***'), Buffer.from([128])]),
    ],
  ])('%s', (_, body, bytes) => {
    expect(Buffer.from(responseBytes(rawResponse(body), masked))).toEqual(bytes);
  });

  test("aren't copied if nothing is masked", () => {
    const response = rawResponse('a'.repeat(100));
    expect(responseBytes(response, masked)).toBe(response.body);
  });
});

describe('the error of a response', () => {
  const error = new LumioError('not_found', {
    code: 'extension_not_found',
    message: 'No.',
    hint: 'Look.',
    status: 404,
    requestId: 'req_1',
  });
  const headers = { 'content-type': 'application/json' };
  test.each<[string, string, 'body' | 'all', unknown]>([
    ['as its document', '{"error":{"code":"x"}}', 'body', { response: { error: { code: 'x' } } }],
    ["as null if it isn't JSON", '<html>', 'body', { response: null }],
    ['and its headers with --include', '{}', 'all', { response: {}, headers }],
  ])('contains the response %s', (_, body, part, details) => {
    const { kind, problem } = errorWithResponse(
      error,
      rawResponse(body, { status: 404, headers }),
      part,
    );
    expect({ kind, problem }).toEqual({
      kind: 'not_found',
      problem: { ...error.problem, details },
    });
  });
});
