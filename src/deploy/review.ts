/** Waiting for the review: polls the versions list until the version is decided. */
import type { Client } from '../api/client.ts';
import type { Version } from '../api/schemas.ts';
import { LumioError, asLumioError } from '../errors.ts';
import type { Clock } from '../host.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import type { FollowUp } from './follow-up.ts';

const firstPauseMs = 5000;
const longestPauseMs = 30_000;
const growth = 1.5;

export interface Wait {
  readonly extensionId: string;
  /** As it was last seen. */
  readonly version: Version;
  readonly timeoutMs: number;
  readonly again: FollowUp;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called when the status is first seen and whenever it changes. */
  onChange(version: Version): void;
  /** Called when a poll failed, and when the version is no longer listed; the wait goes on. */
  onTrouble(error: LumioError): void;
}

/**
 * @returns the approved version
 * @throws LumioError rejected when the review says no; timed_out when the time is over; interrupted or terminated when the signal is aborted;
 * auth and not_found at once, since no further poll would mend them
 */
export async function waitForReview(
  client: Pick<Client, 'listVersions'>,
  wait: Wait,
): Promise<Version> {
  const deadline = wait.clock.now() + wait.timeoutMs;
  let pauseMs = firstPauseMs;
  let last: Sight = { version: wait.version, wasSeen: false, isListed: true };
  for (;;) {
    const look = await untilInterrupted(() => poll(client, wait, deadline), last.version, wait);
    last = noticed(look, last, wait);
    const { version } = last;
    if (version.status === 'approved') return version;
    if (version.status === 'rejected') throw rejected(version, wait.again);
    const leftMs = deadline - wait.clock.now();
    if (leftMs <= 0) throw last.isListed ? undecided(version, wait) : vanished(version, wait);
    // Jitter, so that many pipelines started at once don't poll in step.
    const jitteredMs = Math.min(leftMs, pauseMs * (0.8 + 0.4 * wait.clock.random()));
    await untilInterrupted(() => wait.clock.sleep(jitteredMs, wait.signal), version, wait);
    pauseMs = Math.min(longestPauseMs, pauseMs * growth);
  }
}

/** What is known of the version from the looks so far. */
interface Sight {
  readonly version: Version;
  readonly wasSeen: boolean;
  /** By the last list that could be read. */
  readonly isListed: boolean;
}

/** Takes in what a look showed, and tells what has changed. */
function noticed(look: Version | 'not listed' | 'failed', last: Sight, wait: Wait): Sight {
  if (look === 'failed') return last;
  if (look === 'not listed') {
    // Right after the upload a list may lag behind; what was seen and is gone is told.
    if (last.wasSeen && last.isListed) wait.onTrouble(notListed(last.version));
    return { ...last, isListed: false };
  }
  if (!last.wasSeen || look.status !== last.version.status) wait.onChange(look);
  return { version: look, wasSeen: true, isListed: true };
}

/** What a look gets in any case, also the last one. */
const shortestLookMs = 5000;

/** Looks once; it ends with the wait, however long --timeout and --max-wait are. */
async function poll(
  client: Pick<Client, 'listVersions'>,
  wait: Wait,
  deadline: number,
): Promise<Version | 'not listed' | 'failed'> {
  try {
    const leftMs = Math.max(0, deadline - wait.clock.now());
    const { versions } = await client.listVersions(wait.extensionId, {
      maxMs: leftMs,
      attemptMs: Math.max(shortestLookMs, leftMs),
    });
    return versions.find((version) => version.id === wait.version.id) ?? 'not listed';
  } catch (thrown) {
    if (
      !(thrown instanceof LumioError) ||
      !['network', 'rate_limited', 'unexpected_response'].includes(thrown.kind)
    )
      throw thrown;
    if (!wait.signal.aborted) wait.onTrouble(thrown);
    return 'failed';
  }
}

/** Ctrl-C ends the wait, not the review. */
async function untilInterrupted<Value>(
  doing: () => Promise<Value>,
  last: Version,
  wait: Wait,
): Promise<Value> {
  try {
    return await doing();
  } catch (thrown) {
    throw wait.signal.aborted ? interrupted(last, wait) : ended(thrown, last, wait);
  }
}

function rejected(version: Version, { dashboard, deploy }: FollowUp): LumioError {
  return new LumioError('rejected', {
    code: 'version_rejected',
    message: `The review rejected version ${version.version} (${version.id}).`,
    hint: `${dashboard === undefined ? '' : `The reasons stand in the dashboard (${dashboard}). `}Submit a corrected version.`,
    next: `lumio deploy${deploy} --bump patch`,
    details: { version },
  });
}

function undecided(version: Version, wait: Wait): LumioError {
  return new LumioError('timed_out', {
    code: 'review_undecided',
    message: `Version ${version.version} is still "${version.status}": the wait is over, the review is not.`,
    ...waitOn(version, wait),
  });
}

/** A list that lags behind shows it again, so the wait goes on. */
function notListed({ version, id }: Version): LumioError {
  return new LumioError('timed_out', {
    code: 'version_not_listed',
    message: `The server does not list version ${version} (${id}).`,
  });
}

function vanished(version: Version, { again }: Wait): LumioError {
  const { problem, kind } = notListed(version);
  return new LumioError(kind, {
    ...problem,
    message: `The wait is over. Version ${version.version} (${version.id}) was submitted, but the server does not list it any more: it was "${version.status}" when it was last seen.`,
    hint: 'Look what the server lists.',
    next: `lumio versions list${again.extension}`,
    details: { version },
  });
}

/** A key that is revoked meanwhile ends the wait; the version stays submitted. */
function ended(thrown: unknown, version: Version, wait: Wait): unknown {
  if (!(thrown instanceof LumioError)) return thrown;
  const message = `${thrown.message} The wait has ended; version ${version.version} stays submitted, with status "${version.status}".`;
  return new LumioError(thrown.kind, { ...waitOn(version, wait), ...thrown.problem, message });
}

function interrupted(version: Version, { signal, again }: Wait): LumioError {
  const reason: unknown = signal.reason;
  const { kind, message } = asLumioError(reason);
  return new LumioError(kind, {
    code: kind,
    message: `${message} The wait has ended, the review of version ${version.version} has not: it is "${version.status}".`,
    ...waitOn(version, { again }),
  });
}

function waitOn(
  version: Version,
  { again }: Pick<Wait, 'again'>,
): { hint: string; next: string; details: { version: Version } } {
  return {
    hint: 'The version stays submitted. The wait can be resumed.',
    next: `lumio versions wait ${shellQuote(version.version)}${again.extension}`,
    details: { version },
  };
}
