/**
 * What can be made to go wrong (`--fault`), to rehearse a pipeline. One table: the help and the documentation are made from it.
 * A fault strikes before the request is handled, while it is (read completely, not yet acted on), or on the answer of a handled one.
 */
import { envelope } from './errors.ts';
import {
  type SandboxResponse,
  type Exchange,
  cut,
  cutInBody,
  send,
  sendRaw,
  trickle,
  truncate,
} from './send-response.ts';

type Play = (exchange: Exchange, seconds: number | undefined) => void | Promise<void>;

/** One row: what a user reads about the fault, and what it does. */
export type FaultKind = { readonly meaning: string } & (
  | { readonly stage: 'none' }
  | { readonly stage: 'before' | 'between'; readonly play: Play }
  | {
      readonly stage: 'answer';
      readonly play: (
        exchange: Exchange,
        answer: SandboxResponse,
        seconds: number | undefined,
      ) => void | Promise<void>;
    }
);

const gatewayPage =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n';
const tooLargePage = gatewayPage.replaceAll('502 Bad Gateway', '413 Request Entity Too Large');

const defaultSeconds = { retryAfter: 1, late: 2, slow: 5 } as const;

export const faultKinds = {
  ok: { stage: 'none', meaning: 'nothing: lets requests pass before the next fault of the list' },
  '401': refused(401, 'unauthorized', 'Missing or invalid API key.'),
  '403': refused(403, 'forbidden', 'The key may not do this.'),
  '404': refused(404, 'not_found', 'The resource does not exist.'),
  '408': refused(408, 'request_timeout', 'The request took too long.'),
  '409': refused(409, 'conflict', 'The request conflicts with the state of the resource.'),
  '413': refused(413, 'payload_too_large', 'The body is too large.'),
  '422': refused(422, 'validation_error', 'The request body failed validation.'),
  '429': refused(
    429,
    'rate_limited',
    'Too many requests.',
    'Retry-After: 1, or the seconds after @',
  ),
  '500': refused(500, 'internal_error', 'Unexpected server error.'),
  '502': refused(502, 'bad_gateway', 'The server behind the gateway did not answer.'),
  '503': refused(
    503,
    'service_unavailable',
    'The service is down for maintenance.',
    'Retry-After only with @seconds',
  ),
  '504': refused(504, 'gateway_timeout', 'The server behind the gateway took too long.'),
  '429-bare': {
    stage: 'before',
    meaning: '429 without Retry-After',
    play: (exchange) => send(exchange, failure(429, 'rate_limited', 'Too many requests.')),
  },
  '429-date': {
    stage: 'before',
    meaning: '429 with Retry-After as a date, 1 second or @seconds from now',
    play: (exchange, seconds) =>
      send(exchange, {
        ...failure(429, 'rate_limited', 'Too many requests.'),
        headers: { 'Retry-After': dateIn(exchange, seconds) },
      }),
  },
  'html-413': {
    stage: 'before',
    meaning: '413 as the HTML page of a proxy',
    play: (exchange) => sendRaw(exchange, 413, 'text/html', tooLargePage),
  },
  'html-502': {
    stage: 'before',
    meaning: '502 as the HTML page of a proxy',
    play: (exchange) => sendRaw(exchange, 502, 'text/html', gatewayPage),
  },
  'drop-before': {
    stage: 'before',
    meaning: 'the connection is cut before the request is read',
    play: cut,
  },
  'drop-mid-body': {
    stage: 'before',
    meaning: 'the connection is cut in the middle of the request body',
    play: cutInBody,
  },
  stall: {
    stage: 'before',
    meaning: 'the request body is not read and nothing is answered',
    play: () => undefined,
  },
  silent: {
    stage: 'before',
    meaning: 'the request is read, not handled, and never answered',
    play: ({ incoming }) => void incoming.resume(),
  },
  'slow-commit': {
    stage: 'between',
    meaning: 'the request is handled and answered only after 5 seconds, or @seconds',
    play: ({ sleep }, seconds = defaultSeconds.slow) => sleep(seconds * 1000),
  },
  'late-commit': {
    stage: 'between',
    meaning:
      'the connection is cut once the request is read; it is handled all the same, 2 seconds or @seconds later',
    play: (exchange, seconds = defaultSeconds.late) => (
      cut(exchange),
      exchange.sleep(seconds * 1000)
    ),
  },
  'drop-after-commit': {
    stage: 'answer',
    meaning: 'the request is handled, the connection is cut instead of the answer',
    play: cut,
  },
  'silent-after-commit': {
    stage: 'answer',
    meaning: 'the request is handled, and never answered',
    play: () => undefined,
  },
  '500-after-commit': failedAfter(500, 'internal_error', 'Unexpected server error.'),
  '502-after-commit': failedAfter(
    502,
    'bad_gateway',
    'The server behind the gateway did not answer.',
  ),
  '504-after-commit': failedAfter(
    504,
    'gateway_timeout',
    'The server behind the gateway took too long.',
  ),
  slow: {
    stage: 'answer',
    meaning: 'the answer of the handled request trickles in over 5 seconds, or @seconds',
    play: (exchange, answer, seconds = defaultSeconds.slow) =>
      trickle(exchange, answer, seconds * 1000),
  },
  truncated: {
    stage: 'answer',
    meaning: 'the request is handled, its answer ends in the middle',
    play: truncate,
  },
  garbage: {
    stage: 'answer',
    meaning: 'the request is handled and answered 200 with bytes that are not JSON',
    play: (exchange) =>
      sendRaw(
        exchange,
        200,
        'application/json',
        Buffer.from([0x7b, 0xff, 0x00, 0x1b, 0x5b, 0x32, 0x4a, 0x22]),
      ),
  },
  'wrong-type': {
    stage: 'answer',
    meaning: 'the request is handled and answered 200 with the HTML page of a login',
    play: (exchange) =>
      sendRaw(exchange, 200, 'text/html', '<!doctype html><title>Sign in</title>'),
  },
  empty: {
    stage: 'answer',
    meaning: 'the request is handled and answered 200 without a body',
    play: (exchange) => sendRaw(exchange, 200, 'application/json', ''),
  },
} as const satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof faultKinds;

function failure(status: number, code: string, message: string): SandboxResponse {
  return { status, body: envelope(code, message, status) };
}

/** An error in the API's envelope instead of handling the request; `@seconds` become its Retry-After. */
function refused(status: number, code: string, message: string, note?: string): FaultKind {
  const standard = status === 429 ? defaultSeconds.retryAfter : undefined;
  return {
    stage: 'before',
    meaning: `${status} ${code} in the API's envelope, not handled${note === undefined ? '' : `; ${note}`}`,
    play(exchange, seconds = standard) {
      const headers = seconds === undefined ? {} : { 'Retry-After': String(seconds) };
      send(exchange, { ...failure(status, code, message), headers });
    },
  };
}

function failedAfter(status: number, code: string, message: string): FaultKind {
  return {
    stage: 'answer',
    meaning: `the request is handled, yet answered ${status} ${code}`,
    play: (exchange) => send(exchange, failure(status, code, message)),
  };
}

function dateIn({ nowMs }: Exchange, seconds: number = defaultSeconds.retryAfter): string {
  return new Date(nowMs() + seconds * 1000).toUTCString();
}
