/** A clock that runs faster than the one on the wall, for client and server alike, so that what happens first in a minute still happens first. */
import type { Clock } from '../../src/host.ts';

/** So many seconds of this clock pass in one second. */
const speed = 10;

export interface FastClock extends Clock {
  /** Settles when nobody sleeps any more: what a server was to do later is under way. */
  idle(): Promise<void>;
}

export function fastClock(start = '2026-05-01T12:00:00Z'): FastClock {
  const startMs = Date.parse(start);
  const from = performance.now();
  let sleepers = 0;
  const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      sleepers += 1;
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        sleepers -= 1;
        settle();
      };
      const stop = (): void => end(() => reject(signal.reason));
      const timer = setTimeout(() => end(resolve), ms / speed);
      signal.addEventListener('abort', stop);
    });
  return {
    now: () => Math.round(startMs + (performance.now() - from) * speed),
    monotonicMs: () => (performance.now() - from) * speed,
    random: () => 0.5,
    sleep,
    idle: async () => {
      while (sleepers > 0) await new Promise((resolve) => void setTimeout(resolve, 5));
    },
  };
}
