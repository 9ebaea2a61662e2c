/** What the tests of the API client share. */
import { createClient, type Client } from '../../src/api/client.ts';
import type { NetworkFailure } from '../../src/api/failure.ts';
import type { ClientOptions } from '../../src/api/pipeline.ts';
import { LumioError } from '../../src/errors.ts';
import { fakeClock } from '../support/clock.ts';

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

/** A request whose response was lost. */
export const lost: NetworkFailure = {
  kind: 'failure',
  error: new LumioError('network', { code: 'connection_lost', message: 'Lost.' }),
  sent: 'all',
  isFinal: false,
};
/** A request that hasn't reached the server. */
export const unsent: NetworkFailure = { ...lost, sent: 'nothing' };

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
