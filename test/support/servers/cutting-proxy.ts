/** A TCP proxy in front of any HTTP server that does to connections what bad networks do. */
import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listening.ts';

/** What happens to one request and its answer. */
export type Cut =
  | { readonly kind: 'pass' }
  /** The connection is reset before a byte of the request reaches the server. */
  | { readonly kind: 'drop_before' }
  /** So much of the request reaches the server, then both connections are reset. */
  | { readonly kind: 'cut_request'; readonly afterBytes: number }
  /** The server gets it all and answers; the answer is lost. */
  | { readonly kind: 'lose_answer' }
  /** So much of the answer arrives, then the connection is reset. */
  | { readonly kind: 'cut_answer'; readonly afterBytes: number }
  /** The server gets it all; its answer never arrives, but the connection stays. */
  | { readonly kind: 'silent' }
  /** The answer arrives late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The request trickles. */
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
  let answerBytes = 0;
  // Bytes of the client that come first or after an answer begin a new request.
  let isBetween = true;
  client.on('data', (chunk: Buffer) => {
    if (isBetween) {
      cut = choose(chunk.toString('latin1').split('\r\n', 1)[0] ?? '');
      [isBetween, requestBytes, answerBytes] = [false, 0, 0];
    }
    requestBytes += chunk.length;
    passRequest({ client, upstream }, chunk, cut, requestBytes);
  });
  upstream.on('data', (chunk: Buffer) => {
    isBetween = true;
    answerBytes += chunk.length;
    passAnswer({ client, upstream }, chunk, cut, answerBytes);
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
  const isTaken = ends.upstream.write(chunk);
  if (cut.kind === 'throttle') return rest(ends.client, (chunk.length / cut.bytesPerSecond) * 1000);
  if (isTaken) return undefined;
  ends.client.pause();
  ends.upstream.once('drain', () => ends.client.resume());
  return undefined;
}

function rest(socket: Socket, ms: number): void {
  socket.pause();
  setTimeout(() => socket.resume(), ms);
}

function passAnswer(ends: Ends, chunk: Buffer, cut: Cut, answerBytes: number): void {
  const { client } = ends;
  if (cut.kind === 'silent') return;
  if (cut.kind === 'lose_answer') return reset(ends);
  if (cut.kind === 'delay') {
    setTimeout(() => client.write(chunk), cut.ms);
  } else if (cut.kind === 'cut_answer' && answerBytes > cut.afterBytes) {
    // Ended, not reset: a reset may overtake the bytes that are meant to arrive.
    client.end(chunk.subarray(0, Math.max(0, chunk.length - (answerBytes - cut.afterBytes))));
  } else {
    client.write(chunk);
  }
}

function reset({ client, upstream }: Ends): void {
  client.resetAndDestroy();
  upstream.destroy();
}
