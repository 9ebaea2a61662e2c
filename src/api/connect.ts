/** Opens the sockets of the HTTP client: directly or through a proxy, with TLS where the address is https, watched for inactivity. */
import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { callbackify } from 'node:util';
import { ConnectionError } from './failure.ts';
import type { Proxy } from './proxy.ts';

interface Target {
  readonly hostname: string;
  readonly protocol: string;
  readonly port: string;
}

type Connector = (
  target: Target,
  done: (...result: [error: null, socket: Socket] | [error: Error, socket: null]) => void,
) => void;

interface ConnectorOptions {
  /** From name lookup to the end of the TLS handshake. */
  readonly connectTimeoutMs: number;
  /** A connection on which no byte moves for this long, in either direction, is given up. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly proxy: Proxy | undefined;
}

/** Makes the function that undici calls for each new connection. All its errors are ConnectionErrors. */
export function createConnector(options: ConnectorOptions): Connector {
  const openForCallback = callbackify((target: Target) => open(target, options));
  return (target, done) =>
    openForCallback(target, (error, socket) =>
      error === null ? done(null, socket) : done(error, null),
    );
}

async function open(target: Target, options: ConnectorOptions): Promise<Socket> {
  const timeout = new AbortController();
  const timer = setTimeout(
    () => timeout.abort(new ConnectionError('connect_timeout')),
    options.connectTimeoutMs,
  );
  try {
    const socket = await establish(
      target,
      options.proxy,
      AbortSignal.any([options.signal, timeout.signal]),
    );
    watch(socket, options.timeoutMs);
    return socket;
  } catch (error) {
    throw error instanceof ConnectionError
      ? error
      : new ConnectionError('not_connected', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function establish(
  target: Target,
  proxy: Proxy | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted();
  const hostname = target.hostname;
  const isTls = target.protocol === 'https:';
  const port = Number(target.port) || (isTls ? 443 : 80);
  const tunnel =
    proxy === undefined ? undefined : await throughProxy(proxy, { hostname, port }, signal);
  if (!isTls)
    return (
      tunnel ??
      opened(
        connectTcp({ host: hostname, port, noDelay: true, keepAlive: true }),
        'connect',
        signal,
      )
    );
  const tls = await import('node:tls');
  const secure = tls.connect({
    ...(tunnel === undefined ? { host: hostname, port } : { socket: tunnel, host: hostname }),
    // A literal address is no server name (RFC 6066 section 3); the certificate is checked against it all the same.
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    ALPNProtocols: ['http/1.1'],
  });
  secure.setNoDelay(true);
  return opened(secure, 'secureConnect', signal);
}

async function throughProxy(
  proxy: Proxy,
  target: { hostname: string; port: number },
  signal: AbortSignal,
): Promise<Socket> {
  const { openTunnel } = await import('./tunnel.ts');
  return openTunnel(proxy, target, signal);
}

async function opened(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<Socket> {
  // Stays on the socket for good: an error between this and undici's own listener would end the process.
  socket.on('error', () => {});
  try {
    await once(socket, event, { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw error;
  }
}

/** As much as the operating systems of both sides take over from an upload before its receiver does (Linux: tcp_wmem, tcp_rmem). */
const systemBufferBytes = 8 * 1024 * 1024;

/**
 * Gives a socket up when no byte moved for `timeoutMs`, in either direction. Node sees bytes move when the system takes them over, which
 * on a slow line is long before they arrive: so after the last of them silence is borne for as much longer as the last ones took.
 */
function watch(socket: Socket, timeoutMs: number): void {
  let marks: { readonly atMs: number; readonly totalBytes: number; readonly bytesRead: number }[] =
    [];
  let totalBytes = 0;
  let creditMs = 0;
  // Who has answered has got what was sent before: on a connection that is used again only the latest request may be on its way.
  const underWay = () =>
    marks.filter(
      (mark) =>
        mark.bytesRead === socket.bytesRead && totalBytes - mark.totalBytes <= systemBufferBytes,
    );
  letAnswersOutliveWrites(socket, (sizeBytes) => {
    totalBytes += sizeBytes;
    marks = [...underWay(), { atMs: Date.now(), totalBytes, bytesRead: socket.bytesRead }];
  });
  socket.setTimeout(timeoutMs);
  socket.on('timeout', () => {
    const waiting = underWay();
    const [first, last] = [waiting.at(0), waiting.at(-1)];
    if (socket.writableLength === 0 && first !== undefined && last !== undefined)
      creditMs += last.atMs - first.atMs;
    marks = [];
    if (creditMs <= 0) return void socket.destroy(new ConnectionError('inactive'));
    creditMs -= timeoutMs;
    return void socket.setTimeout(timeoutMs);
  });
}

/** An answer that has arrived is read within this time although writing fails. */
const lastWordsMs = 2000;

/**
 * A server that refuses an upload early (413, 401, 429) answers and closes, so that the next write fails with EPIPE or ECONNRESET. Node
 * then destroys the socket, and with it an answer that has arrived but was not read yet. So a failed write is not reported until
 * reading has come to its own end, be it the answer, the end of the stream, or the same error.
 * @param onWritten called after each write that did not fail
 */
function letAnswersOutliveWrites(socket: Socket, onWritten: (sizeBytes: number) => void): void {
  const patient =
    (sizeBytes: number, done: Done): Done =>
    (error) => {
      if (error != null) return void setTimeout(done, lastWordsMs, error).unref();
      onWritten(sizeBytes);
      return done();
    };
  const write = socket._write.bind(socket);
  const writeMany = socket._writev?.bind(socket);
  socket._write = (chunk, encoding, done) => write(chunk, encoding, patient(chunk.length, done));
  if (writeMany === undefined) return;
  socket._writev = (chunks, done) =>
    writeMany(
      chunks,
      patient(
        chunks.reduce((sum, { chunk }) => sum + chunk.length, 0),
        done,
      ),
    );
}

type Done = (error?: Error | null) => void;
