/** What is told of an answer that is no success. */
import { describe, expect, test } from 'vitest';
import type { ErrorKind, Problem } from '../../src/errors.ts';
import { parseJson, errorFromResponse, requestIdOf } from '../../src/api/errors.ts';

const nowMs = Date.parse('2026-05-01T12:00:00.250Z');
const envelope = (message: string): string =>
  JSON.stringify({ error: { code: 'some_code', message, status: 400 } });

interface Given {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly name?: string;
  readonly sizeBytes?: number;
  readonly retryAfterMs?: number;
  readonly maxWaitMs?: number;
}

function told(
  status: number,
  {
    body = envelope('No.'),
    headers = {},
    name = 'GET /extensions',
    sizeBytes = 0,
    retryAfterMs,
    maxWaitMs = 0,
  }: Given = {},
): Problem & { kind: ErrorKind } {
  const error = errorFromResponse(
    { kind: 'answer', status, headers, body: Buffer.from(body) },
    { name, sizeBytes, retryAfterMs, nowMs, maxWaitMs },
  );
  return { kind: error.kind, ...error.problem };
}

test.each<[number, ErrorKind]>([
  [400, 'unexpected_response'],
  [401, 'auth'],
  [403, 'auth'],
  [404, 'not_found'],
  [408, 'network'],
  [409, 'conflict'],
  [413, 'unexpected_response'],
  [422, 'rejected'],
  [429, 'rate_limited'],
  [499, 'unexpected_response'],
  [500, 'network'],
  [503, 'network'],
])('the status %i decides that it is of kind %s, whatever the envelope says', (status, kind) => {
  expect(told(status)).toMatchObject({ kind, status, code: 'some_code' });
});

describe('the message of the API is a sentence', () => {
  test.each([
    ['with the full stop that it lacks', 'Name is taken', 'Name is taken.'],
    ['as it is when it has one', 'Name is taken.', 'Name is taken.'],
    ['as it is when it asks', 'Is it yours?', 'Is it yours?'],
    [
      'with a full stop after a version in it',
      'There is no version 1.2.3 here',
      'There is no version 1.2.3 here.',
    ],
    ['without blanks around it', ' Name is taken\n', 'Name is taken.'],
    [
      'made by lumio when there is none',
      ' ',
      'GET /extensions was answered with status 422 and no message.',
    ],
  ])('%s', (_, message, sentence) => {
    expect(told(422, { body: envelope(message) }).message).toBe(sentence);
  });
});

describe('an answer without the envelope is told by what a person would read of it', () => {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  test.each([
    [
      'the title of a page',
      html,
      '<html><head><TITLE lang="en">502 Bad Gateway</title></head><body>nginx</body>',
      '(text/html) that says "502 Bad Gateway"',
    ],
    [
      'the text of a page without a title',
      html,
      '<h1 class="a">Bad<br>gateway</h1><p>nginx</p>',
      '(text/html) that says "Bad gateway nginx"',
    ],
    [
      'the text of a page whose title is empty',
      html,
      '<title> </title><p>Bad gateway</p>',
      '(text/html) that says "Bad gateway"',
    ],
    [
      'no script and no style',
      html,
      'a<style>p { color: red }</style>b<SCRIPT src="x">if (a) {\n go()\n}</script>c',
      '(text/html) that says "a b c"',
    ],
    [
      'a plain text',
      { 'content-type': 'text/plain' },
      'no healthy\nupstream',
      '(text/plain) that says "no healthy upstream"',
    ],
    [
      'the start of a long text',
      {},
      'x'.repeat(121),
      `(no content type) that says "${'x'.repeat(120)}…"`,
    ],
    [
      'other JSON',
      { 'content-type': 'application/json' },
      '{"message":"No"}',
      '(application/json) that says "{"message":"No"}"',
    ],
    ['nothing', {}, '', '(no content type) with nothing readable in it'],
    ['a page with nothing in it', html, '<html></html>', '(text/html) with nothing readable in it'],
  ])('%s', (_, headers, body, said) => {
    expect(told(502, { headers, body })).toMatchObject({
      code: 'http_502',
      message: `GET /extensions was answered with status 502 ${said}.`,
    });
  });
});

describe('a redirect', () => {
  const moved =
    'GET /extensions was redirected to https://other.example/x, which is not followed: the key is sent nowhere else.';

  test('is told with where it leads, and never with the query, which may hold a token', () => {
    expect(told(307, { headers: { location: 'https://other.example/x?token=1?2' } })).toMatchObject(
      {
        kind: 'unexpected_response',
        code: 'redirected',
        message: moved,
        hint: 'If the API has moved there, give its address with --api-url.',
      },
    );
  });

  test.each([
    ['without a Location', 304, {}],
    ['that is an error', 400, { location: 'https://other.example/x' }],
  ])('is none %s', (_, status, headers) => {
    const { code, message, hint } = told(status, { headers });
    expect([code, message, hint]).toEqual(['some_code', 'No.', undefined]);
  });

  test('to a long address is told with its beginning', () => {
    expect(told(302, { headers: { location: `/${'x'.repeat(500)}` } }).message).toContain(
      `redirected to /${'x'.repeat(199)}…, which`,
    );
  });
});

describe('a hint says what to do', () => {
  const trouble = 'The service has a problem; try again later.';
  const notAllowed =
    'The key is valid, but this is not allowed with it; lumio whoami shows which key is in force.';
  test.each([
    [
      'a key that is refused',
      401,
      'GET /extensions',
      'Check the API key (Account → Security → API Keys in the dashboard).',
    ],
    ['what the key may not do', 403, 'GET /extensions', notAllowed],
    [
      'the deletion of an extension',
      403,
      'DELETE /extensions/ext_1',
      'The API allows deleting only extensions that were never publicly listed.',
    ],
    ['the deletion of a secret', 403, 'DELETE /extensions/ext_1/secrets/KEY', notAllowed],
    ['a change of an extension', 403, 'PATCH /extensions/ext_1', notAllowed],
    ['an extension that does not exist', 404, 'DELETE /extensions/ext_1', undefined],
    ['a server that took too long', 408, 'GET /extensions', trouble],
    ['a conflict', 409, 'POST /extensions', undefined],
    [
      'a bundle that is too large',
      413,
      'POST /extensions/ext_1/versions',
      'Make it smaller; lumio pack --list shows the biggest files.',
    ],
    ['a body that is too large', 413, 'PUT /extensions/ext_1/secrets/versions', 'Make it smaller.'],
    ['a field that is wrong', 422, 'POST /extensions', undefined],
    [
      'a limit',
      429,
      'GET /extensions',
      'Try again in a while, or let lumio wait with --max-wait 2m.',
    ],
    ['an error of the server', 500, 'GET /extensions', trouble],
    ['a gateway', 504, 'GET /extensions', trouble],
  ])('about %s (%i of %s)', (_, status, name, hint) => {
    expect(told(status, { name }).hint).toBe(hint);
  });

  test.each([
    [401, 'lumio login'],
    [403, undefined],
    [500, undefined],
  ])('%i: the next command is %s', (status, next) => {
    expect(told(status).next).toBe(next);
  });
});

test.each([
  [413, 'No. The body has 52.4 MB, which is more than the server or a proxy before it takes.'],
  [422, 'No.'],
])('%i: the size of what was sent is told where it was too much', (status, message) => {
  expect(told(status, { sizeBytes: 52_428_800 }).message).toBe(message);
});

describe('Retry-After', () => {
  const tooLong = 'That is longer than lumio can wait: ask the operators of the API.';
  test.each([
    [
      'as the time from which it works',
      90_000,
      {
        retryAfterSeconds: 90,
        message: 'No. It will be accepted again in 1m30s, at 2026-05-01T12:01:30Z.',
        hint: 'Try again then, or let lumio wait with --max-wait 1m30s.',
      },
    ],
    [
      'in whole seconds that are enough',
      1200,
      {
        retryAfterSeconds: 2,
        message: 'No. It will be accepted again in 1.2s, at 2026-05-01T12:00:01Z.',
        hint: 'Try again then, or let lumio wait with --max-wait 1.2s.',
      },
    ],
    [
      'with the longest wait that --max-wait takes',
      2_145_600_000,
      {
        retryAfterSeconds: 2_145_600,
        message: 'No. It will be accepted again in 596h, at 2026-05-26T08:00:00Z.',
        hint: 'Try again then, or let lumio wait with --max-wait 596h.',
      },
    ],
    [
      'without a time beyond it',
      2_145_600_001,
      {
        retryAfterSeconds: 2_145_601,
        message: 'No. It will not be accepted again before long.',
        hint: tooLong,
      },
    ],
    [
      'as a number that JSON can hold',
      Infinity,
      {
        retryAfterSeconds: Number.MAX_SAFE_INTEGER,
        message: 'No. It will not be accepted again before long.',
        hint: tooLong,
      },
    ],
    [
      'as nothing where there is none',
      undefined,
      {
        retryAfterSeconds: undefined,
        message: 'No.',
        hint: 'Try again in a while, or let lumio wait with --max-wait 2m.',
      },
    ],
  ])('of a 429 is told %s', (_, retryAfterMs, problem) => {
    expect(told(429, retryAfterMs === undefined ? {} : { retryAfterMs })).toMatchObject(problem);
  });

  test.each([
    [
      'names more than what was not enough',
      1000,
      4000,
      'Try again then, or let lumio wait longer than the 4s of --max-wait.',
    ],
    [
      'names no time that is over',
      0,
      4000,
      'Try again, or let lumio wait longer than the 4s of --max-wait.',
    ],
    [
      'names no less where no time is told',
      undefined,
      180_000,
      'Try again in a while, or let lumio wait longer than the 3m of --max-wait.',
    ],
  ])('the hint %s', (_, retryAfterMs, maxWaitMs, hint) => {
    const problem = told(429, {
      maxWaitMs,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    expect(problem.hint).toBe(hint);
    expect(problem.message).not.toContain('0ms');
  });

  test('of a 503 is told to scripts only: nobody promised that it works then', () => {
    expect(told(503, { retryAfterMs: 5000 })).toMatchObject({
      retryAfterSeconds: 5,
      message: 'No.',
      hint: 'The service has a problem; try again later.',
    });
  });
});

describe('the request id, for a report', () => {
  const idOf = (headers: Readonly<Record<string, string>>): string | undefined =>
    requestIdOf({ kind: 'answer', status: 500, headers, body: Buffer.from('') });

  test.each(['x-request-id', 'request-id', 'x-correlation-id', 'cf-ray'])(
    'is read from %s',
    (name) => {
      expect(idOf({ [name]: 'req_1' })).toBe('req_1');
    },
  );

  test('is that of the API, not of a network before it, and stands in the error', () => {
    expect(told(500, { headers: { 'cf-ray': 'ray', 'x-request-id': 'req_1' } }).requestId).toBe(
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
    ['brackets in a text, which nest nothing', JSON.stringify(['['.repeat(2000)])],
    ['a quote in a text, which does not end it', JSON.stringify([`"${'['.repeat(2000)}`])],
    ['a text that closes what was never open', JSON.stringify([']'.repeat(2000), '{'])],
  ])('is read: %s', (_, text) => {
    expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text));
  });

  test.each([
    ['nothing', ''],
    ['a page', '<html></html>'],
    ['JSON that breaks off', '{"a":'],
    ['more than a thousand lists in each other', nested(1001)],
    [
      'more than a thousand objects in each other',
      `${nested(1001, '{"a":', '}').replace(':}', ':0}')}`,
    ],
    ['depth that is left again', `[${nested(1000)},0]`],
    ['depth after a text that ends with a backslash', `["\\\\",${nested(1000)}]`],
  ])('is none: %s', (_, text) => {
    expect(parseJson(Buffer.from(text))).toBeUndefined();
  });
});
