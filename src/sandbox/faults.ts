/**
 * The faults of a sandbox, and the requests that they apply to: `--fault
 * <endpoint>=<fault>[:<count>][@<seconds>]`.
 */
import { type EndpointName, endpoints } from '../api/contract.ts';
import { LumioError } from '../errors.ts';
import {
  envelope,
  type Exchange,
  type SandboxResponse,
  drop,
  dropInBody,
  send,
  trickle,
  truncate,
} from './response.ts';

type Applied = void | Promise<void>;
type OnRequest = (exchange: Exchange, seconds?: number) => Applied;
type OnResponse = (exchange: Exchange, response: SandboxResponse, seconds?: number) => Applied;

/**
 * `request`: instead of handling it; `commit`: the request is read, but nothing has changed yet;
 * `response`: the request is handled.
 * @internal Exported for tests.
 */
export type FaultKind = { readonly description: string } & (
  | { readonly stage: 'none' }
  | { readonly stage: 'request' | 'commit'; readonly apply: OnRequest }
  | { readonly stage: 'response'; readonly apply: OnResponse }
);

const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n` +
  `<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`;

/** Not UTF-8 either, and with a control sequence. */
const notJson = Buffer.from('7bff001b5b324a22', 'hex');
const tooMany = failure(429, 'rate_limited', 'Too many requests.');
const lost = failure(502, 'bad_gateway', "The upstream server didn't respond.");

/** @internal Exported for tests. */
export const faultKinds = {
  ok: {
    stage: 'none',
    description: 'No fault: lets requests pass before the next fault in the list',
  },
  '401': refused(failure(401, 'unauthorized', 'Missing or invalid API key.')),
  '403': refused(failure(403, 'forbidden', 'The key may not do this.')),
  '404': refused(failure(404, 'not_found', "The resource doesn't exist.")),
  '408': refused(failure(408, 'request_timeout', 'The request took too long.')),
  '409': refused(failure(409, 'conflict', 'The request conflicts with the state of the resource.')),
  '413': refused(failure(413, 'payload_too_large', 'The body is too large.')),
  '422': refused(failure(422, 'validation_error', 'The request body failed validation.')),
  '429': refused(tooMany, 'Retry-After is 1, or @seconds', 1),
  '500': refused(failure(500, 'internal_error', 'Unexpected server error.')),
  '502': refused(lost),
  '503': refused(
    failure(503, 'service_unavailable', 'The service is down for maintenance.'),
    'Retry-After only with @seconds',
  ),
  '504': refused(failure(504, 'gateway_timeout', 'The upstream server took too long.')),
  '429-bare': onRequest('429 without Retry-After', (exchange) => send(exchange, tooMany)),
  '429-date': onRequest(
    '429 with Retry-After as a date, 1 second or @seconds from now',
    (exchange, seconds = 1) => {
      const date = new Date(exchange.nowMs() + seconds * 1000).toUTCString();
      send(exchange, { ...tooMany, headers: { 'Retry-After': date } });
    },
  ),
  'html-413': onRequest('413 as an HTML page, as proxies send it', (exchange) =>
    send(exchange, raw('text/html', page('413 Request Entity Too Large'), 413)),
  ),
  'html-502': onRequest('502 as an HTML page, as proxies send it', (exchange) =>
    send(exchange, raw('text/html', page('502 Bad Gateway'), 502)),
  ),
  'drop-before': onRequest('Drops the connection before the request is read', drop),
  'drop-mid-body': onRequest('Drops the connection in the middle of the request body', dropInBody),
  stall: onRequest('Neither reads the request body nor responds', () => undefined),
  silent: onRequest(
    'Reads the request, but neither handles it nor responds',
    ({ incoming }) => void incoming.resume(),
  ),
  'slow-commit': {
    stage: 'commit',
    description: 'Handles the request after 5 seconds, or @seconds',
    apply: ({ sleep }, seconds = 5) => sleep(seconds * 1000),
  },
  'late-commit': {
    stage: 'commit',
    description:
      'Drops the connection once the request is read, and handles it after 2 seconds, or @seconds',
    apply: (exchange, seconds = 2) => (drop(exchange), exchange.sleep(seconds * 1000)),
  },
  'drop-after-commit': onResponse(
    'Handles the request, then drops the connection instead of responding',
    drop,
  ),
  'silent-after-commit': onResponse('Handles the request, but never responds', () => undefined),
  '500-after-commit': failedAfter(failure(500, 'internal_error', 'Unexpected server error.')),
  '502-after-commit': failedAfter(lost),
  '504-after-commit': failedAfter(
    failure(504, 'gateway_timeout', 'The upstream server took too long.'),
  ),
  slow: onResponse(
    'Handles the request and sends the response slowly, over 5 seconds or @seconds',
    (exchange, response, seconds = 5) => trickle(exchange, response, seconds * 1000),
  ),
  truncated: onResponse('Handles the request and sends half of the response', truncate),
  garbage: onResponse(
    "Handles the request and responds 200 with bytes that aren't JSON",
    (exchange) => send(exchange, raw('application/json', notJson)),
  ),
  'wrong-type': onResponse(
    'Handles the request and responds 200 with an HTML login page',
    (exchange) => send(exchange, raw('text/html', '<!doctype html><title>Sign in</title>')),
  ),
  empty: onResponse('Handles the request and responds 200 without a body', (exchange) =>
    send(exchange, raw('application/json', '')),
  ),
} as const satisfies Record<string, FaultKind>;

/** @internal Exported for tests. */
export type FaultName = keyof typeof faultKinds;

interface Failure extends SandboxResponse {
  readonly code: string;
}

function failure(status: number, code: string, message: string): Failure {
  return { status, code, body: envelope(code, message, status) };
}

function raw(contentType: string, body: string | Buffer, status = 200): SandboxResponse {
  return { status, body: Buffer.from(body), headers: { 'Content-Type': contentType } };
}

function onRequest(description: string, apply: OnRequest): FaultKind {
  return { stage: 'request', description, apply };
}

function onResponse(description: string, apply: OnResponse): FaultKind {
  return { stage: 'response', description, apply };
}

/** @param retryAfter of the header without `@seconds`; undefined: no header */
function refused(response: Failure, note?: string, retryAfter?: number): FaultKind {
  const suffix = note === undefined ? '' : `; ${note}`;
  return onRequest(
    `${response.status} ${response.code} instead of handling the request${suffix}`,
    (exchange, seconds = retryAfter) => {
      const headers = seconds === undefined ? {} : { 'Retry-After': String(seconds) };
      send(exchange, { ...response, headers });
    },
  );
}

function failedAfter(response: Failure): FaultKind {
  const description = `Handles the request, but responds ${response.status} ${response.code}`;
  return onResponse(description, (exchange) => send(exchange, response));
}

export interface Fault {
  readonly endpoint: EndpointName | '*';
  readonly name: FaultName;
  /** Number of requests; undefined: all. */
  readonly count: number | undefined;
  readonly seconds: number | undefined;
}

export interface InjectedFault {
  readonly name: FaultName;
  readonly kind: FaultKind;
  readonly seconds: number | undefined;
}

const form =
  /^(?<endpoint>[^=]+)=(?<name>[^:@]+)(?::(?<count>[1-9]\d{0,5}))?(?:@(?<seconds>\d{1,6}(?:\.\d{1,3})?))?$/u;

/**
 * Reads `submitVersion=drop-after-commit`, `listVersions=429:2` (the first two requests),
 * `*=503:1@30`.
 * @throws LumioError `usage`, with the valid values
 */
export function parseFault(text: string): Fault {
  const { endpoint = '', name = '', count, seconds } = form.exec(text)?.groups ?? {};
  if (endpoint === '')
    throw badFault(
      'the format is <endpoint>=<fault>[:<count>][@<seconds>]',
      'For example: --fault submitVersion=429:2',
    );
  if (!isEndpoint(endpoint))
    throw badFault(
      'there is no such endpoint',
      `Endpoints: ${Object.keys(endpoints).join(', ')}, or * for all.`,
    );
  if (!isFaultName(name))
    throw badFault('there is no such fault', `Faults: ${Object.keys(faultKinds).join(', ')}.`);
  return {
    endpoint,
    name,
    count: count === undefined ? undefined : Number(count),
    seconds: seconds === undefined ? undefined : Number(seconds),
  };
}

/** For the help: each fault with an example, and the endpoints. */
export function listFaults(): {
  readonly faults: readonly { name: string; description: string; example: string }[];
  readonly endpoints: readonly string[];
} {
  const faults = Object.entries(faultKinds).map(([name, { stage, description }]) => {
    const endpoint =
      stage === 'request' && !name.includes('body') ? 'listVersions' : 'submitVersion';
    const seconds = description.includes('@seconds') ? '@5' : '';
    return { name, description, example: `${endpoint}=${name}:1${seconds}` };
  });
  return { faults, endpoints: Object.keys(endpoints) };
}

function badFault(problem: string, hint: string): LumioError {
  return new LumioError('usage', { code: 'bad_fault', message: `--fault: ${problem}.`, hint });
}

function isEndpoint(text: string): text is EndpointName | '*' {
  return text === '*' || Object.hasOwn(endpoints, text);
}

function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(faultKinds, text);
}

/** Assigns each request the first fault for its endpoint that isn't used up. */
export function createFaultPlan(
  faults: readonly Fault[],
): (endpoint: EndpointName) => InjectedFault | undefined {
  const left = faults.map((fault) => ({ fault, count: fault.count ?? Infinity }));
  return (endpoint) => {
    const next = left.find(
      ({ fault, count }) => count > 0 && (fault.endpoint === '*' || fault.endpoint === endpoint),
    );
    if (next === undefined) return undefined;
    next.count -= 1;
    const { name, seconds } = next.fault;
    return { name, kind: faultKinds[name], seconds };
  };
}
