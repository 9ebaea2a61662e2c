/** One thing that works or does not, and what to do about it. */
import { type LumioError, asLumioError } from '../errors.ts';

export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found, in one sentence without its full stop where it is no sentence. */
  readonly message: string;
  readonly hint?: string;
  /** A command that mends it. */
  readonly next?: string;
  /** The error that a command would meet. */
  readonly error?: LumioError;
}

export function ok(name: string, message: string): Check {
  return { name, status: 'ok', message };
}

export function warning(name: string, message: string, hint: string): Check {
  return { name, status: 'warning', message, hint };
}

export function skipped(name: string, message: string): Check {
  return { name, status: 'skipped', message };
}

/** @param thrown whatever a command would have met */
export function failed(name: string, thrown: unknown): Check {
  const error = asLumioError(thrown);
  const { message, hint, next } = error.problem;
  return {
    name,
    status: 'failed',
    message,
    error,
    ...(hint === undefined ? {} : { hint }),
    ...(next === undefined ? {} : { next }),
  };
}

/** What `look` finds; when it throws, that is the finding. */
export async function guarded(name: string, look: () => Promise<Check>): Promise<Check> {
  try {
    return await look();
  } catch (thrown) {
    return failed(name, thrown);
  }
}
