/**
 * The one error type of the tool, its kinds, and the table from kind to exit code.
 * Whatever goes wrong is thrown as a LumioError that says what to do next; `run.ts` turns it into output and an exit code.
 */

/** What went wrong, in the classes that a script can branch on. The meaning of each stands in {@link exitCodes}. */
export type ErrorKind = keyof typeof exitCodes;

/** kind → exit code and what the code means to a user (`lumio help exit-codes` prints it). */
export const exitCodes = {
  bug: { code: 1, meaning: 'a bug in lumio' },
  unexpected_response: { code: 1, meaning: 'an answer that is not what the API promises' },
  usage: { code: 2, meaning: 'wrong use: an unknown flag, a missing or malformed input' },
  refused: { code: 2, meaning: 'a local file that is refused' },
  confirmation: { code: 2, meaning: 'confirmation is needed and was not given' },
  auth: { code: 4, meaning: 'no key, or the API refused it (401, 403)' },
  not_found: { code: 5, meaning: 'not found (404)' },
  conflict: { code: 6, meaning: '409, or the version exists already' },
  rejected: { code: 7, meaning: '422, or the review rejected the version' },
  timed_out: { code: 8, meaning: 'not decided yet when the wait ended' },
  rate_limited: { code: 9, meaning: '429, and waiting would cost more than --max-wait' },
  network: { code: 10, meaning: 'network, TLS, timeout, or 5xx after the retries' },
  interrupted: { code: 130, meaning: 'interrupted (Ctrl-C)' },
  terminated: { code: 143, meaning: 'terminated (SIGTERM)' },
} as const;

/** What a LumioError is made of. All texts are plain, without colour or trailing newline. */
export interface Problem {
  /** Stable machine-readable code in snake_case, such as `no_api_key`; the API's own code where the API sent one. */
  readonly code: string;
  /** One sentence: what happened, naming the culprit. */
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly hint?: string | undefined;
  /** A command line that mends it, ready to be pasted. */
  readonly next?: string | undefined;
  /** Parts of message and hint that came from outside: secrets in them are masked without exception. */
  readonly untrusted?: readonly string[] | undefined;
  /** HTTP status, where the API answered. */
  readonly status?: number | undefined;
  /** The server's request id, where it sent one. */
  readonly requestId?: string | undefined;
  /** Seconds until a retry can succeed (429). */
  readonly retryAfterSeconds?: number | undefined;
  /** A change that may have been made all the same, as its answer was lost. */
  readonly mayHaveTakenEffect?: boolean | undefined;
  /** Further top-level keys of the JSON document that carries the error, such as the version that exists already. */
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
}

/**
 * Makes a LumioError of whatever was thrown.
 * @param thrown anything; a LumioError comes back as it is, everything else becomes kind `bug` with the original as its cause
 */
export function asLumioError(thrown: unknown): LumioError {
  if (thrown instanceof LumioError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new LumioError('bug', {
    code: 'lumio_bug',
    message: `Something unexpected went wrong inside lumio: ${message}`,
    hint: 'Run the command again with --verbose and report what it prints.',
    cause: thrown,
  });
}

/** The `code` of a Node system error (`ENOENT`, `ECONNRESET`, …), or undefined when it is not one. */
export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** The same for a message, which also has to say something where there is no code. */
export function systemErrorText(thrown: unknown): string {
  return systemCode(thrown) ?? 'unknown error';
}
