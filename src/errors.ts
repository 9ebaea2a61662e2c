/** The error type of lumio, its kinds, and their exit codes. */
import { getSystemErrorMap } from 'node:util';

/** Classes of error that a script can branch on. */
export type ErrorKind = keyof typeof exitCodes;

export const exitCodes = {
  bug: { code: 1, meaning: 'a bug in lumio' },
  unexpected_response: { code: 1, meaning: "a response that doesn't match the API documentation" },
  usage: { code: 2, meaning: 'invalid use: unknown option, missing or invalid input' },
  refused: { code: 2, meaning: 'a local file was refused' },
  confirmation: { code: 2, meaning: 'confirmation is missing' },
  auth: { code: 4, meaning: 'the API key is missing or was refused (401, 403)' },
  not_found: { code: 5, meaning: 'not found (404)' },
  conflict: { code: 6, meaning: 'conflict (409), or the version already exists' },
  rejected: { code: 7, meaning: 'the API refused the request (413, 422, other 4xx)' },
  review_rejected: { code: 7, meaning: 'the review rejected the version' },
  timed_out: { code: 8, meaning: 'timed out waiting for a review' },
  rate_limited: { code: 9, meaning: 'rate limited (429) for longer than --max-wait' },
  network: { code: 10, meaning: 'network, TLS, timeout, or 5xx after retries' },
  hung_up: { code: 129, meaning: 'the terminal was closed (SIGHUP)' },
  interrupted: { code: 130, meaning: 'interrupted (Ctrl-C)' },
  terminated: { code: 143, meaning: 'terminated (SIGTERM)' },
} as const;

/** Kinds of errors that a signal causes. */
export const signalErrors: readonly ErrorKind[] = ['hung_up', 'interrupted', 'terminated'];

/** Kinds that every command can end with. */
export const commonErrors: readonly ErrorKind[] = ['bug', 'usage', ...signalErrors];

/** Kinds that every command can end with that sends requests. */
export const requestErrors: readonly ErrorKind[] = [
  'unexpected_response',
  'rate_limited',
  'network',
];

/** Each exit code with its meanings, in ascending order; 0 is always one of them. */
export function listExitCodes(
  entries: readonly { readonly code: number; readonly meaning: string }[] = Object.values(
    exitCodes,
  ),
): { readonly code: number; readonly meanings: readonly string[] }[] {
  const codes = [...new Set([0, ...entries.map(({ code }) => code)])].sort((a, b) => a - b);
  const all = [{ code: 0, meaning: 'success' }, ...entries];
  return codes.map((code) => ({
    code,
    meanings: all.filter((entry) => entry.code === code).map(({ meaning }) => meaning),
  }));
}

/** Messages and hints have no color and no final newline. */
export interface Problem {
  /** Stable, in snake_case, such as `no_api_key`; the API's own code where it sent one. */
  readonly code: string;
  readonly message: string;
  /** What to do; starts with a verb. */
  readonly hint?: string | undefined;
  /** A command that fixes it, ready to paste. */
  readonly next?: string | undefined;
  /** The untrusted parts of message and hint: secrets in them are always masked. */
  readonly untrusted?: readonly string[] | undefined;
  /** The API's error document, unchanged. */
  readonly reported?: Readonly<Record<string, unknown>> | undefined;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** Seconds until a retry can succeed (429). */
  readonly retryAfterSeconds?: number | undefined;
  /** The response was lost, so the change may have been made. */
  readonly mayHaveTakenEffect?: boolean | undefined;
  /**
   * Further top-level keys of the error's JSON document, such as the version that already exists.
   */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

export class LumioError extends Error {
  override readonly name = 'LumioError';
  readonly kind: ErrorKind;
  readonly problem: Problem;

  constructor(kind: ErrorKind, problem: Problem) {
    super(problem.message, problem.cause === undefined ? undefined : { cause: problem.cause });
    this.kind = kind;
    this.problem = problem;
  }

  get exitCode(): number {
    return exitCodes[this.kind].code;
  }

  /** Until the server accepts the next request; 0 if it specified no time. */
  get retryAfterMs(): number {
    return (this.problem.retryAfterSeconds ?? 0) * 1000;
  }
}

export function usageError(code: string, message: string, hint: string): LumioError {
  return new LumioError('usage', { code, message, hint });
}

/** Options or arguments that can't be combined. */
export function conflictingOptions(message: string, hint = 'Use one of them.'): LumioError {
  return usageError('conflicting_options', message, hint);
}

/** A local file that was refused. */
export function refusedFile(
  code: string,
  message: string,
  hint: string,
  cause?: unknown,
): LumioError {
  return new LumioError('refused', { code, message, hint, cause });
}

/** Turns anything thrown into a LumioError; what isn't one becomes kind `bug`. */
export function asLumioError(thrown: unknown): LumioError {
  if (thrown instanceof LumioError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new LumioError('bug', {
    code: 'lumio_bug',
    message: `lumio failed because of a bug: ${message}`,
    hint: 'Run the command again with --verbose and report the output.',
    cause: thrown,
  });
}

/** The `code` of a Node system error, such as `ENOENT`. */
export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** For a message, such as `ENOSPC: no space left on device`. */
export function systemErrorText(thrown: unknown): string {
  const code = systemCode(thrown);
  if (code === undefined) return 'unknown error';
  const [, text] = [...getSystemErrorMap().values()].find(([name]) => name === code) ?? [];
  return text === undefined ? code : `${code}: ${text}`;
}
