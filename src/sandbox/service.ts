/** What endpoint handlers share. */
import type { IncomingMessage } from 'node:http';
import { SandboxError } from './errors.ts';
import type { Idempotency } from './idempotency.ts';
import type { Route } from './router.ts';
import { type ExtensionRecord, type State, type Store, findExtension } from './state.ts';

export interface Service {
  readonly store: Store;
  readonly nowMs: () => number;
  /** A new path for a bundle that is being received. */
  readonly temporaryPath: () => string;
  readonly maxBundleBytes: number;
  readonly idempotency: Idempotency;
  /** Aborted when the sandbox closes. */
  readonly closing: AbortSignal;
  readonly keepBundle: (from: string, extensionId: string, version: string) => Promise<void>;
  readonly deleteBundles: (extensionId: string) => Promise<void>;
}

/** One request to a handler. */
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
