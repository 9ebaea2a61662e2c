/** A request with its retries: sends, asks the policy, waits, sends again. */
import { LumioError } from '../errors.ts';
import type { Clock } from '../host.ts';
import type { NetworkFailure } from './failure.ts';
import { sizeOf, type HttpResponse, type HttpRequest, type Transport } from './http.ts';
import { errorFromResponse } from './errors.ts';
import { type FailedAttempt, decide, outcomeUnknown, retryAfterMs } from './retry.ts';
import { formatDuration } from '../shared/duration.ts';

/** The retries of one undertaking, which may be several requests, share one budget: it runs from the first failure on. */
export interface RetryBudget {
  /** What the retries may cost, where that is less than --max-wait. */
  readonly maxMs?: number | undefined;
  /** How long each attempt may take, where that matters more than whether bytes move. */
  readonly attemptMs?: number | undefined;
  failedAtMs?: number;
  /** What became of the change so far: an attempt may have made it, or each was refused. Undefined before the first answer. */
  change?: 'open' | 'refused';
}

/** How a request ended: with a success, which has no error, or without one. */
export type SendResult =
  | { readonly outcome: HttpResponse; readonly error: undefined; readonly isUnclear: false }
  | Unsuccessful;

export interface Unsuccessful {
  readonly outcome: HttpResponse | NetworkFailure;
  readonly error: LumioError;
  /** The last or an earlier attempt may have taken effect without a success being told. */
  readonly isUnclear: boolean;
}

export interface ExchangeOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly maxWaitMs: number;
  readonly pause: (wait: { readonly ms: number; readonly reason: string }) => Promise<void>;
  readonly trace: (line: string) => void;
}

export type SendWithRetry = (request: NamedRequest, patience: RetryBudget) => Promise<SendResult>;

export interface NamedRequest extends HttpRequest {
  /** As messages call it: `GET /extensions`. */
  readonly name: string;
}

/** Makes the function that sends a request as often as the policy allows. It throws only the abort signal's reason and errors of the body's source. */
export function createSender(options: ExchangeOptions): SendWithRetry {
  return async (request, patience) => {
    let wasUnclear = false;
    for (let attempts = 1; ; attempts += 1) {
      const before = patience.change;
      if (request.method !== 'GET') patience.change = 'open';
      const outcome = await options.transport.send({ ...request, withinMs: patience.attemptMs });
      if (isSuccess(outcome)) return { outcome, error: undefined, isUnclear: false };
      if (request.method === 'DELETE' && wasUnclear && statusOf(outcome) === 404)
        return { outcome: gone, error: undefined, isUnclear: false };
      wasUnclear ||= outcomeUnknown(troubleOf(outcome, options.clock));
      if (request.method !== 'GET' && !wasUnclear && before !== 'open') patience.change = 'refused';
      const error = errorOf(outcome, request, options);
      const waitMs = nextWaitMs({ request, outcome, attempts }, patience, options);
      if (waitMs === undefined)
        return { outcome, error: withAttempts(error, attempts), isUnclear: wasUnclear };
      await waitFor({ waitMs, attempts, error }, options);
    }
  };
}

/** What a repeated DELETE is told that finds nothing left to delete: the attempt before it had succeeded. */
const gone: HttpResponse = { kind: 'answer', status: 204, headers: {}, body: new Uint8Array() };

function isSuccess(outcome: HttpResponse | NetworkFailure): outcome is HttpResponse {
  return outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300;
}

function statusOf(outcome: HttpResponse | NetworkFailure): number | undefined {
  return outcome.kind === 'answer' ? outcome.status : undefined;
}

interface Attempt {
  readonly request: HttpRequest;
  readonly outcome: HttpResponse | NetworkFailure;
  readonly attempts: number;
  readonly isKnownVoid?: boolean;
}

/** @returns how long to wait before the next attempt; undefined when there is to be none */
export function nextWaitMs(
  attempt: Attempt,
  patience: RetryBudget,
  options: Pick<ExchangeOptions, 'clock' | 'maxWaitMs'>,
): number | undefined {
  const { clock } = options;
  patience.failedAtMs ??= clock.now();
  const decision = decide({
    method: attempt.request.method,
    trouble: troubleOf(attempt.outcome, clock),
    isKnownVoid: attempt.isKnownVoid ?? false,
    attempts: attempt.attempts,
    elapsedMs: clock.now() - patience.failedAtMs,
    maxWaitMs: Math.min(
      options.maxWaitMs,
      patience.maxMs ?? Infinity,
      attempt.outcome.kind === 'failure' ? (attempt.outcome.patienceMs ?? Infinity) : Infinity,
    ),
    random: clock.random(),
  });
  return decision.action === 'retry' ? decision.waitMs : undefined;
}

/** Waits before the next attempt, and says so. */
export async function waitFor(
  wait: { waitMs: number; attempts: number; error: LumioError },
  options: Pick<ExchangeOptions, 'pause' | 'trace'>,
): Promise<void> {
  options.trace(`~ attempt ${wait.attempts + 1} in ${formatDuration(wait.waitMs)}`);
  await options.pause({ ms: wait.waitMs, reason: firstSentence(wait.error.message) });
}

/** The countdown says itself when it goes on. */
function firstSentence(text: string): string {
  return /^.*?[.!?](?= [A-Z])/s.exec(text)?.[0] ?? text;
}

function troubleOf(outcome: HttpResponse | NetworkFailure, clock: Clock): FailedAttempt {
  if (outcome.kind === 'failure')
    return { kind: 'no_answer', isSent: outcome.reach !== 'nothing', isFinal: outcome.isFinal };
  return {
    kind: 'status',
    status: outcome.status,
    retryAfterMs: retryAfterMs(outcome.headers, clock.now()),
  };
}

function errorOf(
  outcome: HttpResponse | NetworkFailure,
  { name, body }: NamedRequest,
  { clock, maxWaitMs }: Pick<ExchangeOptions, 'clock' | 'maxWaitMs'>,
): LumioError {
  if (outcome.kind === 'failure') return outcome.error;
  const nowMs = clock.now();
  return errorFromResponse(outcome, {
    name,
    sizeBytes: sizeOf(body),
    retryAfterMs: retryAfterMs(outcome.headers, nowMs),
    nowMs,
    maxWaitMs,
  });
}

function withAttempts(error: LumioError, attempts: number): LumioError {
  return attempts === 1 ? error : extended(error, `It was tried ${attempts} times.`);
}

/** The same error with a further sentence, and whatever else is to be changed in it. */
export function extended(
  error: LumioError,
  sentence: string,
  changes: Partial<LumioError['problem']> = {},
): LumioError {
  return new LumioError(error.kind, {
    ...error.problem,
    message: `${error.problem.message} ${sentence}`,
    ...changes,
  });
}

/**
 * What ended a request whose answer was never read, be it Ctrl-C or an answer that can't be: a change may have been made all the same.
 * @param patience of the request; with it, a change that was refused each time is known not to be made
 */
export function unsettled<Thrown>(
  thrown: Thrown,
  { method }: Pick<NamedRequest, 'method'>,
  patience: RetryBudget = {},
): Thrown | LumioError {
  return thrown instanceof LumioError && method !== 'GET' && patience.change !== 'refused'
    ? extended(thrown, 'It is not known whether it took effect.', { mayHaveTakenEffect: true })
    : thrown;
}
