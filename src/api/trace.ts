/** What `--verbose` shows of the traffic: a line per request and per answer, never a body, never the key. */
import type { NetworkFailure } from './failure.ts';
import { sizeOf, type HttpResponse, type HttpRequest, type Transport } from './http.ts';
import { requestIdOf } from './errors.ts';
import { formatBytes } from '../shared/byte-size.ts';
import { formatDuration } from '../shared/duration.ts';
import { excerpt } from './excerpt.ts';

interface Tracing {
  readonly origin: string;
  readonly apiKey: string;
  readonly now: () => number;
  readonly write: (line: string) => void;
}

/** Tells of each request that goes through a transport and of what came of it. */
export function traced(transport: Transport, { origin, apiKey, now, write }: Tracing): Transport {
  const tell = (line: string): void => write(line.replaceAll(apiKey, '***'));
  return {
    close: transport.close,
    send: async (request) => {
      const startMs = now();
      tell(`> ${request.method} ${origin}${request.path} (${describeRequest(request)})`);
      const outcome = await transport.send(request);
      tell(`< ${describeOutcome(outcome)} after ${formatDuration(now() - startMs)}`);
      return outcome;
    },
  };
}

function describeRequest({ headers, body }: HttpRequest): string {
  const shown = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (body === undefined) return shown.join(', ');
  return [...shown, `content-type: ${body.contentType}`, formatBytes(sizeOf(body))].join(', ');
}

function describeOutcome(outcome: HttpResponse | NetworkFailure): string {
  if (outcome.kind === 'failure') return outcome.error.message.replace(/\.$/, '');
  const { status, headers, body } = outcome;
  const id = requestIdOf(outcome);
  const notes = [
    headers['content-type'] ?? 'no content type',
    formatBytes(body.length),
    headers['retry-after'] === undefined ? '' : `retry-after: ${headers['retry-after']}`,
    headers['location'] === undefined ? '' : `location: ${headers['location']}`,
    id === undefined ? '' : `request id ${id}`,
  ];
  return excerpt(`${status} (${notes.filter((note) => note !== '').join(', ')})`, 500);
}
