/** Opens the sockets of the HTTP client: directly or through a proxy, with TLS where the address is https, watched for inactivity. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { callbackify } from 'node:util';
import { ConnectionError } from './failure.ts';
import type { Proxy } from './proxy.ts';

interface Target {
  readonly hostname: string;
  readonly protocol: string;
  readonly port: string;
}

export type Connector = (target: Target, done: (...result: [error: null, socket: Socket] | [error: Error, socket: null]) => void) => void;

export interface ConnectorOptions {
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
  return (target, done) => openForCallback(target, (error, socket) => (error === null ? done(null, socket) : done(error, null)));
}

async function open(target: Target, options: ConnectorOptions): Promise<Socket> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new ConnectionError('connect_timeout')), options.connectTimeoutMs);
  try {
    const socket = await establish(target, options.proxy, AbortSignal.any([options.signal, timeout.signal]));
    socket.setTimeout(options.timeoutMs, () => socket.destroy(new ConnectionError('inactive')));
    letAnswersOutliveWrites(socket);
    return socket;
  } catch (error) {
    throw error instanceof ConnectionError ? error : new ConnectionError('not_connected', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function establish(target: Target, proxy: Proxy | undefined, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const hostname = target.hostname;
  const isTls = target.protocol === 'https:';
  const port = Number(target.port) || (isTls ? 443 : 80);
  const tunnel = proxy === undefined ? undefined : await throughProxy(proxy, { hostname, port }, signal);
  if (!isTls) return tunnel ?? opened(connectTcp({ host: hostname, port, noDelay: true, keepAlive: true }), 'connect', signal);
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

async function throughProxy(proxy: Proxy, target: { hostname: string; port: number }, signal: AbortSignal): Promise<Socket> {
  const { openTunnel } = await import('./tunnel.ts');
  return openTunnel(proxy, target, signal);
}

function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const stop = (): void => void socket.destroy(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', stop));
    // Stays on the socket for good: an error between this and undici's own listener would end the process.
    socket.on('error', reject);
    socket.once(event, () => {
      signal.removeEventListener('abort', stop);
      resolve(socket);
    });
  });
}

/** An answer that has arrived is read within this time although writing fails. */
const lastWordsMs = 2000;

/**
 * A server that refuses an upload early (413, 401, 429) answers and closes, so that the next write fails with EPIPE or ECONNRESET. Node
 * then destroys the socket, and with it an answer that has arrived but was not read yet. So a failed write is not reported until
 * reading has come to its own end, be it the answer, the end of the stream, or the same error.
 */
function letAnswersOutliveWrites(socket: Socket): void {
  const write = socket._write.bind(socket);
  const writeMany = socket._writev?.bind(socket);
  socket._write = (chunk, encoding, done) => write(chunk, encoding, patient(done));
  if (writeMany !== undefined) socket._writev = (chunks, done) => writeMany(chunks, patient(done));
}

type Done = (error?: Error | null) => void;

function patient(done: Done): Done {
  return (error) => {
    if (error == null) done();
    else setTimeout(done, lastWordsMs, error).unref();
  };
}
