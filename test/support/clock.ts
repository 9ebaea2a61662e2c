/** Clocks for tests. */
import type { Clock } from '../../src/host.ts';
import { sleep as realSleep } from '../../src/shared/async.ts';

export const startMs = Date.parse('2026-05-01T12:00:00Z');

export interface FakeClock extends Clock {
  /** Each sleep in milliseconds, in order. */
  readonly sleeps: readonly number[];
  /** Moves both clocks forward and wakes sleepers in their order. */
  advance(ms: number): Promise<void>;
  /** Sets the time of day back, as a user or a time server does. */
  setBack(ms: number): void;
}

export interface FakeClockOptions {
  /** Milliseconds since 1970. */
  readonly startMs?: number;
  /** Sleeps last until `advance`. By default a sleep moves the time forward and resolves. */
  readonly manual?: boolean;
}

/** A clock that doesn't depend on real time. */
export function fakeClock({
  startMs: start = startMs,
  manual = false,
}: FakeClockOptions = {}): FakeClock {
  let monotonicMs = 0;
  let wallMs = start;
  const sleeps: number[] = [];
  const sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();
  const wait = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      sleepers.add({ untilMs: monotonicMs + ms, wake: resolve });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  const pass = (ms: number): void => {
    monotonicMs += ms;
    wallMs += ms;
  };
  const advance = async (ms: number): Promise<void> => {
    const endMs = monotonicMs + ms;
    for (let next = firstOf(sleepers, endMs); next; next = firstOf(sleepers, endMs)) {
      sleepers.delete(next);
      pass(next.untilMs - monotonicMs);
      next.wake();
      await turn();
    }
    pass(endMs - monotonicMs);
  };
  return {
    sleeps,
    now: () => wallMs,
    monotonicMs: () => monotonicMs,
    random: () => 0.5,
    advance,
    setBack: (ms) => {
      wallMs -= ms;
    },
    async sleep(ms, signal) {
      signal.throwIfAborted();
      sleeps.push(ms);
      if (manual) return wait(ms, signal);
      // Servers in this process get a turn, too.
      await turn();
      signal.throwIfAborted();
      pass(ms);
    },
  };
}

/** A clock during whose n-th pause `signal` is aborted, as by Ctrl-C. */
export function interruptedClock(
  clock: Clock,
  { pause, reason }: { pause: number; reason: unknown },
): { clock: Clock; signal: AbortSignal } {
  const controller = new AbortController();
  let pauses = 0;
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    pauses += 1;
    if (pauses === pause) controller.abort(reason);
    await clock.sleep(ms, signal);
  };
  return { clock: { ...clock, sleep }, signal: controller.signal };
}

function firstOf<Sleeper extends { readonly untilMs: number }>(
  sleepers: ReadonlySet<Sleeper>,
  endMs: number,
): Sleeper | undefined {
  const due = [...sleepers].filter(({ untilMs }) => untilMs <= endMs);
  return due.toSorted((one, other) => one.untilMs - other.untilMs)[0];
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export const realClock: Clock = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  random: Math.random,
  sleep: realSleep,
};

export interface FastClock extends Clock {
  /** Resolves when nothing sleeps. */
  idle(): Promise<void>;
}

/**
 * A clock that is 10 times as fast as real time, for client and server in one process. If the
 * process gets no CPU time, the clock doesn't advance: what happens first with time to spare also
 * happens first on a busy machine.
 */
export function fastClock(): FastClock {
  const speed = 10;
  const tickMs = 10;
  let elapsedMs = 0;
  let lastMs = performance.now();
  const monotonicMs = (): number => {
    const realMs = performance.now();
    elapsedMs += Math.min(realMs - lastMs, 2 * tickMs) * speed;
    lastMs = realMs;
    return elapsedMs;
  };
  let sleepers = 0;
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    const untilMs = monotonicMs() + ms;
    sleepers += 1;
    try {
      while (monotonicMs() < untilMs) await realSleep(tickMs, signal);
    } finally {
      sleepers -= 1;
    }
  };
  return {
    now: () => Math.round(startMs + monotonicMs()),
    monotonicMs,
    random: () => 0.5,
    sleep,
    idle: async () => {
      while (sleepers > 0) await new Promise((resolve) => void setTimeout(resolve, tickMs));
    },
  };
}
