/** The sandbox: the whole Developer REST API on this machine, on loopback only. */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { type Server, createServer } from 'node:http';
import { LumioError, systemCode } from '../errors.ts';
import type { Clock } from '../host.ts';
import { type App, handleRequest } from './app.ts';
import { type Fault, createFaultPlan } from './faults.ts';
import { createRateLimiter } from './limits.ts';
import type { Linked } from './linked-extension.ts';
import { instanceHeader, startingStatus } from './lock.ts';
import { type ReviewPolicy, isReviewDue, review } from './review.ts';
import { basePath } from './router.ts';
import { type Storage, openStorage } from './storage.ts';
import { sendBadRequest } from './send-response.ts';

/** Largest bundle unless the options say otherwise: the largest of the sizes that the vendor's pages name. */
const defaultMaxBundleBytes = 100 * 1024 * 1024;

export interface SandboxOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly apiKey: string;
  /** Absolute path of the folder that keeps state and bundles; without it all is gone at the end. */
  readonly dataDir?: string | undefined;
  /** Parsed JSON of a seed; see `state.ts` for its form. Without it the API page's example is there. */
  readonly seed?: unknown;
  /** The extension of the user's own project, which is added where the state lacks it. */
  readonly linked?: Linked | undefined;
  readonly reviewMode: ReviewPolicy['mode'];
  readonly reviewAfterMs: number;
  /** Factor on the page's limits, or `off`. */
  readonly rateLimit: number | 'off';
  readonly latencyMs: number;
  readonly faults: readonly Fault[];
  readonly clock: Clock;
  /** Where bundles are checked when there is no data folder. */
  readonly tempDir: string;
  /** Largest bundle in bytes; 100 MiB unless given. */
  readonly maxBundleBytes?: number | undefined;
  /** One line per request, for people. */
  readonly log?: ((line: string) => void) | undefined;
}

export interface Sandbox {
  /** Base URL of the API: `http://127.0.0.1:PORT/developer/v1`. */
  readonly url: string;
  readonly apiKey: string;
  readonly port: number;
  /** The `linked` extension, where it was added. */
  readonly added: string | undefined;
  /** Cuts what is running, waits until the last change is saved, removes temporary files, frees the data folder. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a sandbox on 127.0.0.1.
 * @throws LumioError `usage` when the port can't be had or the seed is wrong, `refused` when the data folder can't be used
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { apiKey, dataDir, seed, linked, tempDir, clock } = options;
  const instance = randomUUID();
  const running = new Set<Promise<void>>();
  let app: App | undefined;
  const server = createServer({ requestTimeout: 0 }, (incoming, outgoing) => {
    outgoing.setHeader(instanceHeader, instance);
    if (app === undefined) return void outgoing.writeHead(startingStatus).end();
    const answered = handleRequest(app, incoming, outgoing).finally(() => running.delete(answered));
    return void running.add(answered);
  });
  server.on('clientError', sendBadRequest);
  const port = await listen(server, options.port);
  const storage = await openStorage({
    dataDir,
    seed,
    linked,
    tempDir,
    nowMs: clock.now(),
    owner: { port, instance },
  }).catch(async (error: unknown) => {
    await stop(server);
    throw error;
  });
  const closing = new AbortController();
  // Every request that is running listens, and any number may run.
  setMaxListeners(0, closing.signal);
  app = createApp(options, storage, closing.signal);
  const close = async (): Promise<void> => {
    closing.abort(new Error('The sandbox closes.'));
    app = undefined;
    server.closeAllConnections();
    await Promise.allSettled(running);
    // Only now: whoever wants the folder asks here whether it is still in use.
    await storage.release();
    await stop(server);
  };
  return { url: `http://127.0.0.1:${port}${basePath}`, apiKey, port, added: storage.added, close };
}

function createApp(options: SandboxOptions, storage: Storage, closing: AbortSignal): App {
  const { apiKey, clock, latencyMs, reviewMode, reviewAfterMs, log = () => undefined } = options;
  const { store } = storage;
  const policy: ReviewPolicy = { mode: reviewMode, afterMs: reviewAfterMs };
  const settleReview = async (): Promise<void> => {
    const nowMs = clock.now();
    if (isReviewDue(store.state(), policy, nowMs))
      await store.update((draft) => review(draft, policy, nowMs));
  };
  return {
    apiKey,
    latencyMs,
    log,
    settleReview,
    service: {
      ...storage,
      nowMs: () => clock.now(),
      maxBundleBytes: options.maxBundleBytes ?? defaultMaxBundleBytes,
      closing,
    },
    limiter: createRateLimiter(options.rateLimit),
    strikeOf: createFaultPlan(options.faults),
    sleep: (ms) => clock.sleep(ms, closing),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portRefused(port, error)));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function portRefused(port: number, error: Error): LumioError {
  const code = systemCode(error) ?? error.message;
  return new LumioError('usage', {
    code: code === 'EADDRINUSE' ? 'port_in_use' : 'port_refused',
    message:
      code === 'EADDRINUSE'
        ? `Port ${port} of this machine is in use.`
        : `This machine does not let lumio listen on port ${port} (${code}).`,
    hint: 'Take another with --port, or --port 0 for any free one.',
    cause: error,
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
