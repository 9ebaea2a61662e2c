import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { NetworkFailure } from '../../src/api/failure.ts';
import {
  createTransport,
  type HttpResponse,
  type HttpRequest,
  type TransportOptions,
} from '../../src/api/http.ts';
import type { Body } from '../../src/api/body.ts';
import { LumioError } from '../../src/errors.ts';
import { startCuttingProxy } from '../support/servers/cutting-proxy.ts';
import { startTcpServer } from '../support/servers/tcp-server.ts';
import {
  sendJson,
  startRawServer,
  startScriptedServer,
} from '../support/servers/scripted-server.ts';
import { cleanUp, autoClose } from '../support/clean-up.ts';

async function send(
  origin: string,
  request: Partial<HttpRequest> = {},
  changes: Partial<TransportOptions> = {},
): Promise<HttpResponse | NetworkFailure> {
  const options = {
    baseUrl: origin,
    timeoutMs: 4000,
    env: {},
    signal: new AbortController().signal,
    ...changes,
  };
  const transport = autoClose(createTransport(options));
  return transport.send({ method: 'GET', path: '/x', headers: {}, ...request });
}

async function failure(...args: Parameters<typeof send>): Promise<{
  code: string;
  kind: string;
  sent: string;
  message: string;
  hint: string;
  isFinal: boolean;
}> {
  const outcome = await send(...args);
  if (outcome.kind === 'response') throw new Error(`unexpected status ${outcome.status}`);
  const { error, sent, isFinal } = outcome;
  return {
    code: error.problem.code,
    kind: error.kind,
    sent,
    message: error.message,
    hint: error.problem.hint ?? '',
    isFinal,
  };
}

/** Responds to the first bytes of a request. */
const respondWith = (text: string) => (socket: Socket) =>
  void socket.once('data', () => socket.end(text));

/** A body that ends only once it has been read completely. */
function zeros(sizeBytes: number): Body {
  return {
    contentType: 'application/octet-stream',
    sizeBytes,
    open: async function* (onSent) {
      for (let sent = 0; sent < sizeBytes;) {
        const chunk = Buffer.alloc(Math.min(256 * 1024, sizeBytes - sent));
        yield chunk;
        sent += chunk.length;
        onSent(sent);
      }
    },
  };
}

describe('a response', () => {
  test('has status, headers and bytes; the request has its headers and length', async () => {
    const server = autoClose(
      await startScriptedServer((_, response) =>
        sendJson(response, 201, { a: 1 }, { 'x-request-id': 'r1' }),
      ),
    );
    const body = { contentType: 'application/json', bytes: Buffer.from('{"ü":1}') };
    const response = await send(server.origin, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body,
    });
    expect(response).toMatchObject({
      kind: 'response',
      status: 201,
      headers: { 'x-request-id': 'r1' },
      body: Buffer.from('{"a":1}'),
    });
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      path: '/x',
      body: Buffer.from('{"ü":1}'),
    });
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: 'Bearer k',
      'content-type': 'application/json',
      'content-length': '8',
    });
  });

  test('comes from an IPv6 address', async () => {
    const server = autoClose(
      await startScriptedServer((_, response) => sendJson(response, 200, {}), { host: '::1' }),
    );
    expect(await send(server.origin)).toMatchObject({ status: 200 });
  });

  test.each([401, 413, 429])(
    'is read if it precedes the body and the connection is dropped: %i',
    async (status) => {
      const origin = await startTcpServer((socket) => {
        socket.once('data', () => {
          socket.pause();
          const text = JSON.stringify({ error: { code: 'early', message: 'Too early.' } });
          socket.write(
            `HTTP/1.1 ${status} No\r\nconnection: close\r\ncontent-length: ${text.length}\r\n` +
              `\r\n${text}`,
            () => socket.destroy(),
          );
        });
      });
      for (let round = 0; round < 5; round += 1) {
        const response = await send(origin, { method: 'POST', body: zeros(20_000_000) });
        expect(response).toMatchObject({ kind: 'response', status });
        expect(response.kind === 'response' && Buffer.from(response.body).toString()).toContain(
          'Too early.',
        );
      }
    },
  );

  test('is read even if a write fails first', async () => {
    // A server in its own thread can respond and close while this thread is blocked between two
    // writes.
    const worker = new Worker(
      `const { createServer } = require('node:net');
      const { parentPort } = require('node:worker_threads');
      const text = 'HTTP/1.1 413 No\\r\\ncontent-length: 3\\r\\n\\r\\nbig';
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.pause().write(text, () => socket.resetAndDestroy()));
      });
      server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
      { eval: true },
    );
    cleanUp(() => worker.terminate());
    const [port] = await once(worker, 'message');
    const sizeBytes = 400_000;
    const body: Body = {
      contentType: 'x/y',
      sizeBytes,
      open: async function* () {
        for (let part = 0; part < 4; part += 1) {
          yield Buffer.alloc(sizeBytes / 4);
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
        }
      },
    };
    expect(await send(`http://127.0.0.1:${port}`, { method: 'POST', body })).toMatchObject({
      status: 413,
      body: Buffer.from('big'),
    });
  });

  test.each([400, 413])('with a truncated body is an error by its status: %i', async (status) => {
    const origin = await startTcpServer(
      respondWith(`HTTP/1.1 ${status} No\r\ncontent-length: 500\r\n\r\n<html>too`),
    );
    expect(await send(origin)).toMatchObject({
      kind: 'response',
      status,
      body: Buffer.from('<html>too'),
    });
  });

  test.each([100, 102, 103])('may follow unrequested interim responses: %i', async (status) => {
    const interim = `HTTP/1.1 ${status} Interim\r\nlink: </a>\r\n\r\n`;
    const origin = await startTcpServer(
      respondWith(`${interim}${interim}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}`),
    );
    expect(await send(origin)).toMatchObject({ status: 200, body: Buffer.from('{}') });
  });

  test('has repeated headers joined', async () => {
    const origin = await startTcpServer(
      respondWith('HTTP/1.1 204 No\r\nX-A: 1\r\nx-a: 2\r\nX-B: 3\r\n\r\n'),
    );
    expect(await send(origin)).toMatchObject({ headers: { 'x-a': '1, 2', 'x-b': '3' } });
  });
});

describe('failures', () => {
  test('no server listens', async () => {
    const server = await startScriptedServer(() => {});
    await server.close();
    const error = await failure(server.origin);
    expect(error).toMatchObject({
      code: 'connection_refused',
      kind: 'network',
      sent: 'nothing',
      isFinal: false,
    });
    expect(error.message).toContain(`127.0.0.1:${server.port}`);
  });

  test('no such host', async () => {
    const error = await failure('https://no-such-host.invalid');
    expect(error).toMatchObject({ code: 'dns_failed', kind: 'network', sent: 'nothing' });
    expect(error.message).toContain('no-such-host.invalid');
  });

  test.each<[string, (socket: Socket) => void, object]>([
    [
      'reset before the response',
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
      { code: 'connection_lost', kind: 'network', sent: 'all', isFinal: false },
    ],
    [
      'closed before the response',
      (socket) => socket.once('data', () => socket.end()),
      { code: 'connection_lost', kind: 'network', sent: 'all' },
    ],
    [
      'truncated response',
      respondWith('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"a'),
      { code: 'connection_lost' },
    ],
    [
      'truncated chunked response',
      respondWith('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n500\r\n{"a'),
      { code: 'connection_lost' },
    ],
    [
      'not HTTP',
      respondWith('SSH-2.0-OpenSSH_9.6\r\n'),
      { code: 'unexpected_response', kind: 'unexpected_response', isFinal: true },
    ],
    [
      'endless interim responses',
      respondWith(`${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(200)}HTTP/1.1 200 OK\r\n\r\n`),
      { code: 'unexpected_response', isFinal: true },
    ],
    [
      'endless headers',
      respondWith(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
      { code: 'unexpected_response', isFinal: true },
    ],
    [
      'an endless response',
      respondWith(`HTTP/1.1 200 OK\r\n\r\n${'y'.repeat(34_000_000)}`),
      { code: 'unexpected_response', isFinal: true },
    ],
  ])('%s', async (_, onConnection, expected) => {
    expect(await failure(await startTcpServer(onConnection))).toMatchObject(expected);
  });

  test.each<[string, (socket: Socket) => void, Partial<HttpRequest>, object]>([
    [
      'no response',
      (socket) => socket.resume(),
      {},
      {
        code: 'response_timeout',
        sent: 'all',
        message: expect.stringContaining('600ms'),
      },
    ],
    [
      'no response to a body',
      (socket) => socket.resume(),
      { method: 'PUT', body: { contentType: 'x/y', bytes: Buffer.from('abc') } },
      { code: 'response_timeout', sent: 'all' },
    ],
    [
      'a stalled response',
      (socket) =>
        void socket.once('data', () =>
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'),
        ),
      {},
      { code: 'response_stalled' },
    ],
    [
      'a stalled upload',
      (socket) => socket.pause(),
      { method: 'POST', body: zeros(50_000_000) },
      { code: 'upload_stalled', sent: 'part', message: expect.stringContaining('of 50 MB') },
    ],
    [
      'no response to an upload',
      (socket) => socket.resume(),
      { method: 'POST', body: zeros(5_000_000) },
      { code: 'response_timeout', sent: 'all' },
    ],
  ])('timeout: %s', async (_, onConnection, request, expected) => {
    const error = await failure(await startTcpServer(onConnection), request, { timeoutMs: 600 });
    expect(error).toMatchObject({ kind: 'network', ...expected });
    expect(error.hint).toContain('--timeout 1.2s');
  });

  test('a connect timeout, with the option to allow more time', async () => {
    const origin = (await startTcpServer((socket) => socket.resume())).replace('http:', 'https:');
    const error = await failure(origin, {}, { timeoutMs: 300 });
    expect(error).toMatchObject({
      code: 'connect_timeout',
      sent: 'nothing',
      message: expect.stringContaining('100ms'),
    });
    expect(error.hint).toContain('--timeout 600ms');
  });
});

test("doesn't abort a slow upload, nor while the kernel still sends buffered data", async () => {
  const server = autoClose(await startScriptedServer((_, response) => sendJson(response, 202, {})));
  const slow = autoClose(
    await startCuttingProxy(server.port, () => ({ kind: 'throttle', bytesPerSecond: 6_000_000 })),
  );
  expect(
    await send(slow.origin, { method: 'POST', body: zeros(15_000_000) }, { timeoutMs: 600 }),
  ).toMatchObject({ status: 202 });
});

describe('an aborted signal', () => {
  const reason = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });

  test.each<[string, (socket: Socket) => void, string]>([
    ['while connecting', (socket) => socket.resume(), 'https:'],
    ['while waiting for the response', (socket) => socket.resume(), 'http:'],
    [
      'while reading the response',
      (socket) =>
        void socket.once('data', () =>
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'),
        ),
      'http:',
    ],
  ])('rejects with its reason %s', async (_, onConnection, protocol) => {
    const controller = new AbortController();
    const origin = await startTcpServer((socket) => {
      onConnection(socket);
      setTimeout(() => controller.abort(reason), 30);
    });
    await expect(
      send(origin.replace('http:', protocol), {}, { signal: controller.signal }),
    ).rejects.toBe(reason);
  });

  test('before the start sends nothing', async () => {
    const server = autoClose(await startRawServer(() => {}));
    await expect(send(server.origin, {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });
});
