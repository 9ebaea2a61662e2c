/** One check of `lumio doctor`, and what checks need. */
import type { Context } from '../cli/context.ts';
import type { GlobalOptions } from '../cli/global-options.ts';
import { type LumioError, asLumioError } from '../errors.ts';

/** Of a run without retries. */
export interface DoctorDeps extends Pick<Context, 'host' | 'project' | 'credentials' | 'client'> {
  /** As the user set them. */
  readonly globals: GlobalOptions;
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
