/** An HTTP server that records requests and responds with a function. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { listen } from './listening.ts';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The client's port, which identifies the connection. */
  readonly remotePort: number | undefined;
}

export interface RunningServer {
  readonly port: number;
  /** `http://127.0.0.1:<port>` or `https://localhost:<port>`. */
  readonly origin: string;
  close(this: void): Promise<void>;
}

export interface ScriptedServer extends RunningServer {
  /** In the order of arrival; complete requests only. */
  readonly seen: readonly SeenRequest[];
}

export type Responder = (request: SeenRequest, response: ServerResponse, count: number) => unknown;

export interface ServerOptions {
  readonly host?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** @param respond receives each complete request and its number, from 1 */
export async function startScriptedServer(
  respond: Responder,
  options: ServerOptions = {},
): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request).catch(() => undefined);
    if (body === undefined) return;
    const entry = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      remotePort: request.socket.remotePort,
    };
    seen.push(entry);
    await respond(entry, response, seen.length);
  };
  const running = await startRawServer(
    (request, response) => void take(request, response),
    options,
  );
  return { ...running, seen };
}

/** A server whose listener reads the request itself. */
export async function startRawServer(
  listener: RequestListener,
  { host = '127.0.0.1', tls }: ServerOptions = {},
): Promise<RunningServer> {
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  const port = await listen(server, host);
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    port,
    origin: tls === undefined ? `http://${name}:${port}` : `https://localhost:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Responds with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  document: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(document));
}
