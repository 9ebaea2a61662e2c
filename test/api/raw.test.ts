import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCuttingProxy } from '../support/servers/cutting-proxy.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { fakeClock } from '../support/clock.ts';
import { apiKey, problemOf, testClient } from './support.ts';
import { temporaryDirectory } from '../support/project.ts';

describe('a raw request', () => {
  test('returns status, headers and the exact bytes', async () => {
    const api = autoClose(
      await startScriptedServer((_, response) =>
        response.writeHead(200, { 'x-a': 'b' }).end(Buffer.from([0, 255, 10])),
      ),
    );
    const response = await autoClose(testClient(api.origin)).request({
      method: 'GET',
      path: 'extensions?x=1',
    });
    expect([response.status, response.headers['x-a'], [...response.body], response.error]).toEqual([
      200,
      'b',
      [0, 255, 10],
      undefined,
    ]);
    expect(api.seen[0]).toMatchObject({
      path: '/developer/v1/extensions?x=1',
      headers: { authorization: `Bearer ${apiKey}` },
    });
  });

  test('sends bytes as they are', async () => {
    const api = autoClose(
      await startScriptedServer((_, response) => response.writeHead(204).end()),
    );
    await autoClose(testClient(api.origin)).request({
      method: 'PUT',
      path: '/x',
      body: { bytes: Buffer.from([0, 1, 254]), contentType: 'application/octet-stream' },
    });
    expect([...(api.seen[0]?.body ?? [])]).toEqual([0, 1, 254]);
  });

  test('sends forms with files', async () => {
    const path = join(await temporaryDirectory(), 'f');
    await writeFile(path, 'content');
    const api = autoClose(await startScriptedServer((_, response) => sendJson(response, 202, {})));
    const parts = [
      { name: 'version', value: '1.0.0' },
      { name: 'bundle', path, sizeBytes: 7, fileName: 'f', contentType: 'application/gzip' },
    ];
    await autoClose(testClient(api.origin)).request({
      method: 'POST',
      path: '/x',
      body: { parts },
    });
    expect(api.seen[0]?.body.toString()).toContain(
      'name="bundle"; filename="f"\r\nContent-Type: application/gzip\r\n\r\ncontent\r\n',
    );
  });

  test('returns refusals with the error that another call would throw', async () => {
    const api = autoClose(
      await startScriptedServer((_, response) =>
        sendJson(response, 404, { error: { code: 'extension_not_found', message: 'No.' } }),
      ),
    );
    const response = await autoClose(testClient(api.origin)).request({ method: 'GET', path: '/x' });
    expect([response.status, response.error?.kind, response.error?.problem.code]).toEqual([
      404,
      'not_found',
      'extension_not_found',
    ]);
  });

  test('is retried by the same rules: a GET on 503, a POST on 429 only', async () => {
    const api = autoClose(
      await startScriptedServer((request, response, count) =>
        response.writeHead(count > 1 ? 200 : request.method === 'GET' ? 503 : 429).end(),
      ),
    );
    const clock = fakeClock();
    expect(
      (await autoClose(testClient(api.origin, { clock })).request({ method: 'GET', path: '/x' }))
        .status,
    ).toBe(200);
    expect(clock.sleeps.length).toBe(1);
    const refusing = autoClose(
      await startScriptedServer((_, response) => response.writeHead(503).end()),
    );
    const response = await autoClose(testClient(refusing.origin)).request({
      method: 'POST',
      path: '/x',
    });
    expect([response.status, refusing.seen.length]).toEqual([503, 1]);
  });

  test('throws after a lost response, and reports what is unknown', async () => {
    const api = autoClose(
      await startScriptedServer((_, response) => response.writeHead(201).end()),
    );
    const proxy = autoClose(await startCuttingProxy(api.port, () => ({ kind: 'lose_response' })));
    const error = await problemOf(
      autoClose(testClient(proxy.origin)).request({ method: 'POST', path: '/x' }),
    );
    expect([error.kind, api.seen.length]).toEqual(['network', 1]);
    expect(error.problem.mayHaveTakenEffect).toBe(true);
  });
});

test('the trace contains requests, responses and retries, but no key and no body', async () => {
  const api = autoClose(
    await startScriptedServer((_, response, count) => {
      if (count === 1)
        response.writeHead(503, { 'retry-after': '1', 'x-request-id': `echo-${apiKey}` }).end();
      else response.writeHead(204).end();
    }),
  );
  const lines: string[] = [];
  await autoClose(testClient(api.origin, { trace: (line) => void lines.push(line) })).call(
    'setSecret',
    { id: 'ext_1', key: 'KEY' },
    { body: { value: 'canary-value' } },
  );
  expect(lines.map((line) => line.replaceAll(/\d+ms/g, 'Nms').replace(api.origin, ''))).toEqual([
    expect.stringMatching(/^> PUT .*\/secrets\/KEY .*authorization: Bearer \*{3},.* 24 B\)$/),
    expect.stringMatching(/^< 503 \(.*, 0 B, .*\becho-\*{3}\).* Nms$/),
    expect.stringMatching(/^~ .*\b2\b.*\b1s$/),
    expect.stringContaining('> PUT'),
    expect.stringMatching(/^< 204 \(.*, 0 B\).* Nms$/),
  ]);
});
