/**
 * `Idempotency-Key`: a repeated request gets the response of the first one and changes nothing.
 * As in the draft of the IETF (draft-ietf-httpapi-idempotency-key-header), the same key with another
 * request is an error. Failed requests are not remembered.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { invalid } from './errors.ts';

/** Runs `commit` unless a request with the same key did, or is doing it. */
export type Idempotency = (
  incoming: IncomingMessage,
  request: unknown,
  commit: () => Promise<unknown>,
) => Promise<unknown>;

const maxKeys = 1000;
const maxKeyLength = 255;

export function createIdempotency(): Idempotency {
  const known = new Map<string, { fingerprint: string; response: Promise<unknown> }>();
  return (incoming, request, commit) => {
    const key = incoming.headers['idempotency-key'];
    if (typeof key !== 'string') return commit();
    if (key === '' || key.length > maxKeyLength)
      throw invalid('Idempotency-Key', `must have 1 to ${maxKeyLength} characters`);
    const id = `${incoming.url ?? ''} ${key}`;
    const fingerprint = createHash('sha256').update(JSON.stringify(request)).digest('hex');
    const first = known.get(id);
    if (first !== undefined && first.fingerprint !== fingerprint)
      throw invalid('Idempotency-Key', 'was used for a different request');
    if (first !== undefined) return first.response;
    const response = commit();
    known.set(id, { fingerprint, response });
    response.catch(() => known.delete(id));
    const [oldest] = known.keys();
    if (known.size > maxKeys && oldest !== undefined) known.delete(oldest);
    return response;
  };
}
