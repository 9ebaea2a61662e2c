/** When a request is sent again: pure policy, as the table "Behaviour under trouble" has it. */
import type { Method } from './contract.ts';

/** What came of an attempt that did not succeed. */
export type FailedAttempt =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterMs: number | undefined }
  /** No answer. `isSent`: a part of the request may have reached the server. */
  | { readonly kind: 'no_answer'; readonly isSent: boolean; readonly isFinal: boolean };

export interface RetrySituation {
  readonly method: Method;
  readonly trouble: FailedAttempt;
  /** The server was asked afterwards, and the request had no effect. */
  readonly isKnownVoid?: boolean;
  /** Number of attempts so far, the failed one included; at least 1. */
  readonly attempts: number;
  /** Since the first attempt failed. */
  readonly elapsedMs: number;
  /** What all retries together may cost; 0 = never retry. */
  readonly maxWaitMs: number;
  /** In [0, 1). */
  readonly random: number;
}

type Decision =
  | { readonly action: 'retry'; readonly waitMs: number }
  /** `over_budget`: it could have been sent again, but not within maxWaitMs. `final`: sending it again can't help, or might do harm. */
  | { readonly action: 'give_up'; readonly reason: 'over_budget' | 'final' };

const retriedStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const firstBackoffMs = 500;
const longestBackoffMs = 16_000;
/** Keeps a run of lucky numbers from hammering the server. */
const shortestBackoffMs = 100;

/**
 * Decides whether a request is sent again, and after how long.
 * Exponential backoff with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"), `Retry-After` (RFC 9110 10.2.3) as the
 * floor. The last backoff is cut to what is left of the budget, a floor that is longer than what is left ends it at once.
 */
export function decide({
  attempts,
  elapsedMs,
  maxWaitMs,
  random,
  ...situation
}: RetrySituation): Decision {
  const { trouble } = situation;
  if (!canRepeat(situation)) return { action: 'give_up', reason: 'final' };
  const leftMs = maxWaitMs - elapsedMs;
  const floorMs = (trouble.kind === 'status' ? trouble.retryAfterMs : undefined) ?? 0;
  if (leftMs <= 0 || floorMs > leftMs) return { action: 'give_up', reason: 'over_budget' };
  const backoffMs = Math.max(
    shortestBackoffMs,
    random * Math.min(longestBackoffMs, firstBackoffMs * 2 ** (attempts - 1)),
  );
  return { action: 'retry', waitMs: Math.round(Math.max(floorMs, Math.min(backoffMs, leftMs))) };
}

/** A POST is repeated only when it surely had no effect: the server refused it (429), nothing of it was sent, or the server was asked. */
function canRepeat({
  method,
  trouble,
  isKnownVoid = false,
}: Pick<RetrySituation, 'method' | 'trouble' | 'isKnownVoid'>): boolean {
  const isHarmless = method !== 'POST' || isKnownVoid;
  if (trouble.kind === 'no_answer') return !trouble.isFinal && (isHarmless || !trouble.isSent);
  return isHarmless ? retriedStatuses.has(trouble.status) : trouble.status === 429;
}

/** Whether a trouble leaves open if the request took effect. A redirect does: it may lead to the result. */
export function outcomeUnknown(trouble: FailedAttempt): boolean {
  return trouble.kind === 'no_answer'
    ? trouble.isSent
    : trouble.status >= 500 || trouble.status === 408 || trouble.status < 400;
}

/**
 * Reads a Retry-After header: seconds, or an HTTP-date relative to the answer's own Date (so that a wrong clock here does no harm).
 * @param nowMs the clock here, for an answer without Date
 * @returns milliseconds, at least 0; undefined when there is none or it can't be read
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const untilMs = httpDate(value);
  return untilMs === undefined
    ? undefined
    : Math.max(0, untilMs - (httpDate(headers['date'] ?? '') ?? nowMs));
}

/** RFC 9110 5.6.7; all three of its forms begin with the name of a day. */
function httpDate(text: string): number | undefined {
  const ms = /^[A-Z][a-z]+,? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
