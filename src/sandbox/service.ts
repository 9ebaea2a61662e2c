/** What endpoint handlers share. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { SandboxError, invalid } from './response.ts';
import type { Route } from './request.ts';
import { type ExtensionRecord, type State, type Store, findExtension } from './state.ts';

export interface Service {
  readonly store: Store;
  readonly nowMs: () => number;
  readonly maxBundleBytes: number;
  readonly idempotency: Idempotency;
  /** Aborted when the sandbox closes. */
  readonly closing: AbortSignal;
  readonly keepBundle: (bundle: Uint8Array, extensionId: string, version: string) => Promise<void>;
  readonly deleteBundles: (extensionId: string) => Promise<void>;
}

export interface Call {
  readonly incoming: IncomingMessage;
  readonly params: Route['params'];
  readonly service: Service;
  /** Applies a fault between reading the request and acting on it. */
  readonly beforeCommit: () => Promise<void>;
}

/** @returns the body of a success, undefined for 204 @throws SandboxError for a failure */
export type Handler = (call: Call) => Promise<unknown>;

/** A handler in two steps, so that nothing changes before the request is read and checked. */
export function handler<Body>(
  read: (call: Call) => Promise<Body>,
  commit: (call: Call, body: Body) => unknown,
): Handler {
  return async (call) => {
    const body = await read(call);
    await call.beforeCommit();
    return commit(call, body);
  };
}

export const withoutBody = (): Promise<undefined> => Promise.resolve(undefined);

/** @throws SandboxError 404, worded as on the API page */
export function requireExtension(state: State, id: string): ExtensionRecord {
  const extension = findExtension(state, id);
  if (extension !== undefined) return extension;
  throw new SandboxError(
    'extension_not_found',
    `Extension ${id} does not exist or you do not have access to it.`,
  );
}

/**
 * `Idempotency-Key`: a repeated request gets the response of the first one and changes nothing.
 * As in the IETF draft (draft-ietf-httpapi-idempotency-key-header), the same key with another
 * request is an error. Failed requests aren't remembered. Runs `commit` unless a request with the
 * same key did, or is doing it.
 */
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
