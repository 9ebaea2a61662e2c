/** Sends one HTTP request and reads its response. The only importer of Node's HTTP client. */
import { once } from 'node:events';
import { Agent, request as httpRequest, type AgentOptions, type ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { callbackify } from 'node:util';
import { LumioError } from '../errors.ts';
import type { Clock, Host } from '../host.ts';
import { linkedController } from '../shared/async.ts';
import { openConnection } from './connect.ts';
import { decompressed, sizeOf, writeBody, type Body } from './body.ts';
import type { Method } from './contract.ts';
import { ConnectionError, failureFrom, type NetworkFailure, type Progress } from './failure.ts';
import { proxyFor } from './proxy.ts';

export interface HttpRequest {
  readonly method: Method;
  /** Absolute path on the API's origin, with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body | undefined;
  readonly onSent?: ((sentBytes: number) => void) | undefined;
  /** Maximum time for the whole exchange, even if data keeps arriving. */
  readonly maxMs?: number | undefined;
}

export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  /** Names in lower case; repeated headers joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface TransportOptions {
  /** As `parseApiUrl` returns it. */
  readonly baseUrl: string;
  /** A request without data for this long is aborted. */
  readonly timeoutMs: number;
  /** For the proxy settings. */
  readonly env: Host['env'];
  /** Pending requests reject with its reason. */
  readonly signal: AbortSignal;
  /** Default: `performance`, which takes 2 ms to load. */
  readonly clock?: Pick<Clock, 'monotonicMs'>;
  /** Receives values that must not be shown, such as the proxy's password. */
  readonly addSecret?: ((secret: string) => void) | undefined;
}

export type Transport = ReturnType<typeof createTransport>;

const maxResponseBytes = 32 * 1024 * 1024;
/** Below the 5 s after which a Node server closes idle connections. */
const idleMs = 4000;
/**
 * Multiples of --timeout for the response headers. Higher for uploads, because kernel buffers hide
 * their end.
 */
const maxHeadTimeouts = { request: 1.25, upload: 4 } as const;
/** Slower responses are aborted once --timeout has passed. */
const minBytesPerSecond = 4096;
const maxInterimResponses = 100;

class ConnectionAgent extends Agent {
  readonly #open: () => Promise<Socket>;

  constructor(open: () => Promise<Socket>, options: AgentOptions) {
    super(options);
    this.#open = open;
  }

  override createConnection(
    ...[, callback]: Parameters<Agent['createConnection']>
  ): ReturnType<Agent['createConnection']> {
    callbackify(this.#open)((error, socket) => callback?.(error, socket));
    return undefined;
  }
}

interface Line {
  readonly url: URL;
  readonly agentFor: (method: Method) => Agent;
  readonly limits: Pick<Progress, 'host' | 'proxy' | 'timeoutMs' | 'connectTimeoutMs'>;
  readonly signal: AbortSignal;
}

/** Connects to one origin only, so that the key can't reach another. */
export function createTransport(options: TransportOptions) {
  const { timeoutMs, signal, clock } = options;
  const url = new URL(options.baseUrl);
  const proxy = proxyFor(options.baseUrl, options.env);
  for (const secret of proxy?.secrets ?? []) options.addSecret?.(secret);
  const connectTimeoutMs = Math.ceil(timeoutMs / 3);
  const hostname = url.hostname.replaceAll(/[[\]]/g, '');
  const target = { hostname, protocol: url.protocol, port: url.port };
  const open = (): Promise<Socket> =>
    openConnection(target, { connectTimeoutMs, timeoutMs, signal, proxy, clock });
  const pooled = new ConnectionAgent(open, { keepAlive: true, timeout: idleMs });
  // An idle connection may close under a request, and a POST must not be sent again.
  const fresh = new ConnectionAgent(open, { keepAlive: false });
  const proxyHost = proxy && `${proxy.hostname}:${proxy.port}`;
  const line = {
    url,
    agentFor: (method: Method) => (method === 'POST' ? fresh : pooled),
    limits: { host: url.host, proxy: proxyHost, timeoutMs, connectTimeoutMs },
    signal,
  };
  return {
    /**
     * Sends a request once.
     * @returns the response, with any status, or the reason why there is none
     * @throws the signal's reason when aborted; the LumioError of the body's source
     */
    send: (request: HttpRequest) => send(request, line),
    close: (): void => [pooled, fresh].forEach((agent) => agent.destroy()),
  };
}

async function send(message: HttpRequest, line: Line): Promise<HttpResponse | NetworkFailure> {
  const { signal, limits } = line;
  const { body, maxMs } = message;
  signal.throwIfAborted();
  const totalBytes = body === undefined || 'bytes' in body ? 0 : body.sizeBytes;
  const progress: Progress = { ...limits, maxMs, totalBytes, sentBytes: 0, hasResponse: false };
  const { controller: stop, unlink } = linkedController(signal);
  const stopLate = (): void => stop.abort(new ConnectionError('max_time'));
  const timer = maxMs === undefined ? undefined : setTimeout(stopLate, Math.ceil(maxMs));
  try {
    return await exchange(message, line, { progress, stop });
  } catch (error) {
    const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
    if (signal.aborted || reason instanceof LumioError) throw reason;
    return failureFrom(reason, progress);
  } finally {
    clearTimeout(timer);
    unlink();
  }
}

async function exchange(
  message: HttpRequest,
  { url, agentFor, limits: { timeoutMs } }: Line,
  { progress, stop }: { readonly progress: Progress; readonly stop: AbortController },
): Promise<HttpResponse> {
  const { method, path, body } = message;
  const request = httpRequest({
    method,
    path,
    agent: agentFor(method),
    headers: headersOf(message, url.host),
    host: url.hostname,
    port: url.port,
    setHost: false,
  });
  request.on('error', (error) => stop.abort(error));
  request.on('socket', (socket) => socket.setTimeout(timeoutMs));
  stop.signal.addEventListener('abort', () => request.destroy(), { once: true });
  limitInterimResponses(request, stop);
  let headTimer: NodeJS.Timeout | undefined;
  const stopSlow = (): void => stop.abort(new ConnectionError('response_too_slow'));
  const headMs = timeoutMs * maxHeadTimeouts[progress.totalBytes > 0 ? 'upload' : 'request'];
  const onSent = (sentBytes: number): void => {
    progress.sentBytes = sentBytes;
    message.onSent?.(sentBytes);
  };
  try {
    const responding = once(request, 'response', { signal: stop.signal });
    writeBody(request, body, { onSent, signal: stop.signal }).then(
      () => (headTimer = setTimeout(stopSlow, headMs)),
      (error: unknown) => stop.abort(error),
    );
    const [response] = await responding;
    progress.hasResponse = true;
    clearTimeout(headTimer);
    const { statusCode: status, headers } = response;
    const sent = await readBody(response, status, { timeoutMs, stop });
    const encoding = headers['content-encoding'] ?? '';
    const bytes = await decompressed(sent, encoding, maxResponseBytes);
    return { kind: 'response', status, headers: joinRepeated(headers), body: bytes };
  } finally {
    clearTimeout(headTimer);
    // Stops an upload after an early response.
    if (!request.writableFinished) request.destroy();
  }
}

function headersOf({ headers, body }: HttpRequest, host: string): Record<string, string> {
  const content = body && {
    'content-type': body.contentType,
    'content-length': String(sizeOf(body)),
  };
  return { host, ...headers, ...content };
}

/** Node skips any number of interim responses (RFC 9110 section 15.2). */
function limitInterimResponses(request: ClientRequest, stop: AbortController): void {
  let count = 0;
  request.on('information', () => {
    count += 1;
    if (count > maxInterimResponses) stop.abort(new ConnectionError('interim_flood'));
  });
  request.on('upgrade', () => stop.abort(new ConnectionError('unasked_upgrade')));
}

/** Keeps the status of an early refusal even if the server cuts off its body. */
async function readBody(
  body: AsyncIterable<Uint8Array>,
  status: number,
  { timeoutMs, stop }: { timeoutMs: number; stop: AbortController },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  let passedMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const checkRate = (): void => {
    const allowedMs = timeoutMs + (sizeBytes / minBytesPerSecond) * 1000;
    const leftMs = Math.ceil(allowedMs - passedMs);
    if (leftMs <= 0) return stop.abort(new ConnectionError('response_too_slow'));
    passedMs += leftMs;
    timer = setTimeout(checkRate, leftMs);
  };
  checkRate();
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes > maxResponseBytes) throw new ConnectionError('response_too_large');
    }
    // If there are more bytes than content-length, the body ends without a separate error.
    stop.signal.throwIfAborted();
  } catch (error) {
    if (status < 400) throw error;
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

function joinRepeated(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value = []]) => [name, [value].flat().join(', ')]));
}
