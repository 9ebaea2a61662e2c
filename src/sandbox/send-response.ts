/** Answers on the wire: the honest one, and those that a fault makes of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type SandboxError, envelope } from './errors.ts';

/** What is about to be answered. */
export interface SandboxResponse {
  readonly status: number;
  /** Undefined for an answer without a body (204). */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request and its answer while they are on the wire. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly nowMs: () => number;
  /** Rejects when the sandbox closes. */
  readonly sleep: (ms: number) => Promise<void>;
}

export function refusalAnswer(refusal: SandboxError): SandboxResponse {
  return {
    status: refusal.status,
    body: envelope(refusal.code, refusal.message, refusal.status),
    headers: refusal.headers,
  };
}

/** The bytes of an answer's body. */
function encode(answer: SandboxResponse): Buffer {
  return Buffer.from(answer.body === undefined ? '' : JSON.stringify(answer.body));
}

/** Sends an answer. A body that was not read is read away meanwhile, so that a client that is still sending gets to read the answer. */
export function send({ incoming, outgoing }: Exchange, answer: SandboxResponse): void {
  const bytes = encode(answer);
  const described =
    answer.body === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': bytes.byteLength };
  outgoing.writeHead(answer.status, { ...described, ...answer.headers });
  outgoing.end(bytes);
  incoming.resume();
}

/** Sends bytes of any kind. */
export function sendRaw(
  { incoming, outgoing }: Exchange,
  status: number,
  contentType: string,
  bytes: string | Buffer,
): void {
  outgoing.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(bytes),
  });
  outgoing.end(bytes);
  incoming.resume();
}

/** Answers what is not HTTP, or more of it than Node takes, before there is a request. */
export function sendBadRequest(error: Error, socket: Duplex): void {
  if (!socket.writable) return;
  const body = JSON.stringify(
    envelope(
      'bad_request',
      `This is not a request that the sandbox understands: ${error.message}`,
      400,
    ),
  );
  const head = [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Cuts the connection. */
export function cut({ incoming }: Exchange): void {
  incoming.socket.destroy();
}

/** Reads half of the body, or the first piece where its length is not known, then cuts the connection. */
export async function cutInBody(exchange: Exchange): Promise<void> {
  const { incoming } = exchange;
  const enoughBytes = Number(incoming.headers['content-length'] ?? 0) / 2;
  let sizeBytes = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    if (Buffer.isBuffer(chunk)) sizeBytes += chunk.byteLength;
    if (sizeBytes >= enoughBytes) break;
  }
  cut(exchange);
}

/** Announces the whole answer, sends half of it, then cuts the connection. */
export function truncate(exchange: Exchange, answer: SandboxResponse): void {
  const bytes = encode(answer);
  const status = bytes.byteLength === 0 ? 200 : answer.status;
  exchange.outgoing.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': bytes.byteLength + 1,
  });
  exchange.outgoing.write(bytes.subarray(0, bytes.byteLength / 2), () => cut(exchange));
  exchange.outgoing.flushHeaders();
}

/** Sends the answer in ten pieces with equal pauses. */
export async function trickle(
  exchange: Exchange,
  answer: SandboxResponse,
  totalMs: number,
): Promise<void> {
  const { outgoing, sleep } = exchange;
  const bytes = encode(answer);
  if (bytes.byteLength > 0)
    outgoing
      .setHeader('Content-Length', bytes.byteLength)
      .setHeader('Content-Type', 'application/json');
  outgoing.writeHead(answer.status, answer.headers);
  const pieceBytes = Math.ceil(bytes.byteLength / 10);
  for (let piece = 0; piece < 10; piece += 1) {
    await sleep(totalMs / 10);
    outgoing.write(bytes.subarray(piece * pieceBytes, (piece + 1) * pieceBytes));
  }
  outgoing.end();
}
