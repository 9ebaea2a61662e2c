/** How a response without success is reported. Messages and hints are in the snapshot. */
import { describe, expect, test } from 'vitest';
import type { ErrorKind, Problem } from '../../src/errors.ts';
import { errorFromResponse, requestIdOf } from '../../src/api/errors.ts';
import { parseJson } from '../../src/shared/json.ts';

const nowMs = Date.parse('2026-05-01T12:00:00.250Z');
const envelope = (message: string): string =>
  JSON.stringify({ error: { code: 'some_code', message, status: 400 } });

interface RefusalOptions {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly name?: string;
  readonly sizeBytes?: number;
  readonly retryAfterMs?: number;
  readonly maxWaitMs?: number;
}

function reported(
  status: number,
  {
    body = envelope('No.'),
    headers = {},
    name = 'GET /extensions',
    sizeBytes = 0,
    retryAfterMs,
    maxWaitMs = 0,
  }: RefusalOptions = {},
): Problem & { kind: ErrorKind } {
  const error = errorFromResponse(
    { kind: 'response', status, headers, body: Buffer.from(body) },
    { name, sizeBytes, retryAfterMs, nowMs, maxWaitMs },
  );
  const { message, hint } = error.problem;
  expect({ message, hint }).toMatchSnapshot();
  return { kind: error.kind, ...error.problem };
}

test.each<[number, ErrorKind]>([
  [400, 'rejected'],
  [401, 'auth'],
  [403, 'auth'],
  [404, 'not_found'],
  [408, 'network'],
  [409, 'conflict'],
  [413, 'rejected'],
  [422, 'rejected'],
  [429, 'rate_limited'],
  [499, 'rejected'],
  [500, 'network'],
  [503, 'network'],
])('status %i is an error of kind %s, whatever the envelope contains', (status, kind) => {
  expect(reported(status)).toMatchObject({ kind, status, code: 'some_code' });
});

test.each([
  ['Name is taken', 'Name is taken'],
  ['Name is taken.', 'Name is taken.'],
  [' Name is taken\n', ' Name is taken\n'],
])("shows the API's message %j unchanged", (message, expected) => {
  expect(reported(422, { body: envelope(message) }).message).toBe(expected);
});

test('an empty message of the API is replaced', () => {
  expect(reported(422, { body: envelope(' ') }).message).toContain('422');
});

describe('without the envelope, an excerpt is shown', () => {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  test.each([
    [
      "a page's title",
      html,
      '<html><head><TITLE lang="en">502 Bad Gateway</title></head><body>nginx</body>',
      '"502 Bad Gateway"',
    ],
    [
      'the text of a page without a title',
      html,
      '<h1 class="a">Bad<br>gateway</h1><p>nginx</p>',
      '"Bad gateway nginx"',
    ],
    [
      'the text of a page with an empty title',
      html,
      '<title> </title><p>Bad gateway</p>',
      '"Bad gateway"',
    ],
    [
      'no script and no style',
      html,
      'a<style>p { color: red }</style>b<SCRIPT src="x">if (a) {\n go()\n}</script>c',
      '"a b c"',
    ],
    [
      'plain text',
      { 'content-type': 'text/plain' },
      'no healthy\nupstream',
      '"no healthy upstream"',
    ],
    ['the start of a long text', html, 'x'.repeat(121), `"${'x'.repeat(120)}…"`],
    [
      'other JSON',
      { 'content-type': 'application/json' },
      '{"message":"No"}',
      '"{"message":"No"}"',
    ],
    ['nothing', { 'content-type': 'text/plain' }, '', undefined],
    ['a page without text', html, '<html></html>', undefined],
  ])('%s', (_, headers, body, text) => {
    const { code, message } = reported(502, { headers, body });
    expect(code).toBe('http_502');
    expect(/".*"/.exec(message)?.[0]).toBe(text);
  });
});

test.each([
  ['{"error":{"code":"x","message":"m","status":"422"}}', 'x', 'm'],
  ['{"error":{"code":42201,"message":"m"}}', '42201', 'm'],
  ['{"error":{"code":12345678901234567890,"message":"m"}}', '12345678901234567890', 'm'],
  ['{"error":{"message":"m","details":[1]}}', 'http_422', 'm'],
  ['{"error":{"code":"x","message":null}}', 'x', undefined],
  ['{"error":{"code":" ","message":" "}}', 'http_422', undefined],
  ['{"error":"m","details":{"a":1}}', 'http_422', undefined],
  ['{"title":"m","errors":[1.50]}', 'http_422', undefined],
  ['{"__proto__":{"error":{"code":"x","message":"m"}}}', 'http_422', undefined],
])('an error similar to the envelope is kept whole: %s', (body, code, message) => {
  const problem = reported(422, { body });
  expect([problem.code, problem.reported]).toEqual([code, parseJson(Buffer.from(body))]);
  expect(problem.message === message).toBe(message !== undefined);
});

test.each(['[{"error":{"code":"x","message":"m"}}]', '"m"'])(
  'other JSON than an object is only in the message: %s',
  (body) => {
    expect(reported(422, { body }).reported).toBeUndefined();
  },
);

describe('a redirect', () => {
  test('is reported with its target, without the query, which may contain a token', () => {
    const { kind, code, message } = reported(307, {
      headers: { location: 'https://other.example/x?token=1?2' },
    });
    expect([kind, code]).toEqual(['unexpected_response', 'redirected']);
    expect(message).not.toContain('token');
  });

  test.each([
    ['without a Location', 304, {}],
    ['with an error status', 400, { location: 'https://other.example/x' }],
  ])("%s isn't one", (_, status, headers) => {
    const { code, message, hint } = reported(status, { headers });
    expect([code, message, hint]).toEqual(['some_code', 'No.', undefined]);
  });

  test('to a long address is reported with its beginning', () => {
    const { message } = reported(302, { headers: { location: `/${'x'.repeat(500)}` } });
    expect(message.length).toBeLessThan(400);
  });
});

test.each([
  [401, 'GET /extensions', 'lumio login'],
  [403, 'GET /extensions', undefined],
  [403, 'DELETE /extensions/ext_1', 'lumio extensions update ext_1 --visibility private'],
  [403, 'DELETE /extensions/ext_1/secrets/KEY', undefined],
  [403, 'PATCH /extensions/ext_1', undefined],
  [404, 'DELETE /extensions/ext_1', undefined],
  [408, 'GET /extensions', undefined],
  [409, 'POST /extensions', undefined],
  [413, 'POST /extensions/ext_1/versions', undefined],
  [413, 'PUT /extensions/ext_1/secrets/versions', undefined],
  [422, 'POST /extensions', undefined],
  [429, 'GET /extensions', undefined],
  [500, 'GET /extensions', undefined],
  [504, 'GET /extensions', undefined],
])('the next command after %i of %s is %s', (status, name, next) => {
  expect(reported(status, { name }).next).toBe(next);
});

test.each([
  [413, true],
  [422, false],
])('%i: the hint names the size of the body: %s', (status, namesSize) => {
  const { hint = '' } = reported(status, { sizeBytes: 52_428_800 });
  expect(hint.includes('52.4 MB')).toBe(namesSize);
});

describe('Retry-After of a 429', () => {
  test.each([
    [90_000, 90, '2026-05-01T12:01:30Z'],
    [1200, 2, '2026-05-01T12:00:01Z'],
    [2_145_600_000, 2_145_600, '--max-wait 596h'],
    [2_145_600_001, 2_145_601, undefined],
    [Infinity, Number.MAX_SAFE_INTEGER, undefined],
    [undefined, undefined, '--max-wait 2m'],
  ])('%s ms is reported as %s s', (retryAfterMs, seconds, text) => {
    const problem = reported(429, retryAfterMs === undefined ? {} : { retryAfterMs });
    expect(problem.retryAfterSeconds).toBe(seconds);
    if (text === undefined) expect(problem.hint).not.toContain('--max-wait');
    else expect(problem.hint).toContain(text);
  });

  test.each([
    [1000, 4000, '4s'],
    [0, 4000, '4s'],
    [undefined, 180_000, '3m'],
  ])('the hint for %s ms suggests more than --max-wait %i', (retryAfterMs, maxWaitMs, limit) => {
    const { hint = '' } = reported(429, {
      maxWaitMs,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    expect(hint).toContain(` ${limit} `);
    expect(hint).not.toContain(' 0ms');
  });
});

test('Retry-After of a 503 is data only', () => {
  expect(reported(503, { retryAfterMs: 5000 })).toMatchObject({ retryAfterSeconds: 5 });
});

describe('the request id, for a report', () => {
  const idOf = (headers: Readonly<Record<string, string>>): string | undefined =>
    requestIdOf({ headers });

  test.each(['x-request-id', 'request-id', 'x-correlation-id', 'cf-ray'])(
    'is read from %s',
    (name) => {
      expect(idOf({ [name]: 'req_1' })).toBe('req_1');
    },
  );

  test('comes from the API, not from a proxy, and is part of the error', () => {
    expect(reported(500, { headers: { 'cf-ray': 'ray', 'x-request-id': 'req_1' } }).requestId).toBe(
      'req_1',
    );
    expect(idOf({})).toBeUndefined();
  });
});

describe('a document', () => {
  const nested = (depth: number, open = '[', close = ']'): string =>
    open.repeat(depth) + close.repeat(depth);

  test.each([
    ['JSON', '{"a":[1,null]}'],
    ['a value', 'null'],
    ['a thousand levels', nested(1000)],
    ['many lists beside each other', `[${'[],'.repeat(2000)}[]]`],
    ['many objects beside each other', `[${'{},'.repeat(2000)}{}]`],
    ['brackets in a string', JSON.stringify(['['.repeat(2000)])],
    ['an escaped quote in a string', JSON.stringify([`"${'['.repeat(2000)}`])],
    ['closing brackets in a string', JSON.stringify([']'.repeat(2000), '{'])],
  ])('is JSON: %s', (_, text) => {
    expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text));
  });

  test.each([
    ['nothing', ''],
    ['a page', '<html></html>'],
    ['truncated JSON', '{"a":'],
    ['more than a thousand nested lists', nested(1001)],
    ['more than a thousand nested objects', `${nested(1001, '{"a":', '}').replace(':}', ':0}')}`],
    ['nesting that ends', `[${nested(1000)},0]`],
    ['nesting after a string that ends with a backslash', `["\\\\",${nested(1000)}]`],
  ])("isn't JSON: %s", (_, text) => {
    expect(parseJson(Buffer.from(text))).toBeUndefined();
  });
});
