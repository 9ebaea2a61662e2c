/** What all calls of a client share: the transport with its layers, the headers, and the way from an endpoint's name to its answer. */
import { LumioError } from '../errors.ts';
import { fillPath } from './request-path.ts';
import { decodeResponse } from './decode-response.ts';
import type { ClientOptions } from './client.ts';
import { endpoints, type EndpointResponse, type EndpointName } from './contract.ts';
import {
  createSender,
  unsettled,
  type SendWithRetry,
  type NamedRequest,
  type RetryBudget,
  type Unsuccessful,
} from './send-with-retry.ts';
import { createTransport, type Body, type Transport } from './http.ts';
import type { AtMostOnceOptions } from './at-most-once.ts';
import { followRedirects } from './redirect.ts';
import { traced } from './trace.ts';

/** The parameters of an endpoint's path and its body. */
interface Input {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: Body;
}

export interface RequestPipeline {
  readonly exchange: SendWithRetry;
  readonly settling: AtMostOnceOptions;
  /** @param path relative to the base URL, checked and encoded */
  prepare(this: void, request: Pick<NamedRequest, 'method' | 'path' | 'body'>): NamedRequest;
  endpoint(this: void, name: EndpointName, input?: Input): NamedRequest;
  /** @param patience the budget to be shared with other requests of one undertaking */
  call<Name extends EndpointName>(
    this: void,
    name: Name,
    input?: Input,
    patience?: RetryBudget,
  ): Promise<EndpointResponse<Name>>;
  close(this: void): Promise<void>;
}

/** @throws LumioError `auth` for a key that no header can carry, `usage` for an unusable proxy */
export function createPipeline(options: ClientOptions): RequestPipeline {
  const { baseUrl, clock, signal, trace = () => {} } = options;
  const { origin, pathname } = new URL(baseUrl);
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${checkKey(options.apiKey)}`,
    'user-agent': options.userAgent,
  };
  const transport = layered(options, origin);
  const pause = options.pause ?? (({ ms }) => clock.sleep(ms, signal));
  const settling = { transport, clock, maxWaitMs: options.maxWaitMs, pause, trace, signal };
  const exchange = createSender(settling);
  const prepare: RequestPipeline['prepare'] = ({ method, path, body }) => ({
    name: `${method} ${path}`,
    method,
    path: `${pathname.replace(/\/$/, '')}${path}`,
    headers,
    body,
  });
  const endpoint: RequestPipeline['endpoint'] = (name, { params = {}, body } = {}) =>
    prepare({ method: endpoints[name].method, path: fillPath(endpoints[name].path, params), body });
  const call: RequestPipeline['call'] = async (name, input, patience = {}) => {
    const request = endpoint(name, input);
    const exchanged = await exchange(request, patience).catch((error: unknown) =>
      Promise.reject(unsettled(error, request, patience)),
    );
    if (exchanged.error !== undefined) throw failed(exchanged, request);
    try {
      return decodeResponse(name, request.name, exchanged.outcome);
    } catch (error) {
      throw unsettled(error, request);
    }
  };
  return { exchange, settling, prepare, endpoint, call, close: transport.close };
}

function layered(options: ClientOptions, origin: string): Transport {
  const { trace, apiKey, clock } = options;
  const transport = createTransport(options);
  const told =
    trace === undefined
      ? transport
      : traced(transport, { origin, apiKey, now: () => clock.now(), write: trace });
  return followRedirects(told, origin);
}

/** RFC 6750 2.1: a bearer token is visible ASCII. Anything else would be an invalid header, or another header. */
function checkKey(apiKey: string): string {
  if (/^[\x21-\x7e]+$/.test(apiKey)) return apiKey;
  throw new LumioError('auth', {
    code: 'malformed_api_key',
    message: 'The API key holds a blank, a line break or another character that no key has.',
    hint: 'Copy it again from the dashboard: Account → Security → API Keys.',
    next: 'lumio login',
  });
}

/** The error of an unsuccessful exchange; for a change whose outcome is open, its message says so. */
export function failed(
  { error, isUnclear }: Pick<Unsuccessful, 'error' | 'isUnclear'>,
  request: Pick<NamedRequest, 'method'>,
): LumioError {
  return isUnclear ? unsettled(error, request) : error;
}

export function jsonBody(value: unknown): Body {
  return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(value)) };
}
