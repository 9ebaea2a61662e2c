import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import { startCuttingProxy } from '../support/servers/cutting-proxy.ts';
import {
  sendJson,
  startScriptedServer,
  type Responder,
  type ScriptedServer,
} from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { fakeClock } from '../support/clock.ts';
import { apiKey, problemOf, testClient } from './support.ts';

async function server(respond: Responder): Promise<ScriptedServer> {
  return autoClose(await startScriptedServer(respond));
}

const version = { id: 'ver_1', version: '1.0.0', status: 'approved' };
const base = '/developer/v1';

describe('calls each endpoint as documented', () => {
  test.each<[string, (client: Client) => Promise<unknown>, string, string, number, unknown]>([
    [
      'listExtensions',
      (client) => client.call('listExtensions'),
      'GET /extensions',
      '',
      200,
      { extensions: [{ id: 'e', new: null }] },
    ],
    [
      'getExtension',
      (client) => client.call('getExtension', { id: 'ext 1' }),
      'GET /extensions/ext%201',
      '',
      200,
      { extension: { id: 'e' } },
    ],
    [
      'updateExtension',
      (client) => client.call('updateExtension', { id: 'e' }, { body: { visibility: 'public' } }),
      'PATCH /extensions/e',
      '{"visibility":"public"}',
      200,
      { id: 'e' },
    ],
    [
      'deleteExtension',
      (client) => client.call('deleteExtension', { id: 'e' }),
      'DELETE /extensions/e',
      '',
      204,
      undefined,
    ],
    [
      'listVersions',
      (client) => client.call('listVersions', { id: 'e' }),
      'GET /extensions/e/versions',
      '',
      200,
      { versions: [version] },
    ],
    [
      'getInstalls',
      (client) => client.call('getInstalls', { id: 'e' }),
      'GET /extensions/e/installs',
      '',
      200,
      { total: 2, active: 1, byVersion: { ver_1: 1 } },
    ],
    [
      'setSecret',
      (client) =>
        client.call('setSecret', { id: 'e', key: 'KEY' }, { body: { value: 'a"\n\u0000ü' } }),
      'PUT /extensions/e/secrets/KEY',
      '{"value":"a\\"\\n\\u0000ü"}',
      204,
      undefined,
    ],
    [
      'deleteSecret',
      (client) => client.call('deleteSecret', { id: 'e', key: 'KEY' }),
      'DELETE /extensions/e/secrets/KEY',
      '',
      204,
      undefined,
    ],
    [
      'listSecrets',
      (client) => client.call('listSecrets', { id: 'e' }),
      'GET /extensions/e/secrets',
      '',
      200,
      { keys: ['KEY'] },
    ],
  ])('%s', async (_, call, ...[line, body, status, document]) => {
    const api = await server((_request, response) =>
      status === 204 ? response.writeHead(204).end() : sendJson(response, status, document),
    );
    expect(await call(autoClose(testClient(api.origin)))).toEqual(document);
    const [seen] = api.seen;
    expect(`${seen?.method} ${seen?.path}`).toBe(line.replace(' ', ` ${base}`));
    expect(seen?.body.toString()).toBe(body);
    expect(seen?.headers).toMatchObject({
      authorization: `Bearer ${apiKey}`,
      accept: 'application/json',
      'user-agent': 'lumio/test',
    });
  });
});

describe('refusals', () => {
  test.each([
    [400, 'rejected'],
    [401, 'auth'],
    [403, 'auth'],
    [404, 'not_found'],
    [409, 'conflict'],
    [413, 'rejected'],
    [422, 'rejected'],
    [429, 'rate_limited'],
    [500, 'network'],
    [503, 'network'],
  ])('%i becomes %s with the code and message of the API', async (status, kind) => {
    const api = await server((_, response) =>
      sendJson(
        response,
        status,
        { error: { code: 'some_code', message: 'It said so', status } },
        { 'x-request-id': 'req_7' },
      ),
    );
    const error = await problemOf(
      autoClose(testClient(api.origin, { maxWaitMs: 0 })).call('listVersions', { id: 'e' }),
    );
    expect([error.kind, error.problem.code, error.problem.status, error.problem.requestId]).toEqual(
      [kind, 'some_code', status, 'req_7'],
    );
    expect(error.message).toBe('It said so');
  });

  test('without the envelope: status, content type and an excerpt without markup', async () => {
    const html =
      '<html><style>x{}</style><head><title>502 Bad\u0007 Gateway</title></head>' +
      '<body>nginx</body></html>';
    const api = await server((_, response) =>
      response.writeHead(502, { 'content-type': 'text/html; charset=utf-8' }).end(html),
    );
    const error = await problemOf(
      autoClose(testClient(api.origin, { maxWaitMs: 0 })).call('listVersions', { id: 'e' }),
    );
    expect(error.message).toContain('"502 Bad Gateway"');
    expect(error.problem.code).toBe('http_502');
  });

  test('a 413 names what was sent', async () => {
    const api = await server((_, response) => response.writeHead(413).end());
    const error = await problemOf(
      autoClose(testClient(api.origin)).call(
        'updateExtension',
        { id: 'e' },
        {
          body: {
            description: 'x'.repeat(2_000_000),
          },
        },
      ),
    );
    expect(error.problem.hint).toContain('2 MB');
  });

  test('a 429 beyond --max-wait fails immediately, with the time of the next attempt', async () => {
    const api = await server((_, response) =>
      sendJson(
        response,
        429,
        { error: { code: 'rate_limited', message: 'Slow down' } },
        { 'retry-after': '90', date: '' },
      ),
    );
    const clock = fakeClock();
    const error = await problemOf(
      autoClose(testClient(api.origin, { clock })).call('listVersions', { id: 'e' }),
    );
    expect([error.exitCode, error.problem.retryAfterSeconds, clock.sleeps]).toEqual([9, 90, []]);
    expect(error.message).toBe('Slow down');
    expect(error.problem.hint).toContain('2026-05-01T12:01:30Z');
    expect(error.problem.hint).toContain('--max-wait 1m30s');
  });
});

describe('retries', () => {
  test('wait as long as the server asks, report why, and succeed', async () => {
    const responses = [
      (response: ServerResponse) =>
        sendJson(
          response,
          429,
          { error: { code: 'rate_limited', message: 'Slow down' } },
          { 'retry-after': '3' },
        ),
      (response: ServerResponse) => response.writeHead(503).end(),
      (response: ServerResponse) => sendJson(response, 200, { versions: [] }),
    ];
    const api = await server((_, response, count) => responses[count - 1]?.(response));
    const clock = fakeClock();
    const reasons: string[] = [];
    const pause = async ({ ms, reason }: { ms: number; reason: string }): Promise<void> => {
      reasons.push(reason);
      await clock.sleep(ms, new AbortController().signal);
    };
    await autoClose(testClient(api.origin, { clock, pause })).call('listVersions', { id: 'e' });
    expect(clock.sleeps).toEqual([3000, 500]);
    expect(reasons[0]).toContain('Slow down');
  });

  test('stop when the budget is used up, and report the number of attempts', async () => {
    const api = await server((_, response) => response.writeHead(500).end());
    const clock = fakeClock();
    const error = await problemOf(
      autoClose(testClient(api.origin, { clock, maxWaitMs: 10_000 })).call('listVersions', {
        id: 'e',
      }),
    );
    expect(clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBe(10_000);
    expect(error.message).toContain(`lumio tried ${api.seen.length} times.`);
    expect(error.exitCode).toBe(10);
  });

  test('retries a refused loopback connection for a short time only', async () => {
    const clock = fakeClock();
    const server = await startScriptedServer(() => {});
    await server.close();
    const error = await problemOf(
      testClient(server.origin, { clock }).call('listVersions', { id: 'e' }),
    );
    expect(error.problem).toMatchObject({
      code: 'connection_refused',
      hint: expect.stringContaining('lumio sandbox start'),
    });
    expect(clock.sleeps.reduce((sum, ms) => sum + ms)).toBe(3000);
  });

  test('a repeated DELETE that finds nothing succeeds', async () => {
    const api = await server((_, response, count) =>
      count === 1
        ? response.writeHead(204).end()
        : sendJson(response, 404, { error: { code: 'not_found', message: 'x' } }),
    );
    const proxy = autoClose(
      await startCuttingProxy(api.port, (_, count) => ({
        kind: count === 1 ? 'lose_response' : 'pass',
      })),
    );
    await autoClose(testClient(proxy.origin)).call('deleteExtension', { id: 'e' });
    expect(api.seen.length).toBe(2);
  });

  test.each([429, undefined])(
    "a DELETE that certainly had no effect (%s) isn't found",
    async (first) => {
      const api = await server((_, response, count) =>
        response.writeHead(count === 1 && first !== undefined ? first : 404).end(),
      );
      expect(
        (
          await problemOf(
            autoClose(testClient(api.origin)).call('deleteSecret', { id: 'e', key: 'K' }),
          )
        ).kind,
      ).toBe('not_found');
    },
  );

  test('reports a change whose outcome is unknown', async () => {
    const api = await server((_, response) => response.writeHead(204).end());
    const proxy = autoClose(await startCuttingProxy(api.port, () => ({ kind: 'lose_response' })));
    const client = autoClose(testClient(proxy.origin, { maxWaitMs: 0 }));
    const { problem: changed } = await problemOf(
      client.call('setSecret', { id: 'e', key: 'K' }, { body: { value: 'v' } }),
    );
    expect(changed.mayHaveTakenEffect).toBe(true);
    const { problem: read } = await problemOf(client.call('listSecrets', { id: 'e' }));
    expect(read.mayHaveTakenEffect).toBeUndefined();
  });
});

describe('responses that break the documentation', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    [
      'html',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in</h1>'),
    ],
    ['empty', (response) => response.writeHead(200).end()],
    [
      'truncated',
      (response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"versions": ['),
    ],
    ['another document', (response) => sendJson(response, 200, { versions: { '1.3.0': version } })],
  ])('%s', async (_, respond) => {
    const api = await server((_request, response) => respond(response));
    const error = await problemOf(
      autoClose(testClient(api.origin)).call('listVersions', { id: 'e' }),
    );
    expect([error.kind, error.exitCode, api.seen.length]).toEqual(['unexpected_response', 1, 1]);
  });

  test('refuses a page instead of "no content", but accepts a document', async () => {
    const api = await server((request, response) =>
      request.method === 'PUT'
        ? response.end('<h1>Log in</h1>')
        : sendJson(response, 200, { deleted: true }),
    );
    const client = autoClose(testClient(api.origin));
    expect(
      (await problemOf(client.call('setSecret', { id: 'e', key: 'K' }, { body: { value: 'v' } })))
        .kind,
    ).toBe('unexpected_response');
    expect(await client.call('deleteSecret', { id: 'e', key: 'K' })).toBeUndefined();
  });
});

describe('redirects', () => {
  test('are followed for GET on the same origin', async () => {
    const api = await server((request, response) =>
      request.path.endsWith('/moved')
        ? sendJson(response, 200, { versions: [] })
        : response.writeHead(308, { location: 'moved' }).end(),
    );
    await autoClose(testClient(api.origin)).call('listVersions', { id: 'e' });
    expect(api.seen.map(({ path }) => path)).toEqual([
      `${base}/extensions/e/versions`,
      `${base}/extensions/e/moved`,
    ]);
  });

  test.each(['GET', 'PUT'])(
    "to another origin are errors for %s, and the key isn't sent",
    async (method) => {
      const other = await server((_, response) =>
        sendJson(response, 200, { versions: [], keys: [] }),
      );
      const api = await server((_, response) =>
        response
          .writeHead(302, {
            location: `${other.origin.replace('//', '//u:S3cr3t@')}/x?token=S3cr3t`,
          })
          .end(),
      );
      const client = autoClose(testClient(api.origin));
      const error = await problemOf(
        method === 'GET'
          ? client.call('listVersions', { id: 'e' })
          : client.call('setSecret', { id: 'e', key: 'K' }, { body: { value: 'v' } }),
      );
      expect([error.kind, error.problem.code, error.problem.status, other.seen]).toEqual([
        'unexpected_response',
        'redirected',
        302,
        [],
      ]);
      expect(error.message).toContain(`${other.origin.replace('//', '//…@')}/x.`);
      expect(error.message).not.toContain('S3cr3t');
    },
  );
});
