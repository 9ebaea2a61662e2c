/** The sandbox: the Developer REST API on loopback. */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { type RequestListener, type Server, createServer } from 'node:http';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';
import type { Clock } from '../host.ts';
import { type App, handleRequest } from './app.ts';
import { type Fault, createFaultPlan } from './faults.ts';
import { createIdempotency } from './service.ts';
import { createRateLimiter } from './rate-limits.ts';
import { instanceHeader, startingStatus } from './lock.ts';
import { type ReviewPolicy, isReviewDue, review } from './versions.ts';
import type { RequestLogEntry } from './public-types.ts';
import { basePath } from './request.ts';
import type { LinkedExtension } from './seed.ts';
import { type Storage, openStorage } from './storage.ts';
import { sendBadRequest } from './response.ts';

/** The largest of the limits on the vendor's pages. */
const defaultMaxBundleBytes = 100 * 1024 * 1024;

/** Well formed, and always the same, so that scripts can contain it. */
export const sandboxKey = `lm_dev_sandbox_${'0'.repeat(49)}`;

export interface SandboxOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly apiKey: string;
  /** Absolute path of the directory for state and bundles; undefined: in memory. */
  readonly dataDir?: string | undefined;
  /** Parsed JSON of a `SandboxSeed`; undefined: the API page's example. */
  readonly seed?: unknown;
  /** The extensions of the user's projects; added if the state doesn't have them. */
  readonly linked?: readonly LinkedExtension[];
  readonly reviewMode: ReviewPolicy['mode'];
  readonly reviewAfterMs: number;
  /** Multiplies the page's limits. */
  readonly rateLimit: number | 'off';
  readonly latencyMs: number;
  readonly faults: readonly Fault[];
  readonly clock: Clock;
  /** Default: 100 MiB. */
  readonly maxBundleBytes?: number | undefined;
  readonly log?: ((entry: RequestLogEntry) => void) | undefined;
}

export interface Sandbox {
  /** Base URL of the API: `http://127.0.0.1:PORT/developer/v1`. */
  readonly url: string;
  readonly apiKey: string;
  readonly port: number;
  /** IDs or slugs of the `linked` extensions that were added. */
  readonly added: readonly string[];
  /** Drops connections, saves the last change, unlocks the data directory. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a sandbox on 127.0.0.1.
 * @throws LumioError `usage` for an unavailable port or an invalid seed; `refused` for an unusable
 * data directory
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { apiKey, dataDir, seed, linked = [], clock } = options;
  const instance = randomUUID();
  const running = new Set<Promise<void>>();
  let app: App | undefined;
  const serve: RequestListener = (incoming, outgoing) => {
    outgoing.setHeader(instanceHeader, instance);
    if (app === undefined) return void outgoing.writeHead(startingStatus).end();
    const handled = handleRequest(app, incoming, outgoing).finally(() => running.delete(handled));
    return void running.add(handled);
  };
  // Node's own responses to a missing host and to `Expect` don't have the error envelope.
  const server = createServer({ requestTimeout: 0, requireHostHeader: false }, serve);
  server.on('checkExpectation', serve);
  server.on('clientError', sendBadRequest);
  const port = await listen(server, options.port);
  const storage = await openStorage({
    dataDir,
    seed,
    linked,
    nowMs: clock.now(),
    owner: { port, instance },
  }).catch(async (error: unknown) => {
    await stop(server);
    throw error;
  });
  const closing = new AbortController();
  // Every running request adds a listener.
  setMaxListeners(0, closing.signal);
  app = createApp(options, storage, closing.signal);
  const close = async (): Promise<void> => {
    closing.abort(new Error('The sandbox is closing.'));
    app = undefined;
    server.closeAllConnections();
    await Promise.allSettled(running);
    // Another sandbox asks this server whether the directory is still in use.
    await storage.release();
    await stop(server);
  };
  return { url: `http://127.0.0.1:${port}${basePath}`, apiKey, port, added: storage.added, close };
}

function createApp(options: SandboxOptions, storage: Storage, closing: AbortSignal): App {
  const { apiKey, clock, latencyMs, reviewMode, reviewAfterMs, log = () => undefined } = options;
  const { store } = storage;
  const policy: ReviewPolicy = { mode: reviewMode, afterMs: reviewAfterMs };
  const applyReview = async (): Promise<void> => {
    const nowMs = clock.now();
    if (isReviewDue(store.state(), policy, nowMs))
      await store.update((draft) => review(draft, policy, nowMs));
  };
  return {
    apiKey,
    latencyMs,
    log,
    applyReview,
    service: {
      ...storage,
      nowMs: () => clock.now(),
      maxBundleBytes: options.maxBundleBytes ?? defaultMaxBundleBytes,
      idempotency: createIdempotency(),
      closing,
    },
    limiter: createRateLimiter(options.rateLimit),
    nextFault: createFaultPlan(options.faults),
    sleep: (ms) => clock.sleep(ms, closing),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portError(port, error)));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function portError(port: number, error: Error): LumioError {
  const code = systemCode(error);
  return new LumioError('usage', {
    code: code === 'EADDRINUSE' ? 'port_in_use' : 'port_refused',
    message:
      code === 'EADDRINUSE'
        ? `Port ${port} is already in use.`
        : `Can't listen on port ${port} (${systemErrorText(error)}).`,
    hint: 'Specify another port with --port, or --port 0 for any free one.',
    cause: error,
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
