/** Sends a request as often as the retry policy allows. */
import { LumioError } from '../errors.ts';
import type { Clock } from '../host.ts';
import { formatDuration } from '../shared/quantities.ts';
import { type OriginHints, errorFromResponse } from './errors.ts';
import type { HttpResponse, HttpRequest, Transport } from './http.ts';
import { sizeOf } from './body.ts';
import {
  initialState,
  isOutcomeUnknown,
  nextRetryMs,
  retryAfterMs,
  type Outcome,
  type RetryState,
} from './retry.ts';

export interface SendDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Total time for the retries of one operation. */
  readonly maxWaitMs: number;
  readonly signal: AbortSignal;
  readonly pause: (wait: { readonly ms: number; readonly reason: string }) => Promise<void>;
  readonly trace: (line: string) => void;
  readonly originHints?: OriginHints | undefined;
}

export interface NamedRequest extends HttpRequest {
  /** For messages: `GET /extensions`. */
  readonly name: string;
}

export interface RequestLimits {
  /** Deadline on the monotonic clock for all attempts, even if data keeps arriving. */
  readonly deadlineMs?: number | undefined;
}

/** Minimum time for an attempt shortly before the deadline. */
export const lastAttemptMs = 1000;

/** `outcome` is undefined if the request was aborted or its body couldn't be read. */
export type SendResult = { readonly state: RetryState } & (
  | { readonly outcome: HttpResponse; readonly error: undefined }
  | { readonly outcome: Outcome | undefined; readonly error: LumioError }
);

/** @throws only bugs; aborts and errors of the body's source are results */
export async function sendWithRetry(
  request: NamedRequest,
  deps: SendDeps,
  initial: RetryState = initialState,
  limits: RequestLimits = {},
): Promise<SendResult> {
  let state = initial;
  for (let attempts = 1; ; attempts += 1) {
    const sent = await attempt(request, deps, state, limits);
    const { outcome, error } = sent;
    if (error === undefined || outcome === undefined) return sent;
    state = afterFailure(sent.state, deps.clock);
    try {
      const failed = { request, outcome, error, attempts, state };
      if (await pauseBeforeRetry(failed, deps, limits)) continue;
    } catch (thrown) {
      return aborted(thrown, state);
    }
    const tried = `lumio tried ${attempts} times.`;
    return { outcome, error: attempts === 1 ? error : withSentence(error, tried), state };
  }
}

/** As {@link sendWithRetry}; the error reports whether a change may have taken effect. */
export async function sendWithOutcomeNote(
  request: NamedRequest,
  deps: SendDeps,
  state?: RetryState,
  limits?: RequestLimits,
): Promise<SendResult> {
  const sent = await sendWithRetry(request, deps, state, limits);
  if (sent.error === undefined) return sent;
  const isOpen = request.method !== 'GET' && sent.state.outcomeUnknown;
  return { ...sent, error: withOutcomeNote(sent.error, isOpen) };
}

async function attempt(
  request: NamedRequest,
  { transport, clock, maxWaitMs, originHints }: SendDeps,
  state: RetryState,
  { deadlineMs }: RequestLimits,
): Promise<SendResult> {
  const isChange = request.method !== 'GET';
  let outcome: Outcome;
  try {
    const maxMs =
      deadlineMs === undefined
        ? undefined
        : Math.max(lastAttemptMs, deadlineMs - clock.monotonicMs());
    outcome = await transport.send({ ...request, maxMs });
  } catch (thrown) {
    return aborted(thrown, isChange ? { ...state, outcomeUnknown: true } : state);
  }
  if (outcome.kind === 'failure')
    return { outcome, error: outcome.error, state: withOutcome(state, isChange, outcome) };
  const { status, headers } = outcome;
  if (status >= 200 && status < 300) return { outcome, error: undefined, state };
  // An earlier attempt had deleted it.
  if (request.method === 'DELETE' && state.outcomeUnknown && status === 404)
    return { outcome: noContent, error: undefined, state };
  const nowMs = clock.now();
  const error = errorFromResponse(outcome, {
    name: request.name,
    sizeBytes: sizeOf(request.body),
    retryAfterMs: retryAfterMs(headers, nowMs),
    nowMs,
    maxWaitMs,
    originHints,
  });
  return { outcome, error, state: withOutcome(state, isChange, outcome) };
}

const noContent: HttpResponse = {
  kind: 'response',
  status: 204,
  headers: {},
  body: new Uint8Array(),
};

function withOutcome(state: RetryState, isChange: boolean, outcome: Outcome): RetryState {
  return isChange && isOutcomeUnknown(outcome) ? { ...state, outcomeUnknown: true } : state;
}

export function afterFailure(state: RetryState, clock: Clock): RetryState {
  return { ...state, firstFailureMs: state.firstFailureMs ?? clock.monotonicMs() };
}

function aborted(thrown: unknown, state: RetryState): SendResult {
  if (thrown instanceof LumioError) return { outcome: undefined, error: thrown, state };
  throw thrown;
}

interface FailedAttempt {
  readonly request: Pick<HttpRequest, 'method'>;
  readonly outcome: Outcome;
  readonly error: LumioError;
  readonly attempts: number;
  readonly knownNotApplied?: boolean;
  /** After the failure. */
  readonly state: RetryState;
}

/**
 * Waits before the next attempt, and shows the wait.
 * @returns false immediately if there is no next attempt
 */
export async function pauseBeforeRetry(
  { request, state, error, ...failed }: FailedAttempt,
  { clock, maxWaitMs, pause, trace }: SendDeps,
  { deadlineMs }: RequestLimits = {},
): Promise<boolean> {
  const nowMs = clock.monotonicMs();
  const { firstFailureMs = nowMs } = state;
  const ms = nextRetryMs({
    ...failed,
    method: request.method,
    elapsedMs: nowMs - firstFailureMs,
    maxWaitMs: Math.min(maxWaitMs, (deadlineMs ?? Infinity) - firstFailureMs),
    nowMs: clock.now(),
    random: clock.random(),
  });
  if (ms === undefined) return false;
  trace(`~ attempt ${failed.attempts + 1} in ${formatDuration(ms)}`);
  // The rest of the message is when lumio retries, which the countdown shows.
  const [reason = ''] = /^.*?[.!?](?= [A-Z])/s.exec(error.message) ?? [error.message];
  await pause({ ms, reason });
  return true;
}

/** A server's message may have no full stop. */
export function asSentence(text: string): string {
  return text.replace(/(?<![.!?])$/, '.');
}

/** The same error with an additional sentence and changed details. */
export function withSentence(
  error: LumioError,
  sentence: string,
  changes: Partial<LumioError['problem']> = {},
): LumioError {
  return new LumioError(error.kind, {
    ...error.problem,
    message: `${asSentence(error.message)} ${sentence}`,
    ...changes,
  });
}

/** Adds that the change may have taken effect, if its outcome is unknown. */
export function withOutcomeNote(error: LumioError, outcomeUnknown: boolean): LumioError {
  if (!outcomeUnknown) return error;
  return withSentence(error, 'The change may have taken effect.', { mayHaveTakenEffect: true });
}
