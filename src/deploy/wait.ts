/** Waiting for the review: polls the versions list until the version is decided. */
import type { Client } from '../api/client.ts';
import type { Version } from '../api/schemas.ts';
import { LumioError } from '../errors.ts';
import type { Clock } from '../host.ts';

const firstPauseMs = 5000;
const longestPauseMs = 30_000;
const growth = 1.5;

export interface Wait {
  readonly extensionId: string;
  readonly versionId: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called when the status is first seen and whenever it changes. */
  onChange(version: Version): void;
  /** Called when a poll failed; the wait goes on. */
  onTrouble(error: LumioError): void;
}

/**
 * @returns the approved version
 * @throws LumioError rejected when the review says no; undecided when the time is over; auth and not_found at once, since no further poll would mend them
 */
export async function waitForReview(client: Client, wait: Wait): Promise<Version> {
  const deadline = wait.clock.now() + wait.timeoutMs;
  let pauseMs = firstPauseMs;
  let last: Version | undefined;
  for (;;) {
    const seen = await poll(client, wait);
    if (seen !== undefined && seen.status !== last?.status) wait.onChange(seen);
    last = seen ?? last;
    if (last?.status === 'approved') return last;
    if (last?.status === 'rejected') throw rejected(last, wait.extensionId);
    const leftMs = deadline - wait.clock.now();
    if (leftMs <= 0) throw undecided(last, wait);
    // Jitter, so that many pipelines started at once don't poll in step.
    await wait.clock.sleep(Math.min(leftMs, pauseMs * (0.8 + 0.4 * wait.clock.random())), wait.signal);
    pauseMs = Math.min(longestPauseMs, pauseMs * growth);
  }
}

async function poll(client: Client, wait: Wait): Promise<Version | undefined> {
  try {
    const { versions } = await client.listVersions(wait.extensionId);
    return versions.find((version) => version.id === wait.versionId);
  } catch (thrown) {
    if (!(thrown instanceof LumioError) || !['network', 'rate_limited', 'unexpected_answer'].includes(thrown.kind)) throw thrown;
    wait.onTrouble(thrown);
    return undefined;
  }
}

function rejected(version: Version, extensionId: string): LumioError {
  return new LumioError('rejected', {
    code: 'version_rejected',
    message: `The review rejected version ${version.version} (${version.id}).`,
    hint: `The reasons stand in the dashboard: https://lumio.vision/dashboard/extensions/${encodeURIComponent(extensionId)}`,
    details: { version },
  });
}

function undecided(version: Version | undefined, wait: Wait): LumioError {
  const name = version?.version ?? wait.versionId;
  return new LumioError('undecided', {
    code: 'review_undecided',
    message: `Version ${name} is ${version === undefined ? 'not known yet' : `still "${version.status}"`}: the wait is over, the review is not.`,
    hint: 'The version stays submitted. Wait on with:',
    next: `lumio versions wait ${name} -e ${wait.extensionId}`,
    ...(version === undefined ? {} : { details: { version } }),
  });
}
