/** Surfaces, sinks and clocks that the tests of this room share. */
import type { Clock, OutputStream } from '../../src/host.ts';
import type { TerminalInfo } from '../../src/terminal/detect.ts';
import { type Redact, createRedact } from '../../src/terminal/redact.ts';

/** A moment after the examples of the API page. */
export const nowMs = Date.parse('2026-05-01T12:03:00Z');

export const pipe: TerminalInfo = {
  isTerminal: false,
  columns: 80,
  color: false,
  unicode: true,
  nowMs,
  redact: createRedact(),
  isGitHubActions: false,
};

/** A terminal of 80 columns without colour, with Unicode. */
export function terminal(over: Partial<TerminalInfo> = {}): TerminalInfo {
  return {
    isTerminal: true,
    columns: 80,
    color: false,
    unicode: true,
    nowMs,
    redact: createRedact(),
    isGitHubActions: false,
    ...over,
  };
}

/** A stream that keeps what was written. */
export function recordingSink(columns?: number): { stream: OutputStream; text: () => string } {
  let written = '';
  const write = async (chunk: string | Uint8Array): Promise<void> => {
    written += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
  };
  return {
    stream: { isTerminal: columns !== undefined, columns: () => columns, write },
    text: () => written,
  };
}

/** Time passes only in `sleep`, which rejects when the signal is aborted by then. */
export function fakeClock(
  onSleep: (ms: number) => void = () => undefined,
): Clock & { pass: (ms: number) => void } {
  let now = nowMs;
  const pass = (ms: number): void => {
    now += ms;
  };
  return {
    now: () => now,
    monotonicMs: () => now,
    random: () => 0,
    pass,
    sleep: async (ms, signal) => {
      onSleep(ms);
      pass(ms);
      signal.throwIfAborted();
    },
  };
}

/** Masks these values. */
export function redactOf(...secrets: readonly string[]): Redact {
  const redact = createRedact();
  for (const secret of secrets) redact.addSecret(secret);
  return redact;
}
