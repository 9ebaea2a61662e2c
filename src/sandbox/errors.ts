/** The sandbox's error responses (API page, section Errors). */
import { errorCodes } from '../api/contract.ts';

/** Status of each code: the page's, and those of any HTTP service. */
const statuses = {
  ...errorCodes,
  /** The code in the page's example. */
  extension_not_found: { status: 404 },
  method_not_allowed: { status: 405 },
  payload_too_large: { status: 413 },
} as const;

/** Becomes a response, never an error of lumio. */
export class SandboxError extends Error {
  readonly code: keyof typeof statuses;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: keyof typeof statuses,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.headers = headers;
  }

  get status(): number {
    return statuses[this.code].status;
  }
}

/** 422 whose message starts with the field. */
export function invalid(field: string, problem: string): SandboxError {
  return new SandboxError('validation_error', `${field}: ${problem}`);
}

/** 422 for a schema mismatch; an empty path is the body itself. */
export function invalidField(mismatch: { readonly path: string; readonly problem: string }) {
  return invalid(mismatch.path === '' ? 'body' : mismatch.path, mismatch.problem);
}

/** The envelope of all errors. */
export function envelope(code: string, message: string, status: number): unknown {
  return { error: { code, message, status } };
}
