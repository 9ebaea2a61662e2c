/**
 * What `--fault` can make go wrong, as one table for the sandbox, the help and the documentation.
 * A fault applies to the request before it is handled, to the commit (the request is read, but
 * nothing has changed yet), or to the response.
 */
import { envelope } from './errors.ts';
import {
  type Exchange,
  type SandboxResponse,
  cut,
  cutInBody,
  send,
  trickle,
  truncate,
} from './send-response.ts';

type Applied = void | Promise<void>;

export type FaultKind = { readonly description: string } & (
  | { readonly stage: 'none' }
  | {
      readonly stage: 'request' | 'commit';
      readonly apply: (exchange: Exchange, seconds?: number) => Applied;
    }
  | {
      readonly stage: 'response';
      readonly apply: (exchange: Exchange, response: SandboxResponse, seconds?: number) => Applied;
    }
);

const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n` +
  `<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`;

/** Not UTF-8 either, and with a control sequence. */
const notJson = Buffer.from('7bff001b5b324a22', 'hex');

const defaultSeconds = { retryAfter: 1, late: 2, slow: 5 } as const;

export const faultKinds = {
  ok: {
    stage: 'none',
    description: 'No fault: lets requests pass before the next fault in the list',
  },
  '401': refused(401, 'unauthorized', 'Missing or invalid API key.'),
  '403': refused(403, 'forbidden', 'The key may not do this.'),
  '404': refused(404, 'not_found', 'The resource does not exist.'),
  '408': refused(408, 'request_timeout', 'The request took too long.'),
  '409': refused(409, 'conflict', 'The request conflicts with the state of the resource.'),
  '413': refused(413, 'payload_too_large', 'The body is too large.'),
  '422': refused(422, 'validation_error', 'The request body failed validation.'),
  '429': refused(429, 'rate_limited', 'Too many requests.', 'Retry-After is 1, or @seconds'),
  '500': refused(500, 'internal_error', 'Unexpected server error.'),
  '502': refused(502, 'bad_gateway', 'The upstream server did not respond.'),
  '503': refused(
    503,
    'service_unavailable',
    'The service is down for maintenance.',
    'Retry-After only with @seconds',
  ),
  '504': refused(504, 'gateway_timeout', 'The upstream server took too long.'),
  '429-bare': {
    stage: 'request',
    description: '429 without Retry-After',
    apply: (exchange) => send(exchange, failure(429, 'rate_limited', 'Too many requests.')),
  },
  '429-date': {
    stage: 'request',
    description: '429 with Retry-After as a date, 1 second or @seconds from now',
    apply: (exchange, seconds = defaultSeconds.retryAfter) => {
      const date = new Date(exchange.nowMs() + seconds * 1000).toUTCString();
      const headers = { 'Retry-After': date };
      send(exchange, { ...failure(429, 'rate_limited', 'Too many requests.'), headers });
    },
  },
  'html-413': {
    stage: 'request',
    description: '413 as an HTML page, as proxies send it',
    apply: (exchange) =>
      send(exchange, raw('text/html', page('413 Request Entity Too Large'), 413)),
  },
  'html-502': {
    stage: 'request',
    description: '502 as an HTML page, as proxies send it',
    apply: (exchange) => send(exchange, raw('text/html', page('502 Bad Gateway'), 502)),
  },
  'drop-before': {
    stage: 'request',
    description: 'Cuts the connection before the request is read',
    apply: cut,
  },
  'drop-mid-body': {
    stage: 'request',
    description: 'Cuts the connection in the middle of the request body',
    apply: cutInBody,
  },
  stall: {
    stage: 'request',
    description: 'Neither reads the request body nor responds',
    apply: () => undefined,
  },
  silent: {
    stage: 'request',
    description: 'Reads the request, does not handle it and never responds',
    apply: ({ incoming }) => void incoming.resume(),
  },
  'slow-commit': {
    stage: 'commit',
    description: 'Handles the request after 5 seconds, or @seconds',
    apply: ({ sleep }, seconds = defaultSeconds.slow) => sleep(seconds * 1000),
  },
  'late-commit': {
    stage: 'commit',
    description:
      'Cuts the connection once the request is read, but handles it 2 seconds, or @seconds, later',
    apply: (exchange, seconds = defaultSeconds.late) => (
      cut(exchange),
      exchange.sleep(seconds * 1000)
    ),
  },
  'drop-after-commit': {
    stage: 'response',
    description: 'Handles the request, then cuts the connection instead of responding',
    apply: cut,
  },
  'silent-after-commit': {
    stage: 'response',
    description: 'Handles the request, but never responds',
    apply: () => undefined,
  },
  '500-after-commit': failedAfter(500, 'internal_error', 'Unexpected server error.'),
  '502-after-commit': failedAfter(502, 'bad_gateway', 'The upstream server did not respond.'),
  '504-after-commit': failedAfter(504, 'gateway_timeout', 'The upstream server took too long.'),
  slow: {
    stage: 'response',
    description: 'Handles the request and sends the response slowly, over 5 seconds or @seconds',
    apply: (exchange, response, seconds = defaultSeconds.slow) =>
      trickle(exchange, response, seconds * 1000),
  },
  truncated: {
    stage: 'response',
    description: 'Handles the request and sends half of the response',
    apply: truncate,
  },
  garbage: {
    stage: 'response',
    description: 'Handles the request and responds 200 with bytes that are not JSON',
    apply: (exchange) => send(exchange, raw('application/json', notJson)),
  },
  'wrong-type': {
    stage: 'response',
    description: 'Handles the request and responds 200 with an HTML login page',
    apply: (exchange) => send(exchange, raw('text/html', '<!doctype html><title>Sign in</title>')),
  },
  empty: {
    stage: 'response',
    description: 'Handles the request and responds 200 without a body',
    apply: (exchange) => send(exchange, raw('application/json', '')),
  },
} as const satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof faultKinds;

function failure(status: number, code: string, message: string): SandboxResponse {
  return { status, body: envelope(code, message, status) };
}

function raw(contentType: string, body: string | Buffer, status = 200): SandboxResponse {
  return { status, body: Buffer.from(body), headers: { 'Content-Type': contentType } };
}

function refused(status: number, code: string, message: string, note?: string): FaultKind {
  const standard = status === 429 ? defaultSeconds.retryAfter : undefined;
  return {
    stage: 'request',
    description:
      `${status} ${code} instead of handling the request` + (note === undefined ? '' : `; ${note}`),
    apply(exchange, seconds = standard) {
      const headers = seconds === undefined ? {} : { 'Retry-After': String(seconds) };
      send(exchange, { ...failure(status, code, message), headers });
    },
  };
}

function failedAfter(status: number, code: string, message: string): FaultKind {
  return {
    stage: 'response',
    description: `Handles the request, but responds ${status} ${code}`,
    apply: (exchange) => send(exchange, failure(status, code, message)),
  };
}
