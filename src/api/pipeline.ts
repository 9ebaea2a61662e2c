/** What all calls of a client share: address, key, transport, and the way from an endpoint to its document. */
import { setMaxListeners } from 'node:events';
import { LumioError } from '../errors.ts';
import type { Clock, Host } from '../host.ts';
import type { Advice } from './errors.ts';
import { endpoints, type EndpointName, type EndpointResponse } from './contract.ts';
import { createTransport, type Transport } from './http.ts';
import type { Body } from './request-body.ts';
import { fillPath } from './request-path.ts';
import { decodeResponse } from './response.ts';
import type { RetryState } from './retry.ts';
import {
  sendWithRetry,
  withOutcomeNote,
  type NamedRequest,
  type RequestLimits,
  type SendDeps,
} from './send-with-retry.ts';
import { withRedirects, withTrace } from './transport.ts';

export interface ClientOptions {
  /** As `parseApiUrl` returns it. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly userAgent: string;
  /** A request without data for this long is aborted. */
  readonly timeoutMs: number;
  /** Total time for the retries of one call; 0 disables them. */
  readonly maxWaitMs: number;
  /** For the proxy settings. */
  readonly env: Host['env'];
  readonly clock: Clock;
  /** Pending calls reject with its reason. */
  readonly signal: AbortSignal;
  /** Receives a line per request, response and retry, with the key masked. */
  readonly trace?: ((line: string) => void) | undefined;
  /** Waits before a retry; default: the clock's sleep. */
  readonly pause?:
    | ((wait: { readonly ms: number; readonly reason: string }) => Promise<void>)
    | undefined;
  /** Called when a request starts. @returns what is called when it ends */
  readonly onRequest?:
    | ((request: { readonly method: string; readonly path: string }) => () => void)
    | undefined;
  /** Receives values that must not be shown, such as the proxy's password. */
  readonly addSecret?: ((secret: string) => void) | undefined;
  readonly advice?: Advice | undefined;
  /** Receives a sentence about a tolerated oddity, once. */
  readonly note?: ((message: string) => void) | undefined;
}

/** Path parameters and body of an endpoint. */
interface EndpointInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: Body;
}

interface CallOptions {
  /** Of the operation that the call belongs to. */
  readonly state?: RetryState | undefined;
  readonly limits?: RequestLimits | undefined;
}

type PlainRequest = Pick<NamedRequest, 'method' | 'path' | 'body'> & {
  /** Besides those of every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

export interface RequestPipeline {
  readonly deps: SendDeps;
  note(this: void, message: string): void;
  /** @param request its path is relative to the base URL, checked and encoded */
  prepare(this: void, request: PlainRequest): NamedRequest;
  endpoint(this: void, name: EndpointName, input?: EndpointInput): NamedRequest;
  call<Name extends EndpointName>(
    this: void,
    name: Name,
    input?: EndpointInput,
    options?: CallOptions,
  ): Promise<EndpointResponse<Name>>;
  /** The server's clock by its last Date header. */
  serverNowMs(this: void): number | undefined;
  /** Ends pending calls and drops all connections. */
  close(this: void): void;
}

/** @throws LumioError `auth` for a key that no header can contain, `usage` for an invalid proxy */
export function createPipeline(options: ClientOptions): RequestPipeline {
  const { baseUrl, clock, maxWaitMs, advice, trace = () => undefined } = options;
  const basePath = new URL(baseUrl).pathname.replace(/\/$/, '');
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${checkKey(options.apiKey)}`,
    'user-agent': options.userAgent,
  };
  const notes = new Set<string>();
  const note = (message: string): void => {
    if (!notes.has(message)) options.note?.(message);
    notes.add(message);
  };
  const { signal, close } = closable(options.signal);
  const { transport, serverNowMs } = createTransports({ ...options, signal });
  const pause = options.pause ?? (({ ms }) => clock.sleep(ms, signal));
  const deps = { transport, clock, maxWaitMs, signal, pause, trace, advice };
  const prepare: RequestPipeline['prepare'] = ({ method, path, headers: others, body }) => ({
    name: `${method} ${path}`,
    method,
    path: `${basePath}${path}`,
    headers: { ...headers, ...others, authorization: headers.authorization },
    body,
  });
  const endpoint: RequestPipeline['endpoint'] = (name, { params = {}, body } = {}) =>
    prepare({ method: endpoints[name].method, path: fillPath(endpoints[name].path, params), body });
  const call: RequestPipeline['call'] = async (name, input, { state, limits } = {}) => {
    const request = endpoint(name, input);
    const result = await sendWithRetry(request, deps, state, limits);
    const isChange = request.method !== 'GET';
    if (result.error !== undefined)
      throw withOutcomeNote(result.error, isChange && result.state.outcomeUnknown);
    try {
      return decodeResponse(name, request.name, result.outcome, note);
    } catch (error) {
      throw error instanceof LumioError ? withOutcomeNote(error, isChange) : error;
    }
  };
  return {
    deps,
    prepare,
    endpoint,
    call,
    serverNowMs,
    note,
    close: () => {
      close();
      transport.close();
    },
  };
}

/** A signal that closing the client aborts too. */
function closable(outer: AbortSignal): { signal: AbortSignal; close: () => void } {
  const controller = new AbortController();
  // Every pending call listens.
  setMaxListeners(0, controller.signal);
  const forward = (): void => controller.abort(outer.reason);
  if (outer.aborted) forward();
  else outer.addEventListener('abort', forward, { once: true });
  return {
    signal: controller.signal,
    close: () => {
      outer.removeEventListener('abort', forward);
      const message = 'The client was closed.';
      controller.abort(new LumioError('interrupted', { code: 'client_closed', message }));
    },
  };
}

function createTransports(options: ClientOptions): {
  transport: Transport;
  serverNowMs: () => number | undefined;
} {
  const { trace, apiKey, clock } = options;
  const { origin } = new URL(options.baseUrl);
  const now = (): number => clock.monotonicMs();
  let serverAheadMs = Number.NaN;
  const http = createTransport(options);
  const dated: Transport = {
    close: http.close,
    send: async (request) => {
      const end = options.onRequest?.(request);
      const outcome = await http.send(request).finally(end);
      if (outcome.kind === 'response')
        serverAheadMs = Date.parse(outcome.headers['date'] ?? '') - now();
      return outcome;
    },
  };
  const traced =
    trace === undefined ? dated : withTrace(dated, { origin, apiKey, now, write: trace });
  return {
    transport: withRedirects(traced, origin),
    serverNowMs: () => (Number.isNaN(serverAheadMs) ? undefined : now() + serverAheadMs),
  };
}

/** RFC 6750 section 2.1: visible ASCII. Anything else would break the header. */
function checkKey(apiKey: string): string {
  if (/^[\x21-\x7e]+$/.test(apiKey)) return apiKey;
  throw new LumioError('auth', {
    code: 'malformed_api_key',
    message: 'The API key contains a space, a line break or another invalid character.',
    hint: 'Copy it again from the dashboard: Account → Security → API Keys.',
    next: 'lumio login',
  });
}
