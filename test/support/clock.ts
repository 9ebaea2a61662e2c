/** A clock on which nobody waits: sleeping moves it, so that minutes of polling take no time and always the same course. */
import type { Clock } from '../../src/host.ts';

export interface AutoAdvancingClock extends Clock {
  /** Each sleep in milliseconds, in order. */
  readonly sleeps: readonly number[];
  /** Sets the time of day back, as a user or a time server does. */
  setBack(ms: number): void;
}

export function autoAdvancingClock(start = '2026-05-01T12:00:00Z'): AutoAdvancingClock {
  let wallMs = Date.parse(start);
  let monotonicMs = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => wallMs,
    monotonicMs: () => monotonicMs,
    random: () => 0.5,
    setBack: (ms) => {
      wallMs -= ms;
    },
    async sleep(ms, signal) {
      signal.throwIfAborted();
      sleeps.push(ms);
      // A turn of the event loop, so that servers in this process get theirs.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      wallMs += ms;
      monotonicMs += ms;
    },
  };
}

/** A clock by hand: time passes only in `pass`. */
export function manualClock(): Clock & { pass(ms: number): Promise<void> } {
  let now = 0;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => now,
    monotonicMs: () => now,
    random: () => 0,
    sleep: (ms: number) =>
      new Promise<void>((wake) => void sleepers.add({ until: now + ms, wake })),
    /** In steps, so that whoever woke can go back to sleep. */
    async pass(ms: number) {
      for (const end = now + ms; now < end;) {
        now += 10;
        const due = [...sleepers].filter(({ until }) => until <= now);
        for (const sleeper of due) if (sleepers.delete(sleeper)) sleeper.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
