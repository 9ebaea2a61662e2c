/** Opens sockets: directly or through a proxy, with TLS where the URL is https. */
import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../host.ts';
import { linkedController } from '../shared/async.ts';
import { ConnectionError } from './failure.ts';
import { watchInactivity } from './inactivity.ts';
import type { Proxy } from './proxy.ts';

export interface Target {
  /** IPv6 without brackets. */
  readonly hostname: string;
  readonly protocol: string;
  /** As in a URL: empty for the protocol's default. */
  readonly port: string;
}

export interface ConnectOptions {
  /** From the name lookup to the end of the TLS handshake. */
  readonly connectTimeoutMs: number;
  /** The socket is destroyed when no byte moves for this long in either direction. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly proxy: Proxy | undefined;
  readonly clock?: Pick<Clock, 'monotonicMs'> | undefined;
}

/** Opens a connection. @throws ConnectionError, or the signal's reason */
export async function openConnection(target: Target, options: ConnectOptions): Promise<Socket> {
  const { signal } = options;
  signal.throwIfAborted();
  const { controller: stop, unlink } = linkedController(signal);
  const stopLate = (): void => stop.abort(new ConnectionError('connect_timeout'));
  const timer = setTimeout(stopLate, options.connectTimeoutMs);
  try {
    const socket = await establish(target, options.proxy, stop.signal);
    watchInactivity(socket, options.timeoutMs, options.clock);
    return socket;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ConnectionError
      ? error
      : new ConnectionError('not_connected', { cause: error });
  } finally {
    clearTimeout(timer);
    unlink();
  }
}

async function establish(
  target: Target,
  proxy: Proxy | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const { hostname } = target;
  const isTls = target.protocol === 'https:';
  const port = Number(target.port) || (isTls ? 443 : 80);
  const socket =
    proxy === undefined
      ? await openSocket(hostname, port, signal)
      : await openTunnel(proxy, { hostname, port }, signal);
  return isTls ? startTls(socket, hostname, signal) : socket;
}

/** Pause before the next address is tried as well (RFC 8305 section 5). */
const nextAddressMs = 250;

async function openSocket(hostname: string, port: number, signal: AbortSignal): Promise<Socket> {
  return connectToFirst(await abortable(addressesOf(hostname), signal), port, signal);
}

/**
 * Connects to the address that accepts first. Each attempt may take as long as the signal allows.
 * @internal Exported for tests.
 */
export async function connectToFirst(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  const { controller: losers, unlink } = linkedController(signal);
  const attempts: Promise<Socket>[] = [];
  try {
    for (const host of addresses) {
      const options = { host, port, noDelay: true, keepAlive: true };
      attempts.push(opened(connectTcp(options), 'connect', losers.signal));
      const winner = await Promise.race([
        Promise.any(attempts).catch(() => undefined),
        delay(nextAddressMs, undefined, { ref: false }),
      ]);
      if (winner !== undefined) break;
    }
    const winner = await Promise.any(attempts);
    for (const attempt of attempts) destroyUnless(winner, attempt);
    return winner;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    unlink();
    losers.abort();
  }
}

function destroyUnless(winner: Socket, attempt: Promise<Socket>): void {
  attempt.then(
    (socket) => (socket === winner ? undefined : socket.destroy()),
    () => undefined,
  );
}

/**
 * `localhost` isn't looked up: the key must not leave this machine (RFC 6761 section 6.3).
 * @internal Exported for tests.
 */
export async function addressesOf(hostname: string): Promise<string[]> {
  if (hostname === 'localhost') return ['127.0.0.1', '::1'];
  if (isIP(hostname) !== 0) return [hostname];
  const { lookup } = await import('node:dns/promises');
  const found = await lookup(hostname, { all: true });
  const first = found.filter(({ family }) => family === found[0]?.family);
  const second = found.filter(({ family }) => family !== found[0]?.family);
  // Address families alternate (RFC 8305 section 4).
  return first
    .flatMap((entry, index) => [entry, ...second.slice(index, index + 1)])
    .concat(second.slice(first.length))
    .map(({ address }) => address);
}

async function abortable<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const settled = new AbortController();
  const aborted = once(signal, 'abort', { signal: settled.signal }).then(
    () => signal.throwIfAborted(),
    () => undefined,
  );
  try {
    await Promise.race([promise, aborted]);
    return await promise;
  } finally {
    settled.abort();
  }
}

async function startTls(socket: Socket, hostname: string, signal: AbortSignal): Promise<Socket> {
  const tls = await import('node:tls');
  const secure = tls.connect({
    socket,
    host: hostname,
    // An IP address isn't a server name (RFC 6066 section 3); the certificate is still checked.
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    ALPNProtocols: ['http/1.1'],
  });
  return opened(secure, 'secureConnect', signal);
}

/**
 * CONNECT (RFC 9110 section 9.3.6).
 * @throws ConnectionError `proxy_refused` with the proxy's status
 */
async function openTunnel(
  proxy: Proxy,
  target: { hostname: string; port: number },
  signal: AbortSignal,
): Promise<Socket> {
  const plain = await openSocket(proxy.hostname, proxy.port, signal);
  const socket =
    proxy.protocol === 'https:' ? await startTls(plain, proxy.hostname, signal) : plain;
  const host = target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname;
  const authority = `${host}:${target.port}`;
  const { request: httpRequest } = await import('node:http');
  const request = httpRequest({
    method: 'CONNECT',
    path: authority,
    createConnection: () => socket,
    headers: {
      host: authority,
      ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
    },
  });
  request.on('error', () => undefined);
  try {
    request.end();
    const [{ statusCode = 0 }, , head] = await once(request, 'connect', { signal });
    if (head.length > 0) socket.unshift(head);
    const status = isInterim(statusCode) ? await finalStatus(socket, signal) : statusCode;
    if (status < 200 || status >= 300)
      throw new ConnectionError('proxy_refused', { proxyStatus: status });
    return socket;
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw error;
  }
}

/** RFC 9110 section 15.2; 101 is final. */
function isInterim(status: number): boolean {
  return status >= 100 && status < 200 && status !== 101;
}

/** Node's client takes an interim response for the response to CONNECT. Reads what follows it. */
async function finalStatus(socket: Socket, signal: AbortSignal): Promise<number> {
  for (let text = ''; ;) {
    const [head = '', status] = /^HTTP\/1\.\d (\d{3})[^]*?\r\n\r\n/.exec(text) ?? [];
    text = text.slice(head.length);
    if (status !== undefined && !isInterim(Number(status))) {
      if (text !== '') socket.unshift(Buffer.from(text, 'latin1'));
      return Number(status);
    }
    if (status !== undefined) continue;
    const chunk: unknown = socket.read();
    if (Buffer.isBuffer(chunk)) text += chunk.toString('latin1');
    else await once(socket, 'readable', { signal });
  }
}

async function opened(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<Socket> {
  // Without a listener, an error before the first request would end the process.
  socket.on('error', () => undefined);
  try {
    await once(socket, event, { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw error;
  }
}
