/** What the tests of the API client share. */
import { createClient, type Client } from '../../src/api/client.ts';
import type { ClientOptions } from '../../src/api/pipeline.ts';
import { LumioError } from '../../src/errors.ts';
import type { Clock } from '../../src/host.ts';

export interface FakeClock extends Clock {
  readonly waits: readonly number[];
}

/** A clock whose time passes only by sleeping, at once. `random` is always 0.5. */
export function fakeClock(): FakeClock {
  const waits: number[] = [];
  let nowMs = Date.parse('2026-05-01T12:00:00Z');
  return {
    waits,
    now: () => nowMs,
    monotonicMs: () => nowMs,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
      nowMs += ms;
    },
  };
}

export const apiKey = 'lm_dev_canary';

function clientOptions(origin: string, changes: Partial<ClientOptions> = {}): ClientOptions {
  return {
    baseUrl: `${origin}/developer/v1`,
    apiKey,
    userAgent: 'lumio/test',
    timeoutMs: 5000,
    maxWaitMs: 60_000,
    env: {},
    clock: fakeClock(),
    signal: new AbortController().signal,
    ...changes,
  };
}

export function testClient(origin: string, changes: Partial<ClientOptions> = {}): Client {
  return createClient(clientOptions(origin, changes));
}

/** The LumioError that a promise rejects with, reduced to what tables compare. */
export async function problemOf(promise: Promise<unknown>): Promise<LumioError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof LumioError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

export function thrownBy(act: () => unknown): LumioError {
  try {
    act();
  } catch (error) {
    if (error instanceof LumioError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
