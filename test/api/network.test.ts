/** Addresses, slow responses and keep-alive connections. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { addressesOf, connectToFirst } from '../../src/api/connect.ts';
import { createTransport, type TransportOptions } from '../../src/api/http.ts';
import { startTcpServer } from '../support/servers/tcp-server.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';
import { cleanUp, autoClose } from '../support/clean-up.ts';

function transport(baseUrl: string, changes: Partial<TransportOptions> = {}) {
  const signal = new AbortController().signal;
  return autoClose(createTransport({ baseUrl, timeoutMs: 1000, env: {}, signal, ...changes }));
}

const get = { method: 'GET', path: '/x', headers: {} } as const;

describe('aborts a response that never ends', () => {
  const drip = (first: string, chunk: string, onChunk?: () => void) => (socket: Socket) => {
    socket.once('data', () => {
      socket.write(first);
      const timer = setInterval(() => (onChunk?.(), socket.write(chunk)), 100);
      socket.on('close', () => clearInterval(timer));
    });
  };

  test.each([
    ['a body of a few bytes a second', 'HTTP/1.1 200 OK\r\n\r\n', 'x', 'response_too_slow'],
    ['endless headers', 'HTTP/1.1 200 OK\r\n', 'x: y\r\n', 'response_too_slow'],
    ['endless 102', '', 'HTTP/1.1 102 Processing\r\n\r\n', 'response_too_slow'],
  ])('%s', async (_, first, chunk, code) => {
    const origin = await startTcpServer(drip(first, chunk));
    const outcome = await transport(origin, { timeoutMs: 400 }).send(get);
    expect(outcome).toMatchObject({ error: { problem: { code } } });
  });

  test('endless headers soon after --timeout', async () => {
    let chunks = 0;
    const origin = await startTcpServer(
      drip('HTTP/1.1 200 OK\r\n', 'x: y\r\n', () => (chunks += 1)),
    );
    await transport(origin, { timeoutMs: 1000 }).send(get);
    // Ten chunks arrive within --timeout.
    expect(chunks).toBeLessThan(20);
  });

  test('but not a slow one that makes progress', async () => {
    const origin = await startTcpServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 8000\r\n\r\n');
        let sent = 0;
        const timer = setInterval(() => {
          socket.write('x'.repeat(1000));
          sent += 1000;
          if (sent === 8000) clearInterval(timer);
        }, 100);
      });
    });
    const outcome = await transport(origin, { timeoutMs: 400 }).send(get);
    expect(outcome).toMatchObject({ status: 200 });
  });
});

test.each([
  ['more bytes than content-length', '200 OK\r\ncontent-length: 5', '{"extensions":[]}'],
  ['101', '101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade', ''],
])("%s isn't valid HTTP", async (_, head, body) => {
  const origin = await startTcpServer((socket) => {
    socket.once('data', () => socket.write(`HTTP/1.1 ${head}\r\n\r\n${body}`));
  });
  expect(await transport(origin).send(get)).toMatchObject({
    isFinal: true,
    error: { kind: 'unexpected_response', message: expect.stringContaining('HTTP') },
  });
});

describe('addresses', () => {
  const { signal } = new AbortController();

  /** Drops every SYN until it is revived: its queue is full and nothing accepts. */
  async function deadPort(host: string, at = 0): Promise<{ port: number; revive: () => void }> {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(
      `const { parentPort, workerData: { host, port, gate } } = require('node:worker_threads');
      const server = require('node:net').createServer();
      server.listen({ port, host, backlog: 1 }, () => {
        parentPort.postMessage(server.address().port);
        setTimeout(() => Atomics.wait(gate, 0, 0), 50);
      });`,
      { eval: true, workerData: { host, port: at, gate } },
    );
    const [port] = await once(worker, 'message');
    await setTimeout(150);
    const fillers = Array.from({ length: 8 }, () => connect(port, host).on('error', () => {}));
    cleanUp(async () => {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    });
    await setTimeout(150);
    const revive = (): void => {
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
    };
    return { port, revive };
  }

  const onLinux = test.skipIf(process.platform !== 'linux');

  onLinux("a dead address doesn't block a live one", async () => {
    const { port } = await deadPort('127.0.0.3');
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    cleanUp(() => server.close());
    const socket = await connectToFirst(['127.0.0.3', '127.0.0.1'], port, signal);
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
    const onlyDead = connectToFirst(['127.0.0.3'], port, AbortSignal.timeout(700));
    await expect(onlyDead).rejects.toThrow('timeout');
  });

  onLinux("a dead address doesn't block one that accepts after more than 300 ms", async () => {
    const { port } = await deadPort('127.0.0.3');
    const slow = await deadPort('127.0.0.4', port);
    const connecting = connectToFirst(['127.0.0.3', '127.0.0.4', '127.0.0.3'], port, signal);
    let isConnected = false;
    void connecting.then(() => (isConnected = true));
    await setTimeout(250 + 350);
    expect(isConnected).toBe(false);
    slow.revive();
    const socket = await connecting;
    expect(socket.remoteAddress).toBe('127.0.0.4');
    socket.destroy();
  });

  test('skips refused addresses immediately', async () => {
    const port = Number(new URL(await startTcpServer(() => {})).port);
    // With a pause after each, they would exceed the time limit of a test.
    const refused = Array.from({ length: 600 }, () => '::1');
    const socket = await connectToFirst([...refused, '127.0.0.1'], port, signal);
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
  });

  test('localhost is loopback, regardless of the resolver', async () => {
    expect(await addressesOf('localhost')).toEqual(['127.0.0.1', '::1']);
    expect(await addressesOf('10.1.2.3')).toEqual(['10.1.2.3']);
  });
});

test('requests share a connection, but a POST has its own', async () => {
  const ports: (number | undefined)[] = [];
  const server = autoClose(await startScriptedServer((_, response) => sendJson(response, 200, {})));
  const client = transport(server.origin);
  for (const method of ['GET', 'PUT', 'POST', 'GET'] as const) {
    const outcome = await client.send({ ...get, method });
    expect(outcome.kind).toBe('response');
    ports.push(server.seen.at(-1)?.remotePort);
  }
  const [first, second, post, last] = ports;
  expect([second, last]).toEqual([first, first]);
  expect(post).not.toBe(first);
});
