/** Writes the lines of --verbose, and follows redirects within the API. */
import { LumioError } from '../errors.ts';
import { excerpt } from '../terminal/printable.ts';
import type { Clock } from '../host.ts';
import { formatBytes, formatDuration } from '../shared/quantities.ts';
import { shownApiUrl } from './api-url.ts';
import { requestIdOf } from './errors.ts';
import {
  createTransport,
  type HttpRequest,
  type Transport,
  type TransportOptions,
} from './http.ts';
import { sizeOf } from './body.ts';
import { preservesMethod, type Outcome } from './retry.ts';

const maxRedirects = 5;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface ClientTransportOptions extends TransportOptions {
  readonly apiKey: string;
  readonly clock: Clock;
  /** Receives a line per request, response and retry, with the key masked. */
  readonly trace?: ((line: string) => void) | undefined;
  /** Called when a request starts. @returns a function to call when it ends */
  readonly onRequest?:
    | ((request: { readonly method: string; readonly path: string }) => () => void)
    | undefined;
}

/**
 * Follows redirects (RFC 9110 section 15.4) within the API's origin if the method stays the same.
 * Any other redirect is returned.
 */
export function createClientTransport(options: ClientTransportOptions) {
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
