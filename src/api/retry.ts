/** The retry policy: when a request is sent again. */
import type { Method } from './contract.ts';
import type { NetworkFailure } from './failure.ts';
import type { HttpResponse } from './http.ts';

export type Outcome = HttpResponse | NetworkFailure;

/** State that the requests of one operation share. */
export interface RetryState {
  /** On the monotonic clock; the retry budget starts then. */
  readonly firstFailureMs: number | undefined;
  /** A change may have taken effect although no response confirmed it. */
  readonly outcomeUnknown: boolean;
}

export const initialState: RetryState = { firstFailureMs: undefined, outcomeUnknown: false };

export interface RetrySituation {
  readonly method: Method;
  /** Of an attempt that didn't succeed. */
  readonly outcome: Outcome;
  /** A later check showed that the request had no effect. */
  readonly knownNotApplied?: boolean;
  /** Number of attempts so far, at least 1. */
  readonly attempts: number;
  /** Since the first attempt failed. */
  readonly elapsedMs: number;
  /** Total time for retries; 0 disables them. */
  readonly maxWaitMs: number;
  /** Wall clock, for `Retry-After` dates. */
  readonly nowMs: number;
  /** In [0, 1). */
  readonly random: number;
}

/** 501 and 505 are permanent. Others, such as 520 to 530 of Cloudflare, may pass. */
function isTemporary(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

const firstBackoffMs = 500;
const maxBackoffMs = 16_000;
/** Minimum pause, because full jitter alone could retry at once. */
const minBackoffMs = 100;

/**
 * Exponential backoff with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter").
 * `Retry-After` (RFC 9110 section 10.2.3) is the minimum; the budget limits the last backoff.
 * @returns milliseconds until the next attempt; undefined for none
 */
export function nextRetryMs(situation: RetrySituation): number | undefined {
  const { outcome, attempts, elapsedMs, maxWaitMs, nowMs, random } = situation;
  if (!canRepeat(situation)) return undefined;
  const leftMs = Math.min(maxWaitMs, maxRetryMsOf(outcome)) - elapsedMs;
  const minMs = outcome.kind === 'response' ? (retryAfterMs(outcome.headers, nowMs) ?? 0) : 0;
  if (leftMs <= 0 || minMs > leftMs) return undefined;
  const backoffMs = Math.max(
    minBackoffMs,
    random * Math.min(maxBackoffMs, firstBackoffMs * 2 ** (attempts - 1)),
  );
  return Math.round(Math.max(minMs, Math.min(backoffMs, leftMs)));
}

function maxRetryMsOf(outcome: Outcome): number {
  return outcome.kind === 'failure' ? (outcome.maxRetryMs ?? Infinity) : Infinity;
}

/** A POST is repeated only if it certainly had no effect. */
function canRepeat({ method, outcome, knownNotApplied = false }: RetrySituation): boolean {
  const isRepeatable = method !== 'POST' || knownNotApplied;
  if (outcome.kind === 'failure')
    return !outcome.isFinal && (isRepeatable || outcome.sent === 'nothing');
  return isRepeatable ? isTemporary(outcome.status) : outcome.status === 429;
}

/** 307 and 308 ask for the same request at another URL (RFC 9110 sections 15.4.8, 15.4.9). */
export function preservesMethod(status: number): boolean {
  return status === 307 || status === 308;
}

/** Whether the request may have taken effect. Another redirect may lead to its result. */
export function isOutcomeUnknown(outcome: Outcome): boolean {
  if (outcome.kind === 'failure') return outcome.sent !== 'nothing';
  const { status } = outcome;
  return status >= 500 || status === 408 || (status < 400 && !preservesMethod(status));
}

/**
 * Reads `Retry-After`: seconds, or a date relative to the response's own Date.
 * @param nowMs replaces a missing Date
 * @returns milliseconds, at least 0; undefined without a readable value
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const untilMs = httpDateMs(value);
  if (untilMs === undefined) return undefined;
  return Math.max(0, untilMs - (httpDateMs(headers['date'] ?? '') ?? nowMs));
}

/** All three forms of RFC 9110 section 5.6.7 begin with the name of a day. */
function httpDateMs(value: string): number | undefined {
  const ms = /^[A-Z][a-z]+,? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
