/** CONNECT requests to a proxy, and its responses. */
import { getEventListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { ConnectionError } from '../../src/api/failure.ts';
import { openConnection } from '../../src/api/connect.ts';
import type { Proxy } from '../../src/api/proxy.ts';
import { listen } from '../support/servers/listening.ts';
import { cleanUp } from '../support/clean-up.ts';

interface Asked {
  readonly authority: string | undefined;
  readonly host: string | undefined;
  readonly credentials: string | undefined;
}

/** A proxy that responds to every CONNECT with `respond`. */
async function proxy(respond: (client: Duplex) => void): Promise<{ port: number; asked: Asked[] }> {
  const asked: Asked[] = [];
  const clients: Duplex[] = [];
  const server: Server = createServer();
  server.on('connect', ({ url, headers }, client) => {
    asked.push({ authority: url, host: headers.host, credentials: headers['proxy-authorization'] });
    clients.push(client.on('error', () => {}));
    respond(client);
  });
  const port = await listen(server);
  cleanUp(async () => {
    for (const client of clients) client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port, asked };
}

const openTunnel = (proxy: Proxy, to: { hostname: string }, signal: AbortSignal) =>
  openConnection(
    { ...to, protocol: 'http:', port: '443' },
    { connectTimeoutMs: 5000, timeoutMs: 5000, signal, proxy },
  );
const via = (port: number, authorization?: string) => ({
  protocol: 'http:' as const,
  hostname: '127.0.0.1',
  port,
  secrets: [],
  ...(authorization === undefined ? {} : { authorization }),
});
const target = { hostname: 'api.lumio.vision' };
const never = new AbortController().signal;
const accept = 'HTTP/1.1 200 Connection established\r\n\r\n';

test.each<[string, string, string | undefined]>([
  ['api.lumio.vision', 'api.lumio.vision:443', undefined],
  ['10.0.0.1', '10.0.0.1:443', 'Basic dTpw'],
  ['fd00::7', '[fd00::7]:443', undefined],
])('for %s it requests %s, with credentials %s', async (hostname, authority, credentials) => {
  const { port, asked } = await proxy((client) => client.write(accept));
  const socket = await openTunnel(via(port, credentials), { hostname }, never);
  socket.destroy();
  expect(asked).toEqual([{ authority, host: authority, credentials }]);
});

test("keeps data of the target that arrives with the proxy's response", async () => {
  const { port } = await proxy((client) => client.end(`${accept}hello`));
  expect(await text(await openTunnel(via(port), target, never))).toBe('hello');
});

test.each([
  ['in one packet', [`HTTP/1.1 100 Continue\r\n\r\n${accept}hello`]],
  [
    'in pieces',
    [
      'HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 103 E\r\nLink: x\r\n',
      '\r\nHTTP/1.1 2',
      `${accept.slice(10)}hello`,
    ],
  ],
])('skips interim responses of the proxy: %s', async (_, pieces) => {
  const { port } = await proxy((client) => {
    for (const [index, piece] of pieces.entries())
      setTimeout(() => {
        client.write(piece);
        if (index === pieces.length - 1) client.end();
      }, index * 50);
  });
  expect(await text(await openTunnel(via(port), target, never))).toBe('hello');
});

test('reports the refusal that follows an interim response', async () => {
  const { port } = await proxy((client) =>
    client.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 No\r\n\r\n'),
  );
  await expect(openTunnel(via(port), target, never)).rejects.toMatchObject({ proxyStatus: 403 });
});

test.each([101, 300, 302, 407, 502])(
  'status %i opens no tunnel, and the connection to the proxy is closed',
  async (status) => {
    let ended: Promise<unknown> = Promise.resolve();
    const { port } = await proxy((client) => {
      ended = new Promise((resolve) => client.resume().once('end', resolve));
      client.write(`HTTP/1.1 ${status} No\r\n\r\n`);
    });
    const opening = openTunnel(via(port), target, never);
    await expect(opening).rejects.toMatchObject({ reason: 'proxy_refused', proxyStatus: status });
    await expect(opening).rejects.toBeInstanceOf(ConnectionError);
    await ended;
  },
);

describe('an aborted signal', () => {
  const reason = new Error('enough');

  test("stops waiting for a proxy that doesn't respond", async () => {
    const controller = new AbortController();
    const { port } = await proxy(() => controller.abort(reason));
    await expect(openTunnel(via(port), target, controller.signal)).rejects.toBe(reason);
  });

  test.each([
    ['open', accept],
    ['refused', 'HTTP/1.1 403 No\r\n\r\n'],
  ])('has no listeners left once the tunnel is %s', async (_, words) => {
    const { signal } = new AbortController();
    const { port } = await proxy((client) => client.write(words));
    await openTunnel(via(port), target, signal).then(
      (socket) => socket.destroy(),
      () => {},
    );
    await vi.waitUntil(() => getEventListeners(signal, 'abort').length === 0);
  });
});

test('sends nothing in clear text to a TLS proxy', async () => {
  const { port, asked } = await proxy((client) => client.write(accept));
  await expect(
    openTunnel({ ...via(port), protocol: 'https:' }, target, never),
  ).rejects.toMatchObject({ cause: { code: expect.stringMatching(/^EPROTO$|^ERR_SSL_/) } });
  expect(asked).toEqual([]);
});
