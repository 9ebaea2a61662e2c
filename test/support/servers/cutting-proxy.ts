/** A TCP proxy in front of an HTTP server that breaks connections as bad networks do. */
import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listening.ts';

/** What happens to a request and its response. */
export type Cut =
  | { readonly kind: 'pass' }
  /** The connection is reset before a byte of the request reaches the server. */
  | { readonly kind: 'drop_before' }
  /** Both connections are reset after this many bytes of the request. */
  | { readonly kind: 'cut_request'; readonly afterBytes: number }
  /** The connection is reset when the server responds. */
  | { readonly kind: 'lose_response' }
  /** The connection ends after this many bytes of the response. */
  | { readonly kind: 'cut_response'; readonly afterBytes: number }
  /** The response never arrives, and the connection stays open. */
  | { readonly kind: 'silent' }
  /** The response arrives late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The request is slow. */
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number };

export interface CuttingProxy {
  readonly port: number;
  readonly origin: string;
  /** First line of each request, in the order of arrival. */
  readonly requestLines: readonly string[];
  close(this: void): Promise<void>;
}

/** @param choose called with the first line of each request and its number, from 1 */
export async function startCuttingProxy(
  targetPort: number,
  choose: (requestLine: string, count: number) => Cut,
): Promise<CuttingProxy> {
  const requestLines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    for (const socket of [client, upstream]) keep(sockets, socket);
    relay(client, upstream, (line) => choose(line, requestLines.push(line)));
  });
  const port = await listen(server);
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    requestLines,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
}

function relay(client: Socket, upstream: Socket, choose: (requestLine: string) => Cut): void {
  let cut: Cut = { kind: 'pass' };
  let requestBytes = 0;
  let responseBytes = 0;
  // The client's first bytes, and those after a response, begin a request.
  let isNewRequest = true;
  client.on('data', (chunk: Buffer) => {
    if (isNewRequest) {
      cut = choose(chunk.toString('latin1').split('\r\n', 1)[0] ?? '');
      [isNewRequest, requestBytes, responseBytes] = [false, 0, 0];
    }
    requestBytes += chunk.length;
    passRequest({ client, upstream }, chunk, cut, requestBytes);
  });
  upstream.on('data', (chunk: Buffer) => {
    isNewRequest = true;
    responseBytes += chunk.length;
    passResponse({ client, upstream }, chunk, cut, responseBytes);
  });
  client.on('close', () => upstream.destroy());
  upstream.on('end', () => client.end());
  upstream.on('close', () => (cut.kind === 'silent' ? undefined : client.end()));
}

interface Ends {
  readonly client: Socket;
  readonly upstream: Socket;
}

function passRequest(ends: Ends, chunk: Buffer, cut: Cut, requestBytes: number): void {
  if (cut.kind === 'drop_before') return reset(ends);
  if (cut.kind === 'cut_request' && requestBytes > cut.afterBytes) {
    const part = chunk.subarray(0, Math.max(0, chunk.length - (requestBytes - cut.afterBytes)));
    ends.upstream.write(part, () => reset(ends));
    return undefined;
  }
  const canContinue = ends.upstream.write(chunk);
  if (cut.kind === 'throttle')
    return pause(ends.client, (chunk.length / cut.bytesPerSecond) * 1000);
  if (canContinue) return undefined;
  ends.client.pause();
  ends.upstream.once('drain', () => ends.client.resume());
  return undefined;
}

function pause(socket: Socket, ms: number): void {
  socket.pause();
  setTimeout(() => socket.resume(), ms);
}

function passResponse(ends: Ends, chunk: Buffer, cut: Cut, responseBytes: number): void {
  const { client } = ends;
  if (cut.kind === 'silent') return;
  if (cut.kind === 'lose_response') return reset(ends);
  if (cut.kind === 'delay') {
    setTimeout(() => client.write(chunk), cut.ms);
  } else if (cut.kind === 'cut_response' && responseBytes > cut.afterBytes) {
    // Ended, not reset: a reset may overtake these bytes.
    client.end(chunk.subarray(0, Math.max(0, chunk.length - (responseBytes - cut.afterBytes))));
  } else {
    client.write(chunk);
  }
}

function reset({ client, upstream }: Ends): void {
  client.resetAndDestroy();
  upstream.destroy();
}
