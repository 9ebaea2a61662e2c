/** What all calls of a client share: address, key, transport, and the way from an endpoint to its document. */
import { setMaxListeners } from 'node:events';
import { LumioError } from '../errors.ts';
import type { Advice } from './errors.ts';
import { endpoints, type EndpointName, type EndpointResponse } from './contract.ts';
import type { Body } from './request-body.ts';
import { fillPath } from './request-path.ts';
import { decodeResponse } from './response.ts';
import type { RetryState } from './retry.ts';
import {
  sendAndNote,
  withOutcomeNote,
  type NamedRequest,
  type RequestLimits,
  type SendDeps,
} from './send-with-retry.ts';
import { createClientTransport, type ClientTransportOptions } from './transport.ts';

export interface ClientOptions extends ClientTransportOptions {
  readonly userAgent: string;
  /** Total time for the retries of one call; 0 disables them. */
  readonly maxWaitMs: number;
  /** Waits before a retry; default: the clock's sleep. */
  readonly pause?:
    | ((wait: { readonly ms: number; readonly reason: string }) => Promise<void>)
    | undefined;
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
  const transport = createClientTransport({ ...options, signal });
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
    const { outcome, error } = await sendAndNote(request, deps, state, limits);
    if (error !== undefined) throw error;
    try {
      return decodeResponse(name, request.name, outcome, note);
    } catch (thrown) {
      throw thrown instanceof LumioError
        ? withOutcomeNote(thrown, request.method !== 'GET')
        : thrown;
    }
  };
  return {
    deps,
    prepare,
    endpoint,
    call,
    serverNowMs: transport.serverNowMs,
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
