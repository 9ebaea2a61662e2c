/**
 * POSTs that must take effect once. When no response confirms one, the server's list decides;
 * a request is sent again only after the list had time to show it.
 */
import { LumioError } from '../errors.ts';
import type { HttpResponse } from './http.ts';
import { initialState, type Outcome, type RetryState } from './retry.ts';
import {
  afterFailure,
  retryDelay,
  sendWithRetry,
  waitBeforeRetry,
  withSentence,
  type NamedRequest,
  type SendDeps,
  type SendResult,
} from './send-with-retry.ts';

export interface AtMostOnceResult<Result> {
  readonly response: Result;
  /** The response was lost; this one is made from the server's list. */
  readonly recovered: boolean;
}

/** What the server lists that it did not list before. */
export type Match<Result> =
  | { readonly response: Result }
  | { readonly conflict: (lost: LumioError) => LumioError };

/** How messages speak of a POST. */
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
  /** Whether it may be sent again when the server does not list it. */
  readonly canResend: boolean;
  /** @throws LumioError `unexpected_response` when the response confirms nothing */
  read(response: HttpResponse): Result;
  /** Looks for it in the server's list. */
  find(state: RetryState): Promise<Match<Result> | undefined>;
  hasSentBytes(): boolean;
  onChecking?(): void;
}

/** @throws LumioError; when it may have taken effect all the same, message and `next` say so */
export async function sendAtMostOnce<Result>(
  job: AtMostOnceRequest<Result>,
  deps: SendDeps,
  initial: RetryState = initialState,
): Promise<AtMostOnceResult<Result>> {
  let state = initial;
  for (let attempts = 1; ; attempts += 1) {
    const sent = await sendWithRetry(job.request, deps, state);
    const reading = readResult(job, sent);
    if ('response' in reading) return { ...reading, recovered: false };
    const { error } = reading;
    const outcomeUnknown = sent.state.outcomeUnknown || sent.error === undefined;
    state = afterFailure({ ...sent.state, outcomeUnknown }, deps.clock);
    if (sent.outcome === undefined) throw explainAbort(job, error, { state, deps });
    if (!outcomeUnknown) throw error;
    const attempt = { outcome: sent.outcome, isRead: sent.error !== undefined, error, attempts };
    const found = await checkThenWait(job, attempt, { state, deps }).catch((thrown: unknown) =>
      Promise.reject(explainAbort(job, thrown, { state, deps })),
    );
    if (found !== undefined) return { response: found.response, recovered: true };
  }
}

interface Situation {
  readonly state: RetryState;
  readonly deps: SendDeps;
}

function explainAbort(
  job: AtMostOnceRequest<unknown>,
  thrown: unknown,
  { state, deps }: Situation,
): unknown {
  const isOpen = deps.signal.aborted && state.outcomeUnknown && job.hasSentBytes();
  return isOpen && thrown instanceof LumioError && thrown === deps.signal.reason
    ? mayBeDone(job, thrown, 'The request was stopped before its outcome was known.')
    : thrown;
}

function readResult<Result>(
  job: AtMostOnceRequest<Result>,
  sent: SendResult,
): { response: Result } | { error: LumioError } {
  if (sent.error !== undefined) return { error: sent.error };
  try {
    return { response: job.read(sent.outcome) };
  } catch (mismatch) {
    if (mismatch instanceof LumioError) return { error: mismatch };
    throw mismatch;
  }
}

interface UnclearAttempt {
  readonly outcome: Outcome;
  /** False for a success that could not be read. */
  readonly isRead: boolean;
  readonly error: LumioError;
  readonly attempts: number;
}

/** @returns what the server lists; undefined when the request may be sent again now */
async function checkThenWait<Result>(
  job: AtMostOnceRequest<Result>,
  { outcome, isRead, error, attempts }: UnclearAttempt,
  { state, deps }: Situation,
): Promise<{ response: Result } | undefined> {
  job.onChecking?.();
  const found = await search(job, { outcome, error }, { state, deps });
  if (found !== undefined) {
    if ('response' in found) return found;
    throw found.conflict(error);
  }
  if (!isRead) throw mayBeDone(job, error, 'The server does not list it.');
  if (isRefusal(outcome)) throw refusedAfterUnclear(job, error);
  if (!job.canResend) throw mayBeDone(job, error, 'The server does not list it yet.');
  const failed = { request: job.request, outcome, attempts, knownNotApplied: true, state };
  const waitMs = retryDelay(failed, deps);
  if (waitMs === undefined) throw notDone(job, error);
  await waitBeforeRetry({ waitMs, attempts, error }, deps).catch((thrown: unknown) =>
    Promise.reject(thrown instanceof LumioError ? notDone(job, thrown) : thrown),
  );
  return undefined;
}

/** How long a server may take to list what it has accepted. */
const minListingMs = 3750;
const maxListingMs = 30_000;
const firstPauseMs = 250;
const maxPauseMs = 4000;
/** Failed lists, each with its own retries, until the search is given up. */
const maxFailedLists = 5;
const pauseAfterFailureMs = 500;

/** Without all of the body a server can't accept it; otherwise half of the retry budget is spent on asking. */
function listingWindowMs(outcome: Outcome, maxWaitMs: number): number {
  if (outcome.kind === 'failure' && outcome.sent === 'part') return minListingMs;
  return Math.max(minListingMs, Math.min(maxListingMs, maxWaitMs / 2));
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

/** @returns undefined when the server was asked often enough and listed neither it nor a conflict */
async function search<Result>(
  job: AtMostOnceRequest<Result>,
  { outcome, error }: { outcome: Outcome; error: LumioError },
  { state, deps }: Situation,
): Promise<Match<Result> | undefined> {
  const { clock, signal, maxWaitMs } = deps;
  let failures = 0;
  let elapsedMs = 0;
  let conflict: Match<Result> | undefined;
  for (const pauseMs of pausesWithin(listingWindowMs(outcome, maxWaitMs))) {
    if (pauseMs > 0) await clock.sleep(pauseMs, signal);
    elapsedMs += pauseMs;
    let listed = await findOnce(job, state);
    while ('problem' in listed) {
      signal.throwIfAborted();
      failures += 1;
      if (failures === maxFailedLists || listed.problem.retryAfterMs > pauseAfterFailureMs)
        throw mayBeDone(job, error, `Checking it failed: ${listed.problem.message}`);
      await clock.sleep(pauseAfterFailureMs, signal);
      listed = await findOnce(job, state);
    }
    if (listed.found !== undefined && 'response' in listed.found) return listed.found;
    // The request's own result may be listed a moment later.
    conflict = listed.found ?? conflict;
    if (conflict !== undefined && elapsedMs >= minListingMs) return conflict;
  }
  return conflict;
}

async function findOnce<Result>(
  job: AtMostOnceRequest<Result>,
  state: RetryState,
): Promise<{ found: Match<Result> | undefined } | { problem: LumioError }> {
  try {
    return { found: await job.find(state) };
  } catch (error) {
    if (error instanceof LumioError) return { problem: error };
    throw error;
  }
}

function isRefusal(outcome: Outcome): boolean {
  if (outcome.kind === 'failure') return false;
  const { status } = outcome;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

export function mayBeDone(wording: Wording, error: LumioError, reason: string): LumioError {
  return withSentence(error, `${reason} ${wording.what} may have been ${wording.done}.`, {
    hint: 'Check whether it exists before you retry.',
    next: wording.check,
    mayHaveTakenEffect: true,
  });
}

function refusedAfterUnclear({ what, done, check }: Wording, error: LumioError): LumioError {
  const sentence = `An earlier attempt, whose response was lost, may have succeeded: ${lowerFirst(what)} may have been ${done}.`;
  return withSentence(error, sentence, {
    hint: 'Check in a moment whether it exists.',
    next: check,
    mayHaveTakenEffect: true,
  });
}

function notDone({ what, done, check }: Wording, error: LumioError): LumioError {
  const sentence = `The server does not list it after several checks. Unless it appears later, ${lowerFirst(what)} was not ${done}.`;
  return withSentence(error, sentence, {
    hint: 'Check once more whether it exists, then run the command again.',
    next: check,
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
