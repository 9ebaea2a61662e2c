/** Connections from the view of a server: TLS handshake, timeouts and closing. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, test, vi } from 'vitest';
import { openConnection } from '../../src/api/connect.ts';
import { createTransport, type HttpResponse } from '../../src/api/http.ts';
import type { NetworkFailure } from '../../src/api/failure.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startConnectProxy } from '../support/servers/connect-proxy.ts';
import { listen } from '../support/servers/listening.ts';
import { temporaryDirectory } from '../support/project.ts';
import { cleanUp, autoClose } from '../support/clean-up.ts';

function transport(
  baseUrl: string,
  { timeoutMs = 10_000, env = {} }: { timeoutMs?: number; env?: Record<string, string> } = {},
) {
  return autoClose(
    createTransport({
      baseUrl,
      timeoutMs,
      env,
      signal: new AbortController().signal,
    }),
  );
}

function get(line: ReturnType<typeof transport>): Promise<HttpResponse | NetworkFailure> {
  return line.send({ method: 'GET', path: '/x', headers: {} });
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  const port = await listen(server);
  cleanUp(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return port;
}

/** A TLS server with an unknown authority; `hellos` are the requested names and protocols. */
async function untrustedTlsServer(): Promise<{ port: number; hellos: object[] }> {
  const { key, cert } = await makeCertificates(await temporaryDirectory());
  const hellos: object[] = [];
  const server = createTlsServer({
    key,
    cert,
    ALPNCallback: ({ servername, protocols }) => {
      hellos.push({ name: servername || 'none', protocols });
      return 'http/1.1';
    },
  });
  return { port: await listening(server.on('tlsClientError', () => {})), hellos };
}

describe('with TLS', () => {
  test.each([
    ['localhost', 'localhost'],
    ['127.0.0.1', 'none'],
  ])(
    'a server at %s gets the SNI name %s and HTTP/1.1, and needs a trusted certificate',
    async (host, name) => {
      const { port, hellos } = await untrustedTlsServer();
      const outcome = await get(transport(`https://${host}:${port}`));
      expect(outcome).toMatchObject({
        kind: 'failure',
        isFinal: true,
        sent: 'nothing',
        error: { problem: { code: 'tls_failed' } },
      });
      expect(hellos).toEqual([{ name, protocols: ['http/1.1'] }]);
    },
  );

  test('through a proxy, TLS is negotiated with the target by its name', async () => {
    const { port, hellos } = await untrustedTlsServer();
    const proxy = autoClose(await startConnectProxy({ leadsTo: port }));
    const outcome = await get(
      transport('https://far.invalid:8443', { env: { https_proxy: proxy.origin } }),
    );
    expect(outcome).toMatchObject({
      error: {
        problem: {
          code: 'tls_failed',
          message: expect.stringMatching(
            new RegExp(`far\\.invalid:8443 .*127\\.0\\.0\\.1:${proxy.port}`),
          ),
        },
      },
    });
    expect([proxy.tunnels, hellos]).toEqual([
      ['far.invalid:8443'],
      [{ name: 'far.invalid', protocols: ['http/1.1'] }],
    ]);
  });
});

describe('a silent connection ends at the first timeout', () => {
  test.each<[string, (peer: Socket) => void, (socket: Socket) => Promise<void> | void]>([
    [
      'instead of a response',
      (peer) => peer.resume(),
      (socket) => void socket.write('GET / HTTP/1.1\r\n\r\n'),
    ],
    [
      'in an upload that was sending before',
      (peer) => peer.pause(),
      // Sends for longer than the timeout, then more than the peer reads.
      async (socket) => {
        for (let part = 0; part < 12; part += 1) {
          await setTimeout(100);
          socket.write(Buffer.alloc(100_000));
        }
        socket.write(Buffer.alloc(50_000_000));
      },
    ],
  ])('%s', async (_, onConnection, send) => {
    const port = await listening(createServer(onConnection));
    const socket = await openConnection(
      { hostname: '127.0.0.1', protocol: 'http:', port: String(port) },
      {
        connectTimeoutMs: 10_000,
        timeoutMs: 1000,
        signal: new AbortController().signal,
        proxy: undefined,
      },
    );
    let timeouts = 0;
    socket.setTimeout(1000);
    socket.on('timeout', () => (timeouts += 1));
    const closed = once(socket, 'close').catch((error: unknown) => error);
    await send(socket);
    expect(await closed).toMatchObject({ reason: 'inactive' });
    expect(timeouts).toBe(1);
  });
});

test('closing drops the connection immediately', async () => {
  const sockets: Socket[] = [];
  const port = await listening(
    createServer((socket) => {
      sockets.push(socket.on('error', () => {}));
      socket.once('data', () => socket.write('HTTP/1.1 204 No\r\nkeep-alive: timeout=600\r\n\r\n'));
    }),
  );
  const origin = `http://127.0.0.1:${port}`;
  const [idle, line] = [transport(origin), transport(origin)];
  for (const used of [idle, line]) expect(await get(used)).toMatchObject({ status: 204 });
  line.close();
  await vi.waitUntil(() => sockets.some((socket) => socket.destroyed), { timeout: 60_000 });
  // A connection that is only idle lasts longer.
  expect(sockets.map((socket) => socket.destroyed)).toEqual([false, true]);
});
