/** A forward proxy for CONNECT (RFC 9110 9.3.6) that counts and can require credentials. */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { listen } from './listening.ts';

export interface ConnectProxy {
  readonly port: number;
  readonly origin: string;
  /** Authority of each tunnel that was opened: `localhost:4810`. */
  readonly tunnels: readonly string[];
  /** Number of tunnels that were refused. */
  readonly refusals: () => number;
  close(this: void): Promise<void>;
}

export interface ConnectProxyOptions {
  /** `user:password`; without it, no credentials are required. */
  readonly credentials?: string;
  /** Refuses every tunnel with this status. */
  readonly refuseWith?: number;
  /** Local port of every tunnel, regardless of the request. */
  readonly leadsTo?: number;
  /** Key and certificate (PEM), for a proxy that uses TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export async function startConnectProxy({
  credentials,
  refuseWith,
  leadsTo,
  tls,
}: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const sockets = new Set<Duplex>();
  let refusals = 0;
  const expected =
    credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  const refuseRequest: RequestListener = (_, response) => response.writeHead(405).end();
  const server =
    tls === undefined ? createServer(refuseRequest) : createTlsServer(tls, refuseRequest);
  server.on('connect', (request, client) => {
    const isKnown = expected === undefined || request.headers['proxy-authorization'] === expected;
    const status = isKnown ? refuseWith : 407;
    if (status !== undefined) {
      refusals += 1;
      client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const authority = request.url ?? '';
    tunnels.push(authority);
    open(client, leadsTo === undefined ? authority : `127.0.0.1:${leadsTo}`, sockets);
  });
  const port = await listen(server);
  return {
    port,
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    tunnels,
    refusals: () => refusals,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function open(client: Duplex, authority: string, sockets: Set<Duplex>): void {
  const { hostname, port } = new URL(`http://${authority}`);
  const upstream = connect(Number(port), hostname.replaceAll(/[[\]]/g, ''), () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.pipe(client).pipe(upstream);
  });
  for (const socket of [client, upstream]) {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      client.destroy();
      upstream.destroy();
    });
  }
}
