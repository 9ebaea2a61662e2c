/** What all calls of a client share, and how to call an endpoint. */
import { setMaxListeners } from 'node:events';
import { LumioError } from '../errors.ts';
import { linkedController } from '../shared/async.ts';
import type { OriginHints } from './errors.ts';
import { endpoints, type EndpointName, type EndpointResponse } from './contract.ts';
import type { Body } from './body.ts';
import { fillPath } from './api-url.ts';
import { decodeResponse } from './response.ts';
import type { RetryState } from './retry.ts';
import {
  sendWithOutcomeNote,
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
  readonly originHints?: OriginHints | undefined;
  /** Receives each warning about an unexpected response that lumio tolerates, once. */
  readonly note?: ((message: string) => void) | undefined;
}

/** Path parameters and body of an endpoint. */
export interface EndpointInput {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly body?: Body | undefined;
}

type PlainRequest = Pick<NamedRequest, 'method' | 'path' | 'body'> & {
  /** Besides those of every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

export type RequestPipeline = ReturnType<typeof createPipeline>;

/** @throws LumioError `auth` for a key that no header can contain, `usage` for an invalid proxy */
export function createPipeline(options: ClientOptions) {
  const { baseUrl, clock, maxWaitMs, originHints, trace = () => undefined } = options;
  const basePath = new URL(baseUrl).pathname.replace(/\/$/, '');
  const headers = {
    accept: 'application/json',
    'accept-encoding': 'identity',
    authorization: `Bearer ${checkKey(options.apiKey)}`,
    'user-agent': options.userAgent,
  };
  const notes = new Set<string>();
  const note = (message: string): void => {
    if (!notes.has(message)) options.note?.(message);
    notes.add(message);
  };
  const { controller, unlink } = linkedController(options.signal);
  const { signal } = controller;
  // Every pending call adds a listener.
  setMaxListeners(0, signal);
  const transport = createClientTransport({ ...options, signal });
  const pause = options.pause ?? (({ ms }) => clock.sleep(ms, signal));
  const deps: SendDeps = { transport, clock, maxWaitMs, signal, pause, trace, originHints };
  return {
    deps,
    /** The path is relative to the base URL, checked and encoded. */
    prepare: ({ method, path, headers: others, body }: PlainRequest): NamedRequest => ({
      name: `${method} ${path}`,
      method,
      path: `${basePath}${path}`,
      headers: { ...headers, ...others, authorization: headers.authorization },
      body,
    }),
    serverNowMs: transport.serverNowMs,
    note,
    /** Ends pending calls and drops all connections. */
    close: () => {
      unlink();
      const message = 'The client was closed.';
      controller.abort(new LumioError('interrupted', { code: 'client_closed', message }));
      transport.close();
    },
  };
}

/** @throws LumioError `usage` for a parameter that can't be part of a path */
export function endpointRequest(
  { prepare }: RequestPipeline,
  name: EndpointName,
  { params = {}, body }: EndpointInput = {},
): NamedRequest {
  const { method, path } = endpoints[name];
  return prepare({ method, path: fillPath(path, params), body });
}

/** @param of the operation that the call belongs to, and the limits of the call */
export async function callEndpoint<Name extends EndpointName>(
  pipeline: RequestPipeline,
  name: Name,
  input?: EndpointInput,
  of: { readonly state?: RetryState | undefined; readonly limits?: RequestLimits | undefined } = {},
): Promise<EndpointResponse<Name>> {
  const request = endpointRequest(pipeline, name, input);
  const { outcome, error } = await sendWithOutcomeNote(request, pipeline.deps, of.state, of.limits);
  if (error !== undefined) throw error;
  try {
    return decodeResponse(name, request.name, outcome, pipeline.note);
  } catch (thrown) {
    const isChange = request.method !== 'GET';
    throw thrown instanceof LumioError ? withOutcomeNote(thrown, isChange) : thrown;
  }
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
