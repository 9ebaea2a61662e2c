/** Creates the client of the command line from the library's options. Loaded at the first call. */
import { setMaxListeners } from 'node:events';
import { baseUrl, defaultMaxWaitMs, defaultTimeoutMs, parseApiUrl } from '../api/api-url.ts';
import type { Client } from '../api/client.ts';
import { LumioError } from '../errors.ts';
import { version } from '../../package.json';
import { type Environment, clock, readEnvironment } from './environment.ts';
import type { ClientOptions, Signal } from './types.ts';

/** What calls use until one of the signals aborts. */
export interface Connection {
  readonly client: Client;
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly signal: AbortSignal;
  readonly environment: Environment;
  /** Ends pending calls and removes the listeners. */
  close(this: void): void;
  /** @throws what a callback of the caller threw; this also closed the connection */
  throwCallbackError(this: void): void;
}

/**
 * @param signals each of them closes the connection
 * @throws LumioError auth without a key, usage for a URL that can't be the API's
 */
export async function connect(
  options: ClientOptions,
  signals: readonly (Signal | undefined)[],
): Promise<Connection> {
  const [{ createClient }, { environmentCredential, noKeyError }] = await Promise.all([
    import('../api/client.ts'),
    import('../auth/credentials.ts'),
  ]);
  const environment = {
    ...readEnvironment(),
    ...(options.env === undefined ? {} : { env: options.env }),
  };
  const apiKey = options.apiKey ?? environmentCredential(environment.env)?.key;
  if (apiKey === undefined) throw noKeyError();
  const { signal, close } = linked(signals);
  const { guard, throwCallbackError } = callbackGuard(close);
  const apiUrl = parseApiUrl(options.apiUrl ?? (environment.env['LUMIO_API_URL'] || baseUrl));
  const client = createClient({
    baseUrl: apiUrl,
    apiKey,
    userAgent: `lumio-client/${version} node/${environment.nodeVersion} ${environment.platform}`,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    maxWaitMs: options.maxWaitMs ?? defaultMaxWaitMs,
    env: environment.env,
    clock,
    signal,
    trace: guard(options.trace),
    pause: (wait) => {
      guard(options.onRetry)?.(wait);
      return clock.sleep(wait.ms, signal);
    },
  });
  signal.addEventListener('abort', () => void client.close(), { once: true });
  return { client, apiUrl, apiKey, signal, environment, close, throwCallbackError };
}

/** A signal whose reason is a LumioError, so that errors can report what may have taken effect. */
function linked(signals: readonly (Signal | undefined)[]): {
  signal: AbortSignal;
  close: () => void;
} {
  const controller = new AbortController();
  // Every pending call adds a listener.
  setMaxListeners(0, controller.signal);
  const listeners = signals.flatMap((source) => {
    if (source === undefined) return [];
    // Any number of calls may share it, and each removes its listener.
    if (source instanceof EventTarget) setMaxListeners(0, source);
    const listener = (): void => close(source.reason);
    source.addEventListener('abort', listener);
    return [{ source, listener }];
  });
  // Unlike AbortSignal.any, this leaves no listeners on long-lived signals.
  const close = (reason?: unknown): void => {
    for (const { source, listener } of listeners) source.removeEventListener('abort', listener);
    const message = 'The call was aborted.';
    controller.abort(
      reason instanceof LumioError
        ? reason
        : new LumioError('interrupted', { code: 'aborted', message, cause: reason }),
    );
  };
  const aborted = signals.find((source) => source?.aborted);
  if (aborted !== undefined) close(aborted.reason);
  return { signal: controller.signal, close: () => close() };
}

/** An error in a callback ends the calls, instead of counting as a network error. */
function callbackGuard(close: () => void) {
  const thrown: unknown[] = [];
  const fail = (error: unknown): void => {
    thrown.push(error);
    close();
  };
  return {
    /** The callback may be asynchronous. */
    guard: <Args extends readonly unknown[]>(callback: ((...args: Args) => void) | undefined) =>
      callback === undefined
        ? undefined
        : (...args: Args): void => {
            const run = async (): Promise<void> => callback(...args);
            run().catch(fail);
          },
    throwCallbackError(): void {
      if (thrown.length > 0) throw thrown[0];
    },
  };
}
