/** What the handlers of the endpoints work with. */
import type { IncomingMessage } from 'node:http';
import { SandboxError } from './errors.ts';
import type { Route } from './router.ts';
import type { ExtensionRecord, State } from './state.ts';
import { type Store, findExtension } from './store.ts';

export interface Service {
  readonly store: Store;
  readonly nowMs: () => number;
  /** A path for a bundle on its way in, a new one for each call. */
  readonly temporaryPath: () => string;
  readonly maxBundleBytes: number;
  /** Aborted when the sandbox closes. */
  readonly closing: AbortSignal;
  readonly keepBundle: (from: string, extensionId: string, version: string) => Promise<void>;
  readonly dropBundles: (extensionId: string) => Promise<void>;
}

/** One request on its way through a handler. */
export interface Call {
  readonly incoming: IncomingMessage;
  readonly params: Route['params'];
  readonly service: Service;
  /** Awaited between reading the body and acting on it; a fault may hold it up. */
  readonly beforeAct: () => Promise<void>;
}

/** Handles a request: the body of the success answer, undefined for 204; a thrown Refusal is the answer of a failure. */
export type Handler = (call: Call) => Promise<unknown>;

/**
 * A handler in two steps, so that a request has been read completely before it changes anything.
 * @param receive reads and checks the body
 * @param act does what is asked
 */
export function handler<Body>(
  receive: (call: Call) => Promise<Body>,
  act: (call: Call, body: Body) => unknown,
): Handler {
  return async (call) => {
    const body = await receive(call);
    await call.beforeAct();
    return act(call, body);
  };
}

/** For requests without a body. */
export const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/**
 * The extension of that id.
 * @throws Refusal 404 in the words of the page
 */
export function requireExtension(state: State, id: string): ExtensionRecord {
  const extension = findExtension(state, id);
  if (extension !== undefined) return extension;
  throw new SandboxError(
    'extension_not_found',
    `Extension ${id} does not exist or you do not have access to it.`,
  );
}
