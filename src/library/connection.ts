/** From the library's options to the client that the command line uses too; loaded at the first call. */
import { setMaxListeners } from 'node:events';
import { baseUrl, defaultMaxWaitMs, defaultTimeoutMs } from '../api/api-url.ts';
import type { Client } from '../api/client.ts';
import { LumioError } from '../errors.ts';
import type { Clock } from '../host.ts';
import { sleep } from '../shared/async.ts';
import { version } from '../shared/version.ts';
import { type Environment, environment } from './environment.ts';
import type { ClientOptions } from './types.ts';

/** What a call works with. */
export interface Connection {
  readonly client: Client;
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly signal: AbortSignal;
  readonly world: Environment;
}

export const clock: Clock = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  sleep,
  random: Math.random,
};

/**
 * @param signals each of them ends the calls
 * @throws LumioError auth without a key, usage for an address that can't be the API's
 */
export async function connect(
  options: ClientOptions,
  signals: readonly (AbortSignal | undefined)[],
): Promise<Connection> {
  const [{ createClient }, { parseApiUrl }, { noKeyError, resolveCredential }] = await Promise.all([
    import('../api/client.ts'),
    import('../api/api-url.ts'),
    import('../auth/credentials.ts'),
  ]);
  const world = { ...environment(), ...(options.env === undefined ? {} : { env: options.env }) };
  const apiKey = options.apiKey ?? resolveCredential({ env: world.env, profile: 'default' })?.key;
  if (apiKey === undefined) throw noKeyError();
  const signal = interruption(signals);
  const apiUrl = parseApiUrl(options.apiUrl ?? (world.env['LUMIO_API_URL'] || baseUrl));
  const client = createClient({
    baseUrl: apiUrl,
    apiKey,
    userAgent: `lumio-client/${version} node/${world.nodeVersion} ${world.platform}`,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    maxWaitMs: options.maxWaitMs ?? defaultMaxWaitMs,
    env: world.env,
    clock,
    signal,
    trace: options.trace,
    pause: (wait) => {
      options.onRetry?.(wait);
      return clock.sleep(wait.ms, signal);
    },
  });
  return { client, apiUrl, apiKey, signal, world };
}

/** The house wants a LumioError as the reason: so it can tell what an abort left undone. The caller's own reason is its cause. */
function interruption(signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const controller = new AbortController();
  // Every call that is under way listens, and any number may be.
  setMaxListeners(0, controller.signal);
  const any = AbortSignal.any(signals.filter((signal) => signal !== undefined));
  const stop = (): void =>
    controller.abort(
      new LumioError('interrupted', {
        code: 'aborted',
        message: 'The call was aborted.',
        cause: any.reason,
      }),
    );
  if (any.aborted) stop();
  else any.addEventListener('abort', stop, { once: true });
  return controller.signal;
}
