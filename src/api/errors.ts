/** Errors from responses. The HTTP status decides; the API's code and message are shown. */
import { LumioError, type ErrorKind, type Problem } from '../errors.ts';
import { formatBytes, formatDuration } from '../shared/quantities.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import { excerpt } from '../terminal/printable.ts';
import { shownApiUrl } from './api-url.ts';
import type { HttpResponse } from './http.ts';
import { isNumber, parseJson } from '../shared/json.ts';
import { isObject, ownValue } from '../shared/object.ts';

interface RefusedRequest {
  /** Such as `POST /extensions`. */
  readonly name: string;
  /** Size of the request body. */
  readonly sizeBytes: number;
  /** From the response's Retry-After. */
  readonly retryAfterMs: number | undefined;
  readonly nowMs: number;
  /** --max-wait */
  readonly maxWaitMs: number;
  readonly originHints?: OriginHints | undefined;
}

/** Hints that depend on where the caller got the key and the extension. */
export interface OriginHints {
  /** Replaces the hint of a 401. */
  readonly forKey?: Hint | undefined;
  /** The hint for a 404 of an extension. */
  readonly forExtension?: ((id: string) => Hint | undefined) | undefined;
}

type Hint = Pick<Problem, 'hint' | 'next'>;

/** Creates the error for an unsuccessful response. */
export function errorFromResponse(response: HttpResponse, request: RefusedRequest): LumioError {
  const { status } = response;
  const kind = kindOf(status);
  const reported = problemIn(response, request.name);
  const hint = { ...hintFor(status, request), ...originHint(status, reported.code, request) };
  const notes = [sizeNote(status, request.sizeBytes), retryNote(kind, request), hint.hint ?? ''];
  const seconds = Math.ceil((request.retryAfterMs ?? 0) / 1000);
  return new LumioError(kind, {
    ...hint,
    hint: notes.filter((note) => note !== '').join(' ') || undefined,
    ...reported,
    status,
    requestId: requestIdOf(response),
    retryAfterSeconds:
      request.retryAfterMs === undefined ? undefined : Math.min(seconds, Number.MAX_SAFE_INTEGER),
  });
}

/** A missing secret or version doesn't mean that the extension is missing. */
function originHint(status: number, code: string, { name, originHints }: RefusedRequest): Hint {
  if (status === 401) return originHints?.forKey ?? {};
  const id = /^\w+ \/extensions\/([^/?]+)/.exec(name)?.[1];
  if (status !== 404 || id === undefined || /secret|version/.test(code)) return {};
  return originHints?.forExtension?.(decodeURIComponent(id)) ?? {};
}

function kindOf(status: number): ErrorKind {
  const kinds: Readonly<Record<number, ErrorKind>> = {
    401: 'auth',
    403: 'auth',
    404: 'not_found',
    408: 'network',
    409: 'conflict',
    429: 'rate_limited',
  };
  if (status >= 500) return 'network';
  return kinds[status] ?? (status >= 400 ? 'rejected' : 'unexpected_response');
}

type ReportedProblem = Pick<Problem, 'code' | 'message' | 'hint' | 'untrusted' | 'reported'>;

function problemIn(response: HttpResponse, name: string): ReportedProblem {
  const { status, headers, body } = response;
  const location = status < 400 ? headers['location'] : undefined;
  if (location !== undefined) return redirected(name, location);
  const document = parseJson(body);
  const reported = isObject(document) ? document : undefined;
  const [reportedCode, message] = ['code', 'message'].map((key) =>
    textOf(ownValue(reported?.['error'], key)),
  );
  const code = reportedCode ?? `http_${status}`;
  if (message !== undefined) return { code, message, untrusted: [message], reported };
  if (reportedCode !== undefined)
    return { code, message: `${name} failed with status ${status}.`, reported };
  const type = contentType(response);
  const text = bodyExcerpt(body);
  return {
    code,
    message: `${name} failed with status ${status} (${type}): ${text}.`,
    untrusted: [text, type],
    reported,
  };
}

/** Servers may send a number, such as the status, as the code. */
function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' || isNumber(value) ? String(value) : '';
  return text.trim() === '' ? undefined : text;
}

function redirected(name: string, location: string): ReportedProblem {
  const target = excerpt(shownApiUrl(location.split(/[?#]/, 1)[0] ?? ''), 200);
  return {
    code: 'redirected',
    message: `${name} was redirected to ${target}. lumio doesn't follow this redirect.`,
    untrusted: [target],
    hint: 'If the API has moved, specify its new URL with --api-url.',
  };
}

export function contentType({ headers }: Pick<HttpResponse, 'headers'>): string {
  return headers['content-type']?.split(';', 1)[0] ?? 'no content type';
}

/** The title of an HTML page if it has one, else its text. */
function bodyExcerpt(body: Uint8Array): string {
  const html = new TextDecoder().decode(body.subarray(0, 20_000));
  const title = /<title[^>]*>\s*([^<\s][^<]*)/i.exec(html)?.[1];
  const prose = html
    .replaceAll(/<(style|script)\b[\s\S]*?<\/\1>/gi, ' ')
    .replaceAll(/<[^>]*>/g, ' ');
  const line = excerpt(title ?? prose, 120);
  return line === '' ? 'no readable text' : `"${line}"`;
}

function sizeNote(status: number, sizeBytes: number): string {
  return status === 413
    ? `The request body (${formatBytes(sizeBytes)}) is larger than the server or a proxy accepts.`
    : '';
}

/** The longest delay of a timer, in whole hours. */
const maxTimerMs = 596 * 3_600_000;

function retryNote(kind: ErrorKind, { retryAfterMs, nowMs }: RefusedRequest): string {
  if (kind !== 'rate_limited' || retryAfterMs === undefined || retryAfterMs === 0) return '';
  if (retryAfterMs > maxTimerMs) return "The server won't accept requests for more than 24 days.";
  const until = new Date(nowMs + retryAfterMs).toISOString().replace(/\.\d+/, '');
  return `The server will accept requests again in ${formatDuration(retryAfterMs)}, at ${until}.`;
}

function hintFor(status: number, { name, retryAfterMs, maxWaitMs }: RefusedRequest): Hint {
  if (status === 401)
    return {
      hint: 'Check the API key (Account → Security → API Keys in the dashboard).',
      next: 'lumio login',
    };
  const deleted = deletedExtension(name);
  if (status === 403 && deleted !== undefined)
    return {
      hint: 'To hide it instead:',
      next: `lumio extensions update ${shellQuote(deleted)} --visibility private`,
    };
  if (status === 403)
    return {
      hint:
        'Check whether the key has this permission. ' +
        'To see which key is active, run: lumio whoami',
    };
  if (status === 413)
    return {
      hint: isUpload(name)
        ? 'Make the bundle smaller. To see the largest files, run: lumio pack --list'
        : 'Send a smaller body.',
    };
  if (status === 429) return { hint: waitHint(retryAfterMs, maxWaitMs) };
  return status >= 500 || status === 408 ? { hint: 'The API has a problem. Try again later.' } : {};
}

/** Outlasts the limits that are counted per minute (API page, Rate limits). */
const defaultRetryAfterMs = 120_000;

/** @param retryMs undefined: the server specified no time */
function waitHint(retryMs: number | undefined, maxWaitMs: number): string {
  const ms = retryMs ?? defaultRetryAfterMs;
  if (ms > maxTimerMs) return 'Contact the operator of the API.';
  const when = retryMs === 0 ? 'Try again' : 'Try again later';
  return ms > maxWaitMs
    ? `${when}, or let lumio wait with --max-wait ${formatDuration(ms)}.`
    : `${when}, or let lumio wait longer than ${formatDuration(maxWaitMs)} with --max-wait.`;
}

/** `POST /extensions/:id/versions`. */
function isUpload(name: string): boolean {
  return /^POST \/.*\/versions$/.test(name);
}

/** Such as `DELETE /extensions/ext_1`, and not one of its secrets. */
function deletedExtension(name: string): string | undefined {
  const id = /^DELETE \/extensions\/([^/]+)$/.exec(name)?.[1];
  return id === undefined ? undefined : decodeURIComponent(id);
}

/** The server's id of the request, for a report to its operators. */
export function requestIdOf({ headers }: Pick<HttpResponse, 'headers'>): string | undefined {
  return (
    headers['x-request-id'] ??
    headers['request-id'] ??
    headers['x-correlation-id'] ??
    headers['cf-ray']
  );
}
