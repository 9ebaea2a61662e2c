/** Responses: errors as on the API page (section Errors), and broken ones for faults. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCodes } from '../api/contract.ts';

/** Status of each error code: the documented ones, and those of any HTTP service. */
const statuses = {
  ...errorCodes,
  /** The code in the page's example. */
  extension_not_found: { status: 404 },
  method_not_allowed: { status: 405 },
  payload_too_large: { status: 413 },
} as const;

/** Becomes a response, never an error of lumio. */
export class SandboxError extends Error {
  readonly code: keyof typeof statuses;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: keyof typeof statuses,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.headers = headers;
  }

  get status(): number {
    return statuses[this.code].status;
  }
}

/** 422 whose message starts with the field. */
export function invalid(field: string, problem: string): SandboxError {
  return new SandboxError('validation_error', `${field}: ${problem}`);
}

export function tooLarge(what: string, maxBytes: number): SandboxError {
  const limit = `${maxBytes} bytes (${maxBytes / 1024 / 1024} MiB)`;
  return new SandboxError('payload_too_large', `${what}: is larger than the limit of ${limit}.`);
}

/** 422 for a schema mismatch; an empty path is the body itself. */
export function invalidField(mismatch: { readonly path: string; readonly problem: string }) {
  return invalid(mismatch.path === '' ? 'body' : mismatch.path, mismatch.problem);
}

export function envelope(code: string, message: string, status: number): unknown {
  return { error: { code, message, status } };
}

export interface SandboxResponse {
  readonly status: number;
  /** Undefined for 204; bytes are sent unchanged, with the content type of `headers`. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly nowMs: () => number;
  /** Rejects when the sandbox closes. */
  readonly sleep: (ms: number) => Promise<void>;
}

export function errorResponse({ status, code, message, headers }: SandboxError): SandboxResponse {
  return { status, body: envelope(code, message, status), headers };
}

function encode({ body }: SandboxResponse): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(body === undefined ? '' : JSON.stringify(body));
}

export function send(exchange: Exchange, response: SandboxResponse): void {
  const bytes = encode(response);
  const described =
    response.body === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': bytes.byteLength };
  exchange.outgoing.writeHead(response.status, { ...described, ...response.headers });
  endAfterRequest(exchange, bytes);
}

/** Clients that don't read the response while they upload are cut off after this time. */
const unreadBodyGraceMs = 2000;

/**
 * Discards an unread request body before the end of the response. Node closes a `Connection: close`
 * connection at that end, and closing it with unread bytes resets it, which can destroy the
 * response on its way.
 */
function endAfterRequest({ incoming, outgoing }: Exchange, bytes: Buffer): void {
  if (incoming.complete) return void outgoing.end(bytes);
  if (bytes.byteLength > 0) outgoing.write(bytes);
  else outgoing.flushHeaders();
  const end = (): void => {
    clearTimeout(timer);
    outgoing.end();
  };
  const timer = setTimeout(end, unreadBodyGraceMs);
  incoming.once('close', end);
  incoming.once('end', end);
  incoming.resume();
}

/** For what Node's parser refuses before there is a request. */
export function sendBadRequest(error: Error, socket: Duplex): void {
  if (!socket.writable) return;
  const body = JSON.stringify(
    envelope('bad_request', `The request isn't valid HTTP: ${error.message}`, 400),
  );
  const head = [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

export function drop({ incoming }: Exchange): void {
  incoming.socket.destroy();
}

/**
 * Reads half of the body, or its first chunk if the length is unknown, then drops the connection.
 */
export async function dropInBody(exchange: Exchange): Promise<void> {
  const { incoming } = exchange;
  const enoughBytes = Number(incoming.headers['content-length'] ?? 0) / 2;
  let sizeBytes = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    if (Buffer.isBuffer(chunk)) sizeBytes += chunk.byteLength;
    if (sizeBytes >= enoughBytes) break;
  }
  drop(exchange);
}

/** Announces the whole response, sends half of it, then drops the connection. */
export function truncate(exchange: Exchange, response: SandboxResponse): void {
  const bytes = encode(response);
  const status = bytes.byteLength === 0 ? 200 : response.status;
  exchange.outgoing.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': bytes.byteLength + 1,
  });
  exchange.outgoing.write(bytes.subarray(0, bytes.byteLength / 2), () => drop(exchange));
  exchange.outgoing.flushHeaders();
}

/** Sends the response in ten pieces. */
export async function trickle(
  exchange: Exchange,
  response: SandboxResponse,
  totalMs: number,
): Promise<void> {
  const { outgoing, sleep } = exchange;
  const bytes = encode(response);
  if (bytes.byteLength > 0)
    outgoing
      .setHeader('Content-Length', bytes.byteLength)
      .setHeader('Content-Type', 'application/json');
  outgoing.writeHead(response.status, response.headers);
  const pieceBytes = Math.ceil(bytes.byteLength / 10);
  for (let piece = 0; piece < 10; piece += 1) {
    await sleep(totalMs / 10);
    outgoing.write(bytes.subarray(piece * pieceBytes, (piece + 1) * pieceBytes));
  }
  outgoing.end();
}
