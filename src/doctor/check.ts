/** One check of `lumio doctor`, and what checks need. */
import type { Client } from '../api/client.ts';
import type { GlobalOptions } from '../cli/global-options.ts';
import { type LumioError, asLumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Manifest } from '../project/manifest.ts';

export interface DoctorDeps {
  readonly host: Host;
  readonly globals: GlobalOptions;
  /** Version of lumio. */
  readonly version: string;
  manifest(): Promise<Manifest | undefined>;
  credential(): Promise<{
    readonly key: string;
    readonly label: string;
    readonly hides: readonly string[];
  }>;
  /** Names of the stored profiles. */
  profiles(): Promise<readonly string[]>;
  /** @param apiKey replaces the active key */
  client(apiKey?: string): Promise<Client>;
}

export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found. */
  readonly message: string;
  readonly hint?: string | undefined;
  /** A command that fixes it. */
  readonly next?: string | undefined;
  /** The error that a command would fail with. */
  readonly error?: LumioError;
}

export function ok(name: string, message: string): Check {
  return { name, status: 'ok', message };
}

export function warning(name: string, message: string, hint: string, next?: string): Check {
  return { name, status: 'warning', message, hint, next };
}

export function skipped(name: string, message: string): Check {
  return { name, status: 'skipped', message };
}

/** @param thrown what a command would fail with */
export function failed(name: string, thrown: unknown): Check {
  const error = asLumioError(thrown);
  const { message, hint, next } = error.problem;
  return { name, status: 'failed', message, error, hint, next };
}

/** Turns an exception into a failed check. */
export async function runCheck(name: string, check: () => Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (thrown) {
    return failed(name, thrown);
  }
}
