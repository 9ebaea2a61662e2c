/** Connections from the view of a server: TLS handshake, timeouts and closing. */
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, test, vi } from 'vitest';
import { createTransport, type HttpResponse } from '../../src/api/http.ts';
import type { Body } from '../../src/api/request-body.ts';
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
async function strangeTlsServer(): Promise<{ port: number; hellos: object[] }> {
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
      const { port, hellos } = await strangeTlsServer();
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
    const { port, hellos } = await strangeTlsServer();
    const proxy = autoClose(await startConnectProxy({ leadsTo: port }));
    const outcome = await get(
      transport('https://far.invalid:8443', { env: { https_proxy: proxy.origin } }),
    );
    expect(outcome).toMatchObject({
      error: {
        problem: {
          code: 'tls_failed',
          message: expect.stringContaining(
            `far.invalid:8443 through the proxy 127.0.0.1:${proxy.port}`,
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

/** Sends for longer than the timeout, then more than the peer reads. */
function unevenBody(onMoved: () => void): Body {
  const sizeBytes = 50_000_000;
  return {
    contentType: 'x/y',
    sizeBytes,
    open: async function* () {
      for (let part = 0; part < 12; part += 1) {
        await setTimeout(100);
        yield Buffer.alloc(100_000);
      }
      onMoved();
      yield Buffer.alloc(sizeBytes - 1_200_000);
    },
  };
}

describe('silence times out soon after the limit', () => {
  test.each<
    [string, number, (socket: Socket) => void, ((onMoved: () => void) => Body) | undefined]
  >([
    ['instead of a response', 1900, (socket) => socket.resume(), undefined],
    // Node checks partial writes only when the timeout expires, and then restarts it.
    ['in an upload that was sending before', 2900, (socket) => socket.pause(), unevenBody],
  ])('%s', async (_, mostMs, onConnection, bodyOf) => {
    const port = await listening(createServer(onConnection));
    let beginMs = performance.now();
    const body = bodyOf?.(() => {
      beginMs = performance.now();
    });
    expect(
      await transport(`http://127.0.0.1:${port}`, { timeoutMs: 1000 }).send({
        method: 'PUT',
        path: '/x',
        headers: {},
        body,
      }),
    ).toMatchObject({ isTimeout: true });
    const tookMs = performance.now() - beginMs;
    expect(tookMs).toBeGreaterThan(900);
    expect(tookMs).toBeLessThan(mostMs);
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
  const line = transport(`http://127.0.0.1:${port}`);
  expect(await get(line)).toMatchObject({ status: 204 });
  line.close();
  await vi.waitUntil(() => sockets.every((socket) => socket.destroyed), { timeout: 2000 });
  expect(sockets.length).toBe(1);
});
