/** What the sandbox refuses, in the API's error envelope (API page, section Errors). */
import { errorCodes } from '../api/contract.ts';

/** The page's codes, and those that an HTTP service of this kind answers beside them. */
const codes = {
  ...errorCodes,
  extension_not_found: { status: 404, meaning: 'The code of the example on the page' },
  method_not_allowed: { status: 405, meaning: 'The path has no such method' },
  version_exists: { status: 409, meaning: 'The version was submitted before' },
  payload_too_large: { status: 413, meaning: 'The body is larger than the limit' },
} as const;

/** Thrown by whatever handles a request; becomes an answer, never an error of the tool. */
export class SandboxError extends Error {
  readonly code: keyof typeof codes;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: keyof typeof codes,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.headers = headers;
  }

  get status(): number {
    return codes[this.code].status;
  }
}

/** 422 whose message begins with the name of the field. */
export function invalid(field: string, problem: string): SandboxError {
  return new SandboxError('validation_error', `${field}: ${problem}`);
}

/** 422 for what a schema found; the path is '' for the body as a whole. */
export function invalidField({
  path,
  problem,
}: {
  readonly path: string;
  readonly problem: string;
}): SandboxError {
  return invalid(path === '' ? 'body' : path, problem);
}

/** The envelope that all errors come in. */
export function envelope(code: string, message: string, status: number): unknown {
  return { error: { code, message, status } };
}
