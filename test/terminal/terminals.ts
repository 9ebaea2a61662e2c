/** Terminals and streams for the tests of this directory. */
import type { OutputStream } from '../../src/host.ts';
import type { TerminalInfo } from '../../src/terminal/detect.ts';
import { type Redact, createRedact } from '../../src/terminal/redact.ts';

/** Later than the times in examples of the API documentation. */
export const nowMs = Date.parse('2026-05-01T12:03:00Z');

/** A terminal of 80 columns without color, with Unicode. */
export function terminal(over: Partial<TerminalInfo> = {}): TerminalInfo {
  return {
    isTerminal: true,
    columns: 80,
    color: false,
    unicode: true,
    nowMs,
    redact: createRedact(),
    isRunner: false,
    ...over,
  };
}

export const pipe = terminal({ isTerminal: false });

/** A stream that records what is written. */
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

/** Masks these values. */
export function redactOf(...secrets: readonly string[]): Redact {
  const redact = createRedact();
  for (const secret of secrets) redact.addSecret(secret);
  return redact;
}
