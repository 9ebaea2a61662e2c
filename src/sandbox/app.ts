/** One request from the wire to its answer: gate, route, fault, key, limit, handler. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { endpoints } from '../api/contract.ts';
import type { InjectedFault } from './faults.ts';
import { refuseBrowsers, requireKey } from './auth.ts';
import { handlers } from './handlers.ts';
import type { RateLimiter } from './limits.ts';
import { newId } from './ids.ts';
import { SandboxError, envelope } from './errors.ts';
import { type Route, basePath, findRoute } from './router.ts';
import type { Service } from './service.ts';
import { type SandboxResponse, type Exchange, refusalAnswer, send } from './send-response.ts';

export interface App {
  readonly apiKey: string;
  readonly service: Service;
  readonly limiter: RateLimiter;
  readonly strikeOf: (endpoint: Route['name']) => InjectedFault | undefined;
  /** Decides what the review has due, before a request sees the state. */
  readonly settleReview: () => Promise<void>;
  readonly latencyMs: number;
  /** Settles after `ms`; rejects when the sandbox closes. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: (line: string) => void;
}

/** Answers a request; settles when everything about it is done. Never rejects. */
export async function handleRequest(
  app: App,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const nowMs = app.service.nowMs;
  const exchange: Exchange = { incoming, outgoing, nowMs, sleep: app.sleep };
  outgoing.setHeader('X-Request-Id', newId('req'));
  outgoing.setHeader('Date', new Date(nowMs()).toUTCString());
  const note: string[] = [];
  outgoing.on('close', () => app.log(logLine(incoming, outgoing, note)));
  incoming.on('error', () => undefined);
  try {
    await dispatch(app, exchange, note);
  } catch (error) {
    if (outgoing.headersSent || outgoing.destroyed) return;
    if (!(error instanceof SandboxError))
      note.push(error instanceof Error ? error.message : String(error));
    send(exchange, error instanceof SandboxError ? refusalAnswer(error) : bug());
  }
}

async function dispatch(app: App, exchange: Exchange, note: string[]): Promise<void> {
  const { incoming } = exchange;
  refuseBrowsers(incoming);
  const path = pathOf(incoming);
  if (
    incoming.method === 'GET' &&
    (path === '/openapi.json' || path === `${basePath}/openapi.json`)
  ) {
    const { openApiDocument } = await import('../api/openapi.ts');
    return send(exchange, {
      status: 200,
      body: openApiDocument(`http://${incoming.headers.host ?? ''}${basePath}`),
    });
  }
  const route = findRoute(incoming.method ?? '', path);
  if (app.latencyMs > 0) await app.sleep(app.latencyMs);
  const strike = app.strikeOf(route.name);
  if (strike !== undefined) note.push(`fault ${strike.name}`);
  if (strike?.kind.stage === 'before') return strike.kind.play(exchange, strike.seconds);
  const answer = await handle(app, { exchange, route, strike });
  if (strike?.kind.stage === 'answer') return strike.kind.play(exchange, answer, strike.seconds);
  return send(exchange, answer);
}

/** Dot segments are resolved as real servers do, so that what reaches another path there does so here. */
function pathOf(incoming: IncomingMessage): string {
  const target = incoming.url ?? '/';
  try {
    return new URL(target.startsWith('/') ? `http://sandbox${target}` : target).pathname;
  } catch {
    throw new SandboxError('not_found', 'The request target is not a path.');
  }
}

interface Job {
  readonly exchange: Exchange;
  readonly route: Route;
  readonly strike: InjectedFault | undefined;
}

async function handle(app: App, { exchange, route, strike }: Job): Promise<SandboxResponse> {
  const endpoint = endpoints[route.name];
  try {
    requireKey(exchange.incoming, app.apiKey);
    app.limiter(
      'rateGroup' in endpoint ? endpoint.rateGroup : undefined,
      app.apiKey,
      app.service.nowMs(),
    );
    await app.settleReview();
    const beforeAct = async (): Promise<void> => {
      if (strike?.kind.stage === 'between') await strike.kind.play(exchange, strike.seconds);
    };
    const body = await handlers[route.name]({
      incoming: exchange.incoming,
      params: route.params,
      service: app.service,
      beforeAct,
    });
    return { status: endpoint.answer.status, body };
  } catch (error) {
    if (error instanceof SandboxError) return refusalAnswer(error);
    throw error;
  }
}

function bug(): SandboxResponse {
  return { status: 500, body: envelope('internal_error', 'Unexpected server error.', 500) };
}

function logLine(
  { method, url }: IncomingMessage,
  outgoing: ServerResponse,
  note: readonly string[],
): string {
  const outcome = outgoing.writableFinished ? String(outgoing.statusCode) : 'connection closed';
  return [method, url, outcome, ...(note.length === 0 ? [] : [`(${note.join(', ')})`])].join(' ');
}
