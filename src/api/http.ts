/** One request, one answer. The only importer of undici, and of no more of it than is needed. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import v8 from 'node:v8';
import request from 'undici/lib/api/api-request.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { createConnector } from './connect.ts';
import type { Method } from './contract.ts';
import { ConnectionError, failureFrom, type NetworkFailure, type Progress } from './failure.ts';
import { proxyFor } from './proxy.ts';

/** A body that is known at once, or one that is streamed anew for each attempt. */
export type Body =
  | { readonly contentType: string; readonly bytes: Uint8Array }
  | {
      readonly contentType: string;
      readonly sizeBytes: number;
      /** @param onSent told how many bytes of the body have been handed to the network so far */
      open(onSent: (sentBytes: number) => void): AsyncIterable<Uint8Array>;
    };

export interface HttpRequest {
  readonly method: Method;
  /** Absolute path on the API's origin, with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body | undefined;
  readonly onSent?: ((sentBytes: number) => void) | undefined;
  /** It is given up after this time, whatever moves. */
  readonly withinMs?: number | undefined;
}

export interface HttpResponse {
  readonly kind: 'answer';
  readonly status: number;
  /** Names in lower case; repeated ones joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface TransportOptions {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly env: Host['env'];
  readonly nodeVersion: string;
  readonly signal: AbortSignal;
  readonly hide?: ((secret: string) => void) | undefined;
}

export interface Transport {
  /**
   * Sends one request, once.
   * @returns the answer, whatever its status, or why there is none
   * @throws the signal's reason when it is aborted; the LumioError that the body's own source threw
   */
  send(this: void, request: HttpRequest): Promise<HttpResponse | NetworkFailure>;
  /** Drops all connections, so that nothing keeps the process alive. */
  close(this: void): Promise<void>;
}

/** More than any answer of the API can need; what is longer is no such answer. */
const longestAnswerBytes = 32 * 1024 * 1024;

/** Makes the connections to one origin; the key can reach no other through it. */
export function createTransport(options: TransportOptions): Transport {
  // Node 20 waits at exit until V8's optimising compiler is done with undici's WebAssembly parser: 70 ms for nothing in a process
  // that makes a handful of requests. Node 22 and later don't wait.
  if (/^v?20\./.test(options.nodeVersion)) v8.setFlagsFromString('--liftoff-only');
  const { timeoutMs, signal } = options;
  const { origin, host } = new URL(options.baseUrl);
  const proxy = proxyFor(options.baseUrl, options.env);
  for (const secret of proxy?.secrets ?? []) options.hide?.(secret);
  const connectTimeoutMs = Math.ceil(timeoutMs / 3);
  const pool = new Pool(origin, {
    connect: createConnector({ connectTimeoutMs, timeoutMs, signal, proxy }),
    // The connector watches the sockets: it sees bytes move in either direction, which undici's timers don't.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: longestAnswerBytes,
  });
  const peer =
    proxy === undefined ? host : `${host} through the proxy ${proxy.hostname}:${proxy.port}`;
  return {
    send: (message) => send(pool, message, { peer, timeoutMs, connectTimeoutMs, signal }),
    close: () => pool.destroy(),
  };
}

type Line = Pick<Progress, 'peer' | 'timeoutMs' | 'connectTimeoutMs'> & {
  readonly signal: AbortSignal;
};

async function send(
  pool: Pool,
  message: HttpRequest,
  { signal, ...line }: Line,
): Promise<HttpResponse | NetworkFailure> {
  signal.throwIfAborted();
  const { method, path, body, withinMs } = message;
  const limit = withinMs === undefined ? undefined : AbortSignal.timeout(Math.ceil(withinMs));
  const progress: Progress = {
    ...line,
    withinMs,
    totalBytes: streamedBytes(body),
    sentBytes: 0,
    answerBegan: false,
  };
  try {
    const response = await request.call(pool, {
      method,
      path,
      headers: headersOf(message),
      body: openBody(body, progress, message.onSent),
      signal: limit === undefined ? signal : AbortSignal.any([signal, limit]),
    });
    progress.answerBegan = true;
    const bytes = await readBody(response.body, response.statusCode);
    // undici takes a connection back one turn after the answer; a request that came sooner would open another.
    await nextTurn();
    return {
      kind: 'answer',
      status: response.statusCode,
      headers: flatten(response.headers),
      body: bytes,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof LumioError) throw error;
    return failureFrom(
      limit?.aborted === true ? new ConnectionError('out_of_time') : error,
      progress,
    );
  }
}

function streamedBytes(body: Body | undefined): number {
  return body === undefined || 'bytes' in body ? 0 : body.sizeBytes;
}

function headersOf({ headers, body }: HttpRequest): Record<string, string> {
  if (body === undefined) return { ...headers };
  return { ...headers, 'content-type': body.contentType, 'content-length': String(sizeOf(body)) };
}

/** Size of a body in bytes, 0 for none. */
export function sizeOf(body: Body | undefined): number {
  if (body === undefined) return 0;
  return 'bytes' in body ? body.bytes.length : body.sizeBytes;
}

function openBody(
  body: Body | undefined,
  progress: Progress,
  onSent?: (sentBytes: number) => void,
): Uint8Array | AsyncIterable<Uint8Array> | null {
  if (body === undefined) return null;
  if ('bytes' in body) return body.bytes;
  return body.open((sentBytes) => {
    progress.sentBytes = sentBytes;
    onSent?.(sentBytes);
  });
}

/** The status of a refusal counts even if its text is cut off, as it is when a server answers early and drops the connection. */
async function readBody(body: AsyncIterable<Uint8Array>, status: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch (error) {
    if (status < 400) throw error;
  }
  return Buffer.concat(chunks);
}

function flatten(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [
      name,
      typeof value === 'string' ? value : value.join(', '),
    ]),
  );
}
