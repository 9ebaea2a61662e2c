/** Waiting and aborting. */
import { setTimeout as delay } from 'node:timers/promises';

/** Rejects with the signal's reason as soon as it aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/**
 * A controller that another signal aborts too.
 * @returns `unlink` removes the listener: `AbortSignal.any` leaves one on a long-lived signal
 */
export function linkedController(signal: AbortSignal): {
  readonly controller: AbortController;
  unlink(this: void): void;
} {
  const controller = new AbortController();
  const forward = (): void => controller.abort(signal.reason);
  if (signal.aborted) forward();
  else signal.addEventListener('abort', forward, { once: true });
  return { controller, unlink: () => signal.removeEventListener('abort', forward) };
}

/** Calls `create` once, on the first call. */
export function once<Value>(create: () => Promise<Value>): () => Promise<Value> {
  let created: Promise<Value> | undefined;
  return () => (created ??= create());
}
