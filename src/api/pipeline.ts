/**
 * What all calls of a client share: headers, the lines of --verbose, redirects within the API; and
 * how to call an endpoint.
 */
import { setMaxListeners } from 'node:events';
import { LumioError } from '../errors.ts';
import type { Clock } from '../host.ts';
import { linkedController } from '../shared/async.ts';
import { formatBytes, formatDuration } from '../shared/quantities.ts';
import { excerpt } from '../terminal/printable.ts';
import { fillPath, shownApiUrl } from './api-url.ts';
import { sizeOf, type Body } from './body.ts';
import { endpoints, type EndpointName, type EndpointResponse } from './contract.ts';
import { requestIdOf, type OriginHints } from './errors.ts';
import {
  createTransport,
  type HttpRequest,
  type Transport,
  type TransportOptions,
} from './http.ts';
import { decodeResponse } from './response.ts';
import { preservesMethod, type Outcome, type RetryState } from './retry.ts';
import {
  sendWithOutcomeNote,
  withOutcomeNote,
  type NamedRequest,
  type RequestLimits,
  type SendDeps,
} from './send-with-retry.ts';

export interface ClientOptions extends TransportOptions {
  readonly apiKey: string;
  readonly clock: Clock;
  readonly userAgent: string;
  /** Total time for the retries of one call; 0 disables them. */
  readonly maxWaitMs: number;
  /** Receives a line per request, response and retry, with the key masked. */
  readonly trace?: ((line: string) => void) | undefined;
  /** Called when a request starts. @returns a function to call when it ends */
  readonly onRequest?:
    | ((request: { readonly method: string; readonly path: string }) => () => void)
    | undefined;
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

const maxRedirects = 5;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Follows redirects (RFC 9110 section 15.4) within the API's origin if the method stays the same.
 * Any other redirect is returned.
 */
function createClientTransport(options: ClientOptions) {
  const { apiKey, clock, onRequest } = options;
  const { origin } = new URL(options.baseUrl);
  const http = createTransport(options);
  const trace = (line: string): void => options.trace?.(line.replaceAll(apiKey, '***'));
  let serverAheadMs = Number.NaN;
  const sendOnce: Transport['send'] = async (request) => {
    const startMs = clock.monotonicMs();
    trace(`> ${request.method} ${origin}${request.path} (${describeRequest(request)})`);
    const end = onRequest?.(request);
    const outcome = await http.send(request).finally(end);
    const nowMs = clock.monotonicMs();
    trace(`< ${describeOutcome(outcome)} after ${formatDuration(nowMs - startMs)}`);
    if (outcome.kind === 'response')
      serverAheadMs = Date.parse(outcome.headers['date'] ?? '') - nowMs;
    return outcome;
  };
  return {
    close: http.close,
    send: async (request: HttpRequest): Promise<Outcome> => {
      let { path } = request;
      for (let count = 0; count <= maxRedirects; count += 1) {
        const outcome = await sendOnce({ ...request, path });
        const next = redirectPath(request, outcome, new URL(path, origin));
        if (next === undefined) return outcome;
        path = next;
      }
      return redirectLoop(request);
    },
    /** The server's clock, from its last Date header. */
    serverNowMs: () =>
      Number.isNaN(serverAheadMs) ? undefined : clock.monotonicMs() + serverAheadMs,
  };
}

function redirectPath({ method }: HttpRequest, outcome: Outcome, from: URL): string | undefined {
  if (outcome.kind === 'failure') return undefined;
  const { status, headers } = outcome;
  if (method !== 'GET' && !preservesMethod(status)) return undefined;
  const location = headers['location'] ?? 'http://[';
  if (!redirectStatuses.has(status) || !URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from);
  return target.origin === from.origin ? `${target.pathname}${target.search}` : undefined;
}

function redirectLoop({ method, path }: HttpRequest): Outcome {
  const name = `${method} ${path.split('?', 1)[0] ?? ''}`;
  const error = new LumioError('unexpected_response', {
    code: 'redirected',
    message: `${name} was redirected more than ${maxRedirects} times within the API.`,
    hint: 'Check that --api-url points to the Lumio API.',
  });
  return { kind: 'failure', error, sent: 'all', isFinal: true };
}

/** The values of other headers come from users and may be secrets. */
const shownHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'authorization',
  'user-agent',
  'idempotency-key',
]);

function describeRequest({ headers, body }: HttpRequest): string {
  const fields = Object.entries(headers).map(
    ([name, value]) => `${name}: ${shownHeaders.has(name) ? value : '***'}`,
  );
  if (body === undefined) return fields.join(', ');
  return [...fields, `content-type: ${body.contentType}`, formatBytes(sizeOf(body))].join(', ');
}

function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === 'failure') return outcome.error.message.replace(/\.$/, '');
  const { status, headers, body } = outcome;
  const id = requestIdOf(outcome);
  const notes = [
    headers['content-type'] ?? 'no content type',
    formatBytes(body.length),
    ...['retry-after', 'location'].flatMap((name) =>
      headers[name] === undefined ? [] : [`${name}: ${shownApiUrl(headers[name])}`],
    ),
    ...(id === undefined ? [] : [`request id ${id}`]),
  ];
  return excerpt(`${status} (${notes.join(', ')})`, 500);
}
