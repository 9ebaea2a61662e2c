/** Handles one request: browser check, route, fault, key, rate limit, handler. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type EndpointName, endpoints } from '../api/contract.ts';
import { systemErrorText } from '../errors.ts';
import { formatDuration } from '../shared/quantities.ts';
import { refuseBrowsers, requireKey, type Route, basePath, findRoute } from './request.ts';
import {
  SandboxError,
  envelope,
  type Exchange,
  type SandboxResponse,
  errorResponse,
  send,
} from './response.ts';
import * as extensions from './extensions.ts';
import type { InjectedFault } from './faults.ts';
import { newId } from './state.ts';
import type { RateLimiter } from './rate-limits.ts';
import type { RequestLogEntry } from './public-types.ts';
import * as secrets from './secrets.ts';
import type { Handler, Service } from './service.ts';
import * as versions from './versions.ts';

export interface App {
  readonly apiKey: string;
  readonly service: Service;
  readonly limiter: RateLimiter;
  readonly nextFault: (endpoint: EndpointName) => InjectedFault | undefined;
  readonly applyReview: () => Promise<void>;
  readonly latencyMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: (entry: RequestLogEntry) => void;
}

const handlers: Readonly<Record<EndpointName, Handler>> = {
  ...extensions.handlers,
  ...versions.handlers,
  ...secrets.handlers,
};

/** Shows that `lumio open` works; contains no data, because any website can request it. */
const placeholderPage: SandboxResponse = {
  status: 200,
  body: Buffer.from(
    "<!doctype html><title>Lumio sandbox</title><p>This page of Lumio doesn't exist " +
      'in the sandbox.\n',
  ),
  headers: { 'Content-Type': 'text/html; charset=utf-8' },
};

/** Never rejects. */
export async function handleRequest(
  app: App,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const nowMs = app.service.nowMs;
  const exchange: Exchange = { incoming, outgoing, nowMs, sleep: app.sleep };
  const notes: RequestNotes = { fault: undefined, error: undefined };
  outgoing.setHeader('X-Request-Id', newId('req'));
  outgoing.setHeader('Date', new Date(nowMs()).toUTCString());
  logRequest(incoming, outgoing, notes, app.log);
  incoming.on('error', () => undefined);
  try {
    await dispatch(app, exchange, notes);
  } catch (error) {
    if (outgoing.headersSent || outgoing.destroyed) return;
    if (error instanceof SandboxError) return send(exchange, errorResponse(error));
    notes.error = error instanceof Error ? error.message : String(error);
    const message =
      error instanceof Error && 'syscall' in error
        ? `The sandbox can't store its data (${systemErrorText(error)}).`
        : 'Unexpected server error.';
    send(exchange, { status: 500, body: envelope('internal_error', message, 500) });
  }
}

async function dispatch(app: App, exchange: Exchange, notes: RequestNotes): Promise<void> {
  const { incoming } = exchange;
  const path = pathOf(incoming);
  if (incoming.method === 'GET' && /^\/(?:dashboard|store)\//.test(path))
    return send(exchange, placeholderPage);
  refuseBrowsers(incoming);
  if (incoming.method === 'GET' && [`/openapi.json`, `${basePath}/openapi.json`].includes(path))
    return send(exchange, await openApiResponse(incoming));
  const route = findRoute(incoming.method ?? '', path);
  if (app.latencyMs > 0) await app.sleep(app.latencyMs);
  const fault = app.nextFault(route.name);
  notes.fault = fault?.name;
  if (fault?.kind.stage === 'request') return fault.kind.apply(exchange, fault.seconds);
  const response = await handle(app, exchange, route, fault);
  if (fault?.kind.stage === 'response') return fault.kind.apply(exchange, response, fault.seconds);
  return send(exchange, response);
}

async function openApiResponse({ headers }: IncomingMessage): Promise<SandboxResponse> {
  const { openApiDocument } = await import('../api/openapi.ts');
  return { status: 200, body: openApiDocument(`http://${headers.host ?? ''}${basePath}`) };
}

/** Resolves dot segments, as servers do. */
function pathOf(incoming: IncomingMessage): string {
  const target = incoming.url ?? '/';
  try {
    return new URL(target.startsWith('/') ? `http://sandbox${target}` : target).pathname;
  } catch {
    throw new SandboxError('not_found', "The request target isn't a path.");
  }
}

async function handle(
  app: App,
  exchange: Exchange,
  route: Route,
  fault: InjectedFault | undefined,
): Promise<SandboxResponse> {
  const { incoming } = exchange;
  const { service } = app;
  const endpoint = endpoints[route.name];
  try {
    requireKey(incoming, app.apiKey);
    const group = 'rateGroup' in endpoint ? endpoint.rateGroup : undefined;
    app.limiter(group, app.apiKey, service.nowMs());
    await app.applyReview();
    const beforeCommit = async (): Promise<void> => {
      if (fault?.kind.stage === 'commit') await fault.kind.apply(exchange, fault.seconds);
    };
    const call = { incoming, params: route.params, service, beforeCommit };
    return { status: endpoint.response.status, body: await handlers[route.name](call) };
  } catch (error) {
    if (error instanceof SandboxError) return errorResponse(error);
    throw error;
  }
}

/** What handling a request adds to its log entry. */
type RequestNotes = { -readonly [Key in 'fault' | 'error']: RequestLogEntry[Key] };

/** Logs a request when its connection is done with it. */
function logRequest(
  { method = '', url = '' }: IncomingMessage,
  outgoing: ServerResponse,
  notes: RequestNotes,
  log: (entry: RequestLogEntry) => void,
): void {
  const startMs = performance.now();
  outgoing.on('close', () => {
    const status = outgoing.writableFinished ? outgoing.statusCode : undefined;
    log({ method, path: url, status, durationMs: performance.now() - startMs, ...notes });
  });
}

/**
 * `12:03:07 POST /extensions 201 4ms (fault: slow)`
 * @param nowMs when it ended, milliseconds since 1970
 */
export function formatRequest(entry: RequestLogEntry, nowMs: number): string {
  const { method, status, durationMs, fault, error } = entry;
  const time = new Date(nowMs).toTimeString().slice(0, 8);
  const path = entry.path.replace(/^\/developer\/v1(?=\/)/, '');
  const notes = [
    ...(fault === undefined ? [] : [`fault: ${fault}`]),
    ...(error === undefined ? [] : [error]),
  ];
  const suffix = notes.length === 0 ? [] : [`(${notes.join(', ')})`];
  return [time, method, path, status ?? 'closed', formatDuration(durationMs), ...suffix].join(' ');
}
