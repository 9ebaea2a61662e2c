/** Waiting for the review: polls the versions list until the version is decided. */
import type { Client } from '../api/client.ts';
import type { Version } from '../api/schemas.ts';
import { LumioError, asLumioError } from '../errors.ts';
import type { Clock } from '../host.ts';
import { quoted } from '../quoted.ts';
import type { Again } from './again.ts';

const firstPauseMs = 5000;
const longestPauseMs = 30_000;
const growth = 1.5;

export interface Wait {
  readonly extensionId: string;
  /** As it was last seen. */
  readonly version: Version;
  readonly timeoutMs: number;
  readonly again: Again;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called when the status is first seen and whenever it changes. */
  onChange(version: Version): void;
  /** Called when a poll failed, and when the version is no longer listed; the wait goes on. */
  onTrouble(error: LumioError): void;
}

/**
 * @returns the approved version
 * @throws LumioError rejected when the review says no; undecided when the time is over; interrupted or terminated when the signal is aborted;
 * auth and not_found at once, since no further poll would mend them
 */
export async function waitForReview(client: Pick<Client, 'listVersions'>, wait: Wait): Promise<Version> {
  const deadline = wait.clock.now() + wait.timeoutMs;
  let pauseMs = firstPauseMs;
  let last = wait.version;
  let isFirst = true;
  let isListed = true;
  for (;;) {
    const found = await untilInterrupted(() => poll(client, wait, deadline), last, wait);
    // Right after the upload a list may lag behind; what was seen and is gone is told.
    if (found === 'not listed' && isListed && !isFirst) wait.onTrouble(notListed(last));
    if (found !== undefined) isListed = found !== 'not listed';
    const seen = found === 'not listed' ? undefined : found;
    if (seen !== undefined && (isFirst || seen.status !== last.status)) wait.onChange(seen);
    isFirst &&= seen === undefined;
    last = seen ?? last;
    if (last.status === 'approved') return last;
    if (last.status === 'rejected') throw rejected(last, wait.again);
    const leftMs = deadline - wait.clock.now();
    if (leftMs <= 0) throw isListed ? undecided(last, wait) : vanished(last, wait);
    // Jitter, so that many pipelines started at once don't poll in step.
    const jitteredMs = Math.min(leftMs, pauseMs * (0.8 + 0.4 * wait.clock.random()));
    await untilInterrupted(() => wait.clock.sleep(jitteredMs, wait.signal), last, wait);
    pauseMs = Math.min(longestPauseMs, pauseMs * growth);
  }
}

/** Looks once; its retries end with the wait, however long --max-wait is. */
async function poll(client: Pick<Client, 'listVersions'>, wait: Wait, deadline: number): Promise<Version | 'not listed' | undefined> {
  try {
    const { versions } = await client.listVersions(wait.extensionId, { mostMs: Math.max(0, deadline - wait.clock.now()) });
    return versions.find((version) => version.id === wait.version.id) ?? 'not listed';
  } catch (thrown) {
    if (!(thrown instanceof LumioError) || !['network', 'rate_limited', 'unexpected_answer'].includes(thrown.kind)) throw thrown;
    if (!wait.signal.aborted) wait.onTrouble(thrown);
    return undefined;
  }
}

/** Ctrl-C ends the wait, not the review. */
async function untilInterrupted<Value>(doing: () => Promise<Value>, last: Version, wait: Wait): Promise<Value> {
  try {
    return await doing();
  } catch (thrown) {
    throw wait.signal.aborted ? interrupted(last, wait) : ended(thrown, last, wait);
  }
}

function rejected(version: Version, { dashboard, deploy }: Again): LumioError {
  return new LumioError('rejected', {
    code: 'version_rejected',
    message: `The review rejected version ${version.version} (${version.id}).`,
    hint: `${dashboard === undefined ? '' : `The reasons stand in the dashboard (${dashboard}). `}Submit a corrected version.`,
    next: `lumio deploy${deploy} --bump patch`,
    details: { version },
  });
}

function undecided(version: Version, wait: Wait): LumioError {
  return new LumioError('undecided', {
    code: 'review_undecided',
    message: `Version ${version.version} is still "${version.status}": the wait is over, the review is not.`,
    ...waitOn(version, wait),
  });
}

/** A list that lags behind shows it again, so the wait goes on. */
function notListed({ version, id }: Version): LumioError {
  return new LumioError('undecided', { code: 'version_not_listed', message: `The server does not list version ${version} (${id}).` });
}

function vanished(version: Version, { again }: Wait): LumioError {
  const { problem, kind } = notListed(version);
  return new LumioError(kind, {
    ...problem,
    message: `${problem.message} The wait is over; it was "${version.status}" when it was last seen.`,
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

function waitOn(version: Version, { again }: Pick<Wait, 'again'>): { hint: string; next: string; details: { version: Version } } {
  return { hint: 'The version stays submitted. The wait can be resumed.', next: `lumio versions wait ${quoted(version.version)}${again.extension}`, details: { version } };
}
