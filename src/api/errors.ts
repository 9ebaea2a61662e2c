/** Answers that are no success, told in plain words. What counts is the HTTP status; the API's code and message are shown. */
import { LumioError, type ErrorKind, type Problem } from '../errors.ts';
import type { HttpResponse } from './http.ts';
import { ErrorEnvelope, matches } from './schemas.ts';
import { formatBytes } from '../shared/byte-size.ts';
import { formatDuration } from '../shared/duration.ts';
import { excerpt } from './excerpt.ts';

interface RefusedRequest {
  /** Such as `POST /extensions`. */
  readonly name: string;
  /** Size of the body that was to be sent. */
  readonly sizeBytes: number;
  /** From the answer's Retry-After. */
  readonly retryAfterMs: number | undefined;
  readonly nowMs: number;
  /** What --max-wait is. */
  readonly maxWaitMs: number;
}

/** Makes the error for an answer whose status is no success. */
export function errorFromResponse(answer: HttpResponse, request: RefusedRequest): LumioError {
  const kind = kindOf(answer.status);
  const said = saidBy(answer, request.name);
  const retryAfterSeconds =
    request.retryAfterMs === undefined
      ? undefined
      : Math.min(Math.ceil(request.retryAfterMs / 1000), Number.MAX_SAFE_INTEGER);
  return new LumioError(kind, {
    ...hintFor(answer.status, request),
    ...said,
    message: [said.message, sizeNote(answer.status, request.sizeBytes), timeNote(kind, request)]
      .filter((part) => part !== '')
      .join(' '),
    status: answer.status,
    requestId: requestIdOf(answer),
    retryAfterSeconds,
  });
}

function kindOf(status: number): ErrorKind {
  const kinds: Readonly<Record<number, ErrorKind>> = {
    401: 'auth',
    403: 'auth',
    404: 'not_found',
    408: 'network',
    409: 'conflict',
    422: 'rejected',
    429: 'rate_limited',
  };
  return kinds[status] ?? (status >= 500 ? 'network' : 'unexpected_response');
}

function saidBy(
  answer: HttpResponse,
  name: string,
): Pick<Problem, 'code' | 'message' | 'hint' | 'untrusted'> {
  const location = answer.status < 400 ? answer.headers['location']?.split('?', 1)[0] : undefined;
  if (location !== undefined) {
    return {
      code: 'redirected',
      message: `${name} was redirected to ${excerpt(location, 200)}, which is not followed: the key is sent nowhere else.`,
      untrusted: [excerpt(location, 200)],
      hint: 'If the API has moved there, give its address with --api-url.',
    };
  }
  const document = parseJson(answer.body);
  if (matches(ErrorEnvelope, document))
    return {
      code: document.error.code,
      message: withFullStop(
        document.error.message.trim() ||
          `${name} was answered with status ${answer.status} and no message`,
      ),
      untrusted: [document.error.message.trim()],
    };
  const type = answer.headers['content-type']?.split(';', 1)[0] ?? 'no content type';
  const text = excerpt(plainText(new TextDecoder().decode(answer.body.subarray(0, 20_000))), 120);
  const said = text === '' ? 'with nothing readable in it' : `that says "${text}"`;
  return {
    code: `http_${answer.status}`,
    message: `${name} was answered with status ${answer.status} (${type}) ${said}.`,
    untrusted: [text, type],
  };
}

/** As deep as no answer is, and less than what breaks whoever walks through it (checks, masks, prints it) by recursion. */
const deepest = 1000;
const levels: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 };

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < bytes.length && depth <= deepest; at += 1) {
    const sign = String.fromCharCode(bytes[at] ?? 0);
    if (isInText && sign === '\\') at += 1;
    else if (sign === '"') isInText = !isInText;
    else if (!isInText) depth += levels[sign] ?? 0;
  }
  return depth > deepest;
}

/** Parses JSON; undefined for what is none, or is nested more than a thousand deep. */
export function parseJson(bytes: Uint8Array): unknown {
  if (isTooDeep(bytes)) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** What a person would read of a proxy's HTML page: its title if it has one that says something. */
function plainText(text: string): string {
  const title = /<title[^>]*>\s*([^<\s][^<]*)/i.exec(text)?.[1];
  return (
    title ?? text.replaceAll(/<(style|script)\b[\s\S]*?<\/\1>/gi, ' ').replaceAll(/<[^>]*>/g, ' ')
  );
}

function withFullStop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function sizeNote(status: number, sizeBytes: number): string {
  return status === 413
    ? `The body has ${formatBytes(sizeBytes)}, which is more than the server or a proxy before it takes.`
    : '';
}

/** Longest wait that --max-wait takes, in whole hours: told to the minute it might be more. A time beyond it is told as none, and may be none: dates end, too. */
const longestWaitMs = 596 * 3_600_000;

function timeNote(kind: ErrorKind, { retryAfterMs, nowMs }: RefusedRequest): string {
  if (kind !== 'rate_limited' || retryAfterMs === undefined || retryAfterMs === 0) return '';
  if (retryAfterMs > longestWaitMs) return 'It will not be accepted again before long.';
  const until = new Date(nowMs + retryAfterMs).toISOString().replace(/\.\d+/, '');
  return `It will be accepted again in ${formatDuration(retryAfterMs)}, at ${until}.`;
}

function hintFor(
  status: number,
  { name, retryAfterMs, maxWaitMs }: RefusedRequest,
): Pick<Problem, 'hint' | 'next'> {
  if (status === 401)
    return {
      hint: 'Check the API key (Account → Security → API Keys in the dashboard).',
      next: 'lumio login',
    };
  if (status === 403 && isExtensionDelete(name))
    return { hint: 'The API allows deleting only extensions that were never publicly listed.' };
  if (status === 403)
    return {
      hint: 'The key is valid, but this is not allowed with it; lumio whoami shows which key is in force.',
    };
  if (status === 413)
    return {
      hint: isUpload(name)
        ? 'Make it smaller; lumio pack --list shows the biggest files.'
        : 'Make it smaller.',
    };
  if (status === 429) return { hint: waitHint(retryAfterMs, maxWaitMs) };
  return status >= 500 || status === 408
    ? { hint: 'The service has a problem; try again later.' }
    : {};
}

/** Outlasts the limits that are counted by the minute (API page, Rate limits). */
const unnamedWaitMs = 120_000;

/** @param namedMs undefined: the server does not say how long */
function waitHint(namedMs: number | undefined, maxWaitMs: number): string {
  const ms = namedMs ?? unnamedWaitMs;
  if (ms > longestWaitMs)
    return 'That is longer than lumio can wait: ask the operators of the API.';
  // The server named short times, one after another, until what all of them may cost was spent.
  const longer =
    ms > maxWaitMs
      ? `with --max-wait ${formatDuration(ms)}`
      : `longer than the ${formatDuration(maxWaitMs)} of --max-wait`;
  const when = namedMs === undefined ? ' in a while' : ' then';
  return `Try again${namedMs === 0 ? '' : when}, or let lumio wait ${longer}.`;
}

/** `POST /extensions/:id/versions`. */
function isUpload(name: string): boolean {
  return /^POST \/.*\/versions$/.test(name);
}

/** Such as `DELETE /extensions/ext_1`, and not one of its secrets. */
function isExtensionDelete(name: string): boolean {
  return /^DELETE \/extensions\/[^/]+$/.test(name);
}

/** The server's name for the exchange, for a report to its operators. */
export function requestIdOf({ headers }: HttpResponse): string | undefined {
  return (
    headers['x-request-id'] ??
    headers['request-id'] ??
    headers['x-correlation-id'] ??
    headers['cf-ray']
  );
}
