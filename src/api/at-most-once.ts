/**
 * POSTs that must take effect at most once. If no response confirms one, the server's list decides.
 * A POST is sent again only after the list has had time to show it.
 */
import { LumioError } from '../errors.ts';
import type { HttpResponse } from './http.ts';
import { initialState, type Outcome, type RetryState } from './retry.ts';
import {
  afterFailure,
  asSentence,
  pauseBeforeRetry,
  sendWithRetry,
  withSentence,
  type NamedRequest,
  type SendDeps,
  type SendResult,
} from './send-with-retry.ts';

export interface AtMostOnceResult<Result> {
  readonly response: Result;
  /** The response was lost; this result comes from the server's list. */
  readonly recovered: boolean;
}

/** Items that the server didn't list before. */
export type Match<Result> =
  | { readonly response: Result }
  | { readonly conflict: (lost: LumioError) => LumioError };

/** How messages describe a POST. */
export interface Wording {
  /** `Version 1.3.0` */
  readonly what: string;
  /** Past participle: `submitted`. */
  readonly done: string;
  /** The command that shows whether it exists. */
  readonly check: string;
}

export interface AtMostOnceRequest<Result> extends Wording {
  readonly request: NamedRequest;
  /** Whether it may be sent again when the server doesn't list it. */
  readonly canResend: boolean;
  /** @throws LumioError `unexpected_response` when the response confirms nothing */
  read(response: HttpResponse): Result;
  /** Looks for it in the server's list. */
  find(state: RetryState): Promise<Match<Result> | undefined>;
  hasSentBytes(): boolean;
  /** @param maxMs maximum time to check the list */
  onChecking?(maxMs: number): void;
}

/** @throws LumioError; if it may have taken effect, message and `next` say so */
export async function sendAtMostOnce<Result>(
  post: AtMostOnceRequest<Result>,
  deps: SendDeps,
): Promise<AtMostOnceResult<Result>> {
  let state = initialState;
  for (let attempts = 1; ; attempts += 1) {
    const sent = await sendWithRetry(post.request, deps, state);
    const reading = readResult(post, sent);
    if ('response' in reading) return { ...reading, recovered: false };
    const { error } = reading;
    const outcomeUnknown = sent.state.outcomeUnknown || sent.error === undefined;
    state = afterFailure({ ...sent.state, outcomeUnknown }, deps.clock);
    try {
      if (sent.outcome === undefined || !outcomeUnknown) throw error;
      const isRead = sent.error !== undefined;
      const attempt = { outcome: sent.outcome, isRead, error, attempts, state };
      const found = await checkThenWait(post, attempt, deps);
      if (found !== undefined) return { response: found.response, recovered: true };
    } catch (thrown) {
      throw outcomeUnknown && post.hasSentBytes() ? explainAbort(post, thrown, deps) : thrown;
    }
  }
}

function explainAbort(wording: Wording, thrown: unknown, { signal }: SendDeps): unknown {
  return signal.aborted && thrown instanceof LumioError && thrown === signal.reason
    ? outcomeUnknownError(wording, thrown, 'The request was stopped before its outcome was known.')
    : thrown;
}

function readResult<Result>(
  post: AtMostOnceRequest<Result>,
  sent: SendResult,
): { response: Result } | { error: LumioError } {
  if (sent.error !== undefined) return { error: sent.error };
  try {
    return { response: post.read(sent.outcome) };
  } catch (mismatch) {
    if (mismatch instanceof LumioError) return { error: mismatch };
    throw mismatch;
  }
}

interface UnclearAttempt {
  readonly outcome: Outcome;
  /** False for a success that couldn't be read. */
  readonly isRead: boolean;
  readonly error: LumioError;
  readonly attempts: number;
  readonly state: RetryState;
}

/** @returns what the server lists; undefined when the request may be sent again now */
async function checkThenWait<Result>(
  post: AtMostOnceRequest<Result>,
  attempt: UnclearAttempt,
  deps: SendDeps,
): Promise<{ response: Result } | undefined> {
  const { error } = attempt;
  const windowMs = listingWindowMs(attempt.outcome, deps.maxWaitMs);
  post.onChecking?.(windowMs);
  const found = await search(post, attempt, { ...deps, windowMs });
  if (found !== undefined) {
    if ('response' in found) return found;
    throw found.conflict(error);
  }
  if (!attempt.isRead) throw outcomeUnknownError(post, error, "The server doesn't list it.");
  if (isRefusal(attempt.outcome)) throw refusedAfterUnclear(post, error);
  const isConclusive = isIncomplete(attempt.outcome) || windowMs >= conclusiveListingMs;
  if (!post.canResend || !isConclusive)
    throw outcomeUnknownError(post, error, "The server doesn't list it yet.");
  const failed = { ...attempt, request: post.request, knownNotApplied: true };
  const isDue = await pauseBeforeRetry(failed, deps).catch((thrown: unknown) =>
    Promise.reject(thrown instanceof LumioError ? notDone(post, thrown) : thrown),
  );
  if (!isDue) throw notDone(post, error);
  return undefined;
}

/** How long to check whether the server lists the item. */
const minListingMs = 3750;
const maxListingMs = 30_000;
/** After a shorter check, nothing is sent again: servers may list an item late. */
const conclusiveListingMs = 10_000;
const firstPauseMs = 250;
const maxPauseMs = 4000;
/** Failed list requests, each with its own retries, before the check fails. */
const maxFailedLists = 5;
const pauseAfterFailureMs = 500;

/** A server can't accept an incomplete body. */
function isIncomplete(outcome: Outcome): boolean {
  return outcome.kind === 'failure' && outcome.sent === 'part';
}

/** Half of the retry budget, or the minimum for a conclusive check if that is longer. */
function listingWindowMs(outcome: Outcome, maxWaitMs: number): number {
  if (isIncomplete(outcome)) return minListingMs;
  const neededMs = Math.max(minListingMs, Math.min(conclusiveListingMs, maxWaitMs));
  return Math.max(neededMs, Math.min(maxListingMs, maxWaitMs / 2));
}

function pausesWithin(windowMs: number): number[] {
  const pauses = [0];
  let totalMs = 0;
  for (let ms = firstPauseMs; totalMs < windowMs; ms = Math.min(maxPauseMs, ms * 2)) {
    const pauseMs = Math.min(ms, windowMs - totalMs);
    pauses.push(pauseMs);
    totalMs += pauseMs;
  }
  return pauses;
}

/** @returns undefined if enough checks found neither the item nor a conflict */
async function search<Result>(
  post: AtMostOnceRequest<Result>,
  { error, state }: UnclearAttempt,
  { clock, signal, windowMs }: SendDeps & { readonly windowMs: number },
): Promise<Match<Result> | undefined> {
  let failures = 0;
  const find = async (): Promise<Match<Result> | undefined> => {
    for (;;) {
      try {
        return await post.find(state);
      } catch (thrown) {
        if (!(thrown instanceof LumioError)) throw thrown;
        signal.throwIfAborted();
        failures += 1;
        if (failures === maxFailedLists || thrown.retryAfterMs > pauseAfterFailureMs)
          throw outcomeUnknownError(post, error, `Checking it failed: ${thrown.message}`);
        await clock.sleep(pauseAfterFailureMs, signal);
      }
    }
  };
  let elapsedMs = 0;
  let conflict: Match<Result> | undefined;
  for (const pauseMs of pausesWithin(windowMs)) {
    if (pauseMs > 0) await clock.sleep(pauseMs, signal);
    elapsedMs += pauseMs;
    const found = await find();
    if (found !== undefined && 'response' in found) return found;
    // The request's own result may be listed a moment later.
    conflict = found ?? conflict;
    if (conflict !== undefined && elapsedMs >= minListingMs) return conflict;
  }
  return conflict;
}

function isRefusal(outcome: Outcome): boolean {
  if (outcome.kind === 'failure') return false;
  const { status } = outcome;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

export function outcomeUnknownError(
  wording: Wording,
  error: LumioError,
  reason: string,
): LumioError {
  return withSentence(
    error,
    `${asSentence(reason)} ${wording.what} may have been ${wording.done}.`,
    {
      hint: 'Check whether it exists before you retry.',
      next: wording.check,
      mayHaveTakenEffect: true,
    },
  );
}

function refusedAfterUnclear({ what, done, check }: Wording, error: LumioError): LumioError {
  const sentence =
    `An earlier attempt, whose response was lost, may have succeeded: ${lowerFirst(what)} ` +
    `may have been ${done}.`;
  return withSentence(error, sentence, {
    hint: 'Wait a moment, then check whether it exists.',
    next: check,
    mayHaveTakenEffect: true,
  });
}

function notDone({ what, done, check }: Wording, error: LumioError): LumioError {
  const sentence =
    `The server doesn't list ${lowerFirst(what)} after several checks. Unless it appears ` +
    `later, it wasn't ${done}.`;
  return withSentence(error, sentence, {
    hint: 'Check once more whether it exists, then run the command again.',
    next: check,
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
