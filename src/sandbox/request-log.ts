import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatDuration } from '../shared/quantities.ts';
import type { RequestLogEntry } from './public-types.ts';

/** What handling a request adds to its entry. */
export type RequestNotes = { -readonly [Key in 'fault' | 'error']: RequestLogEntry[Key] };

/** Logs a request when its connection is done with it. */
export function logRequest(
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
