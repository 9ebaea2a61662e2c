/** The transport that calls use: follows redirects and writes the lines of --verbose. */
import { LumioError } from '../errors.ts';
import { formatBytes } from '../shared/byte-size.ts';
import { formatDuration } from '../shared/duration.ts';
import { requestIdOf } from './errors.ts';
import type { NetworkFailure } from './failure.ts';
import { excerpt } from './excerpt.ts';
import type { HttpResponse, HttpRequest, Transport } from './http.ts';
import { sizeOf } from './request-body.ts';
import { isUnprocessed } from './retry.ts';

const maxRedirects = 5;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Follows redirects (RFC 9110 section 15.4) within the API's origin if the method stays the same.
 * Any other redirect is returned.
 */
export function withRedirects(transport: Transport, origin: string): Transport {
  return {
    close: transport.close,
    send: async (request) => {
      let { path } = request;
      for (let count = 0; count <= maxRedirects; count += 1) {
        const outcome = await transport.send({ ...request, path });
        const next = redirectPath(request, outcome, new URL(path, origin));
        if (next === undefined) return outcome;
        path = next;
      }
      return redirectLoop(request);
    },
  };
}

function redirectPath(
  { method }: HttpRequest,
  outcome: HttpResponse | NetworkFailure,
  from: URL,
): string | undefined {
  if (outcome.kind === 'failure') return undefined;
  const { status, headers } = outcome;
  if (method !== 'GET' && !isUnprocessed(status)) return undefined;
  const location = headers['location'] ?? 'http://[';
  if (!redirectStatuses.has(status) || !URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from);
  return target.origin === from.origin ? `${target.pathname}${target.search}` : undefined;
}

function redirectLoop({ method, path }: HttpRequest): NetworkFailure {
  const name = `${method} ${path.split('?', 1)[0] ?? ''}`;
  const error = new LumioError('unexpected_response', {
    code: 'redirected',
    message: `${name} was redirected more than ${maxRedirects} times within the API.`,
    hint: 'Check that --api-url points to the Lumio API.',
  });
  return { kind: 'failure', error, sent: 'all', isFinal: true, isTimeout: false };
}

interface Tracing {
  readonly origin: string;
  readonly apiKey: string;
  readonly now: () => number;
  readonly write: (line: string) => void;
}

/** Writes a line per request and per response, without bodies and with the key masked. */
export function withTrace(transport: Transport, tracing: Tracing): Transport {
  const { origin, apiKey, now } = tracing;
  const write = (line: string): void => tracing.write(line.replaceAll(apiKey, '***'));
  return {
    close: transport.close,
    send: async (request) => {
      const startMs = now();
      write(`> ${request.method} ${origin}${request.path} (${describeRequest(request)})`);
      const outcome = await transport.send(request);
      write(`< ${describeOutcome(outcome)} after ${formatDuration(now() - startMs)}`);
      return outcome;
    },
  };
}

/** The values of other headers come from users and may be secrets. */
const shownHeaders: ReadonlySet<string> = new Set([
  'accept',
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

function describeOutcome(outcome: HttpResponse | NetworkFailure): string {
  if (outcome.kind === 'failure') return outcome.error.message.replace(/\.$/, '');
  const { status, headers, body } = outcome;
  const id = requestIdOf(outcome);
  const notes = [
    headers['content-type'] ?? 'no content type',
    formatBytes(body.length),
    ...['retry-after', 'location'].flatMap((name) =>
      headers[name] === undefined ? [] : [`${name}: ${headers[name]}`],
    ),
    ...(id === undefined ? [] : [`request id ${id}`]),
  ];
  return excerpt(`${status} (${notes.join(', ')})`, 500);
}
