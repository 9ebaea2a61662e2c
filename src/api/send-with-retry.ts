/** Sends a request as often as the retry policy allows. */
import { LumioError } from '../errors.ts';
import type { Clock } from '../host.ts';
import { formatDuration } from '../shared/duration.ts';
import { type Advice, errorFromResponse } from './errors.ts';
import type { HttpResponse, HttpRequest, Transport } from './http.ts';
import { sizeOf } from './request-body.ts';
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
  readonly advice?: Advice | undefined;
}

export interface NamedRequest extends HttpRequest {
  /** For messages: `GET /extensions`. */
  readonly name: string;
}

/** Limits below --max-wait and --timeout, for a request that has little time. */
export interface RequestLimits {
  readonly maxWaitMs?: number | undefined;
  /** Per attempt, however much moves. */
  readonly attemptMs?: number | undefined;
}

export type SendResult = SendSuccess | SendFailure;

interface SendSuccess {
  readonly outcome: HttpResponse;
  readonly error: undefined;
  readonly state: RetryState;
}

interface SendFailure {
  /** Undefined when the request was aborted or its body could not be read. */
  readonly outcome: Outcome | undefined;
  readonly error: LumioError;
  readonly state: RetryState;
}

/** @throws only bugs; aborts and errors of the body's source are results */
export async function sendWithRetry(
  request: NamedRequest,
  deps: SendDeps,
  state: RetryState = initialState,
  limits: RequestLimits = {},
): Promise<SendResult> {
  let current = state;
  for (let attempts = 1; ; attempts += 1) {
    const sent = await attempt(request, deps, current, limits);
    const { outcome, error } = sent;
    if (error === undefined || outcome === undefined) return sent;
    current = afterFailure(sent.state, deps.clock);
    const waitMs = retryDelay({ request, outcome, attempts, state: current }, deps, limits);
    if (waitMs === undefined)
      return { outcome, error: withAttempts(error, attempts), state: current };
    try {
      await waitBeforeRetry({ waitMs, attempts, error }, deps);
    } catch (thrown) {
      return aborted(thrown, current);
    }
  }
}

async function attempt(
  request: NamedRequest,
  { transport, clock, maxWaitMs, advice }: SendDeps,
  state: RetryState,
  { attemptMs }: RequestLimits,
): Promise<SendResult> {
  const isChange = request.method !== 'GET';
  let outcome: Outcome;
  try {
    outcome = await transport.send({ ...request, maxMs: attemptMs });
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
    advice,
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

function aborted(thrown: unknown, state: RetryState): SendFailure {
  if (thrown instanceof LumioError) return { outcome: undefined, error: thrown, state };
  throw thrown;
}

interface FailedAttempt {
  readonly request: Pick<HttpRequest, 'method'>;
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly knownNotApplied?: boolean;
  /** After the failure. */
  readonly state: RetryState;
}

/** @returns milliseconds until the next attempt; undefined for none */
export function retryDelay(
  { request, state, ...failed }: FailedAttempt,
  { clock, maxWaitMs }: Pick<SendDeps, 'clock' | 'maxWaitMs'>,
  limits: RequestLimits = {},
): number | undefined {
  const nowMs = clock.monotonicMs();
  return nextRetryMs({
    ...failed,
    method: request.method,
    elapsedMs: nowMs - (state.firstFailureMs ?? nowMs),
    maxWaitMs: Math.min(maxWaitMs, limits.maxWaitMs ?? Infinity),
    nowMs: clock.now(),
    random: clock.random(),
  });
}

/** Waits before the next attempt, visibly. */
export async function waitBeforeRetry(
  { waitMs, attempts, error }: { waitMs: number; attempts: number; error: LumioError },
  { pause, trace }: Pick<SendDeps, 'pause' | 'trace'>,
): Promise<void> {
  trace(`~ attempt ${attempts + 1} in ${formatDuration(waitMs)}`);
  // The countdown itself shows the rest of the message: when it continues.
  const [reason = ''] = /^.*?[.!?](?= [A-Z])/s.exec(error.message) ?? [error.message];
  await pause({ ms: waitMs, reason });
}

function withAttempts(error: LumioError, attempts: number): LumioError {
  return attempts === 1 ? error : withSentence(error, `lumio tried ${attempts} times.`);
}

/** The same error with another sentence and other details. */
export function withSentence(
  error: LumioError,
  sentence: string,
  changes: Partial<LumioError['problem']> = {},
): LumioError {
  const message = error.message.replace(/(?<![.!?])$/, '.');
  return new LumioError(error.kind, {
    ...error.problem,
    message: `${message} ${sentence}`,
    ...changes,
  });
}

/** Says that a change may have taken effect, if that is so. */
export function withOutcomeNote(error: LumioError, outcomeUnknown: boolean): LumioError {
  if (!outcomeUnknown) return error;
  return withSentence(error, 'The change may have taken effect.', { mayHaveTakenEffect: true });
}
