/** Polls the versions list until the review is finished. */
import type { EndpointResponse } from '../api/contract.ts';
import type { Version } from '../api/resources.ts';
import { lastAttemptMs, type RequestLimits, withSentence } from '../api/send-with-retry.ts';
import { LumioError, asLumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { formatDuration } from '../shared/quantities.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import { type FollowUp, isDecided } from '../project/follow-up.ts';
import type { DeployStep } from './steps.ts';
import { findNumber } from './versions.ts';

const firstPauseMs = 5000;
const maxPauseMs = 30_000;
const pauseGrowth = 1.5;
export interface ReviewInput {
  /** As it was last seen. */
  readonly version: Version;
  readonly timeoutMs: number;
  readonly followUp: FollowUp;
  /** Added to the details of errors. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface ReviewDeps {
  readonly listVersions: (limits: RequestLimits) => Promise<EndpointResponse<'listVersions'>>;
  readonly host: Pick<Host, 'clock' | 'signal'>;
}

type ReviewStep = Extract<DeployStep, { kind: 'waiting' | 'review' | 'poll-failed' }>;

interface PollState {
  readonly version: Version;
  readonly wasSeen: boolean;
  /** According to the last list that was read. */
  readonly isListed: boolean;
  /** Of the last poll. */
  readonly failure: LumioError | undefined;
}

/**
 * @returns the approved version
 * @throws LumioError rejected; timed_out; interrupted or terminated if the signal is aborted; auth
 * and not_found at once
 */
export async function* waitForReview(
  input: ReviewInput,
  deps: ReviewDeps,
): AsyncGenerator<ReviewStep, Version, void> {
  const { clock, signal } = deps.host;
  const deadline = clock.monotonicMs() + input.timeoutMs;
  let pauseMs = firstPauseMs;
  yield { kind: 'waiting', version: input.version, timeoutMs: input.timeoutMs };
  let state: PollState = {
    version: input.version,
    wasSeen: false,
    isListed: true,
    failure: undefined,
  };
  try {
    for (;;) {
      const before = state;
      const polled = await poll(input, deps, deadline);
      state = applyPoll(polled, before);
      const leftMs = deadline - clock.monotonicMs() - lastAttemptMs;
      const blockedMs = state.failure?.retryAfterMs ?? 0;
      const isLast = isDecided(state.version) || leftMs <= 0 || blockedMs > leftMs;
      // The error of the wait reports the last failure.
      if (!isLast || state.failure === undefined) yield* pollSteps(polled, before, state);
      if (isLast) break;
      // Jitter, so that pipelines started together don't poll in step.
      const plannedMs = pauseMs * (0.8 + 0.4 * clock.random());
      await clock.sleep(Math.min(leftMs, Math.max(blockedMs, plannedMs)), signal);
      pauseMs = Math.min(maxPauseMs, pauseMs * pauseGrowth);
    }
  } catch (thrown) {
    throw signal.aborted
      ? interrupted(signal, state.version, input)
      : stopped(thrown, state.version, input);
  }
  if (state.version.status === 'approved') return state.version;
  throw undecidedOrRejected(state, input);
}

type Polled = Version | 'not listed' | LumioError;

/**
 * Polls once, for as long as the wait may take.
 * @throws LumioError if further polls would fail the same way
 */
async function poll(
  { version }: ReviewInput,
  { listVersions, host: { signal } }: ReviewDeps,
  deadlineMs: number,
): Promise<Polled> {
  try {
    const { versions } = await listVersions({ deadlineMs });
    // A server may list versions without ids.
    const found =
      version.id === ''
        ? findNumber(versions, version.version)
        : versions.find(({ id }) => id === version.id);
    return found ?? 'not listed';
  } catch (thrown) {
    const isTemporary =
      thrown instanceof LumioError &&
      ['network', 'rate_limited', 'unexpected_response'].includes(thrown.kind);
    if (isTemporary && !signal.aborted) return thrown;
    throw thrown;
  }
}

function applyPoll(polled: Polled, before: PollState): PollState {
  if (polled instanceof LumioError) return { ...before, failure: polled };
  if (polled === 'not listed') return { ...before, isListed: false, failure: undefined };
  return { version: polled, wasSeen: true, isListed: true, failure: undefined };
}

function* pollSteps(polled: Polled, before: PollState, now: PollState): Generator<ReviewStep> {
  if (polled instanceof LumioError) yield { kind: 'poll-failed', error: polled };
  // The list may be out of date right after the upload; a version that disappears is reported.
  else if (polled === 'not listed' && before.wasSeen && before.isListed)
    yield { kind: 'poll-failed', error: notListed(now.version) };
  else if (now.wasSeen && (!before.wasSeen || now.version.status !== before.version.status))
    yield { kind: 'review', version: now.version };
}

function undecidedOrRejected(
  { version, isListed, failure }: PollState,
  input: ReviewInput,
): LumioError {
  if (version.status === 'rejected') return rejected(version, input);
  return isListed ? undecided(version, input, failure) : noLongerListed(version, input);
}

function rejected(version: Version, { followUp, details }: ReviewInput): LumioError {
  const { dashboard, deploy, extension } = followUp;
  const again = `lumio deploy${deploy} --bump patch`;
  return new LumioError('review_rejected', {
    code: 'version_rejected',
    message: `The review rejected version ${labelOf(version)}.`,
    hint:
      dashboard === undefined
        ? 'Submit a corrected version.'
        : `The reason is in the dashboard (${dashboard}). ` +
          `Submit a corrected version with "${again}".`,
    next: dashboard === undefined ? again : `lumio open${extension}`,
    details: { ...details, version },
  });
}

/** @param failure of the last poll */
function undecided(version: Version, input: ReviewInput, failure?: LumioError): LumioError {
  const { message = '', retryAfterMs = 0 } = failure ?? {};
  let reason = message === '' ? '' : ` The last request failed: ${message}`;
  if (retryAfterMs > 0)
    reason = ` The server accepts the next request in ${formatDuration(retryAfterMs)}.`;
  return new LumioError('timed_out', {
    code: 'review_undecided',
    message:
      `Timed out waiting for the review of version ${version.version} ` +
      `(status: ${version.status}).${reason}`,
    ...resumeHint(version, input),
  });
}

function notListed(version: Version): LumioError {
  return new LumioError('timed_out', {
    code: 'version_not_listed',
    message: `The server doesn't list version ${labelOf(version)}.`,
  });
}

/** A server may list versions without ids. */
function labelOf({ version, id }: Version): string {
  return id === '' ? version : `${version} (${id})`;
}

function noLongerListed(version: Version, { followUp, details }: ReviewInput): LumioError {
  return new LumioError('timed_out', {
    code: 'version_not_listed',
    message:
      `Timed out: version ${labelOf(version)} was submitted, but the server doesn't list it ` +
      `(last status: ${version.status}).`,
    hint: 'Check the list of versions.',
    next: `lumio versions list${followUp.extension}`,
    details: { ...details, version },
  });
}

/** An error that ends the wait, such as a revoked key; the version stays submitted. */
function stopped(thrown: unknown, version: Version, input: ReviewInput): unknown {
  if (!(thrown instanceof LumioError)) return thrown;
  const problem = { ...resumeHint(version, input), ...thrown.problem };
  const sentence = `Version ${version.version} remains submitted (status: ${version.status}).`;
  return withSentence(new LumioError(thrown.kind, problem), sentence);
}

function interrupted(signal: AbortSignal, version: Version, input: ReviewInput): LumioError {
  const { kind, message } = asLumioError(signal.reason);
  return new LumioError(kind, {
    code: kind,
    message:
      `${message} The review of version ${version.version} continues ` +
      `(status: ${version.status}).`,
    ...resumeHint(version, input),
  });
}

function resumeHint(version: Version, { followUp, details }: ReviewInput) {
  return {
    hint: 'The version remains submitted. To resume waiting:',
    next: `lumio versions wait ${shellQuote(version.version)}${followUp.extension}`,
    details: { ...details, version },
  };
}
