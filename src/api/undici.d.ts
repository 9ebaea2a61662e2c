/**
 * The two files of undici that are used, typed as far as they are used. All of undici costs a start twice as much as these (fetch,
 * WebSocket, caches, mocks), and its package has no entry for less.
 */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';

  export default Pool;
}

declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici';

  interface RequestOptions {
    readonly method: string;
    readonly path: string;
    readonly headers: Record<string, string>;
    /** undici takes async iterables too, which its own declaration leaves out. */
    readonly body: Uint8Array | AsyncIterable<Uint8Array> | null;
    readonly signal: AbortSignal;
  }

  export default function request(
    this: Dispatcher,
    options: RequestOptions,
  ): Promise<Dispatcher.ResponseData>;
}
